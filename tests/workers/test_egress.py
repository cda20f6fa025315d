"""The guarded way out: every address of a name is checked, and the checked address is the one that is called."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpcore
import httpx
import pytest

from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.model_errors import ModelFailed, ModelRefused
from gateway.domain.secret import Secret
from tests.setting_up import MODEL_KEY
from tests.workers.asking import DEADLINE_SECONDS, LITELLM_WARNS, PROMPT
from tests.workers.servers import Server, pour, say, serve
from workers import egress as guarded
from workers.egress import MAX_ANSWER_BYTES, Egress
from workers.llm import LiteLlm

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]
PUBLIC, ALSO_PUBLIC = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
ORIGIN = "https://models.example.com:443"


@asynccontextmanager
async def client(*allowed: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose connections all go through the guard."""
    egress = Egress(allowed)
    async with httpx.AsyncClient(transport=egress.transport_to(ORIGIN), trust_env=False) as opened:
        yield opened
    await egress.close()


class Names:
    """What names lead to, and how often that was asked."""

    def __init__(self, *answers: Iterable[str]) -> None:
        self.answers = [tuple(answer) for answer in answers]
        self.asked: list[tuple[str, int]] = []

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Connections:
    """Which addresses were connected to; every connection ends at the test's own server."""

    def __init__(self, server: Server, patch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, int]] = []
        connect = httpcore.AnyIOBackend.connect_tcp
        host, _, port = server.place.partition(":")

        async def divert(backend: httpcore.AnyIOBackend, to_host: str, to_port: int, **options: Any) -> Any:
            self.made.append((to_host, to_port))
            return await connect(backend, host, int(port), **options)

        patch.setattr(httpcore.AnyIOBackend, "connect_tcp", divert)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:7f00:1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["169.254.169.254"],
        ["fe80::1%lo"],
        ["fd00:ec2::254"],
        ["10.0.0.7"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["10.0.0.7", PUBLIC],
        [PUBLIC, ALSO_PUBLIC, "::1"],
    ],
    ids=" ".join,
)
async def test_private_addresses(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    """I67: a name with so much as one private address is refused before a connection is made to any of them."""
    names = Names(addresses)
    monkeypatch.setattr(guarded, "resolve", names.resolve)
    async with serve() as inside, client("models.example.com:1") as ask:
        connections = Connections(inside, monkeypatch)
        with pytest.raises(httpx.TransportError):
            await ask.get("http://models.example.com/v1")
        assert (connections.made, inside.connections) == ([], 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"])
async def test_names_for_inside(host: str) -> None:
    """I67: however loopback is spelled, the recorder that listens there sees no connection."""
    async with serve() as recorder, client() as ask:
        port = recorder.place.rpartition(":")[2]
        with pytest.raises(httpx.TransportError):
            await ask.get(f"http://{host}:{port}/v1")
        assert recorder.connections == 0


async def test_checked_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """I67: a name is resolved once for a connection, which goes to the address that was checked."""
    names = Names([PUBLIC], ["127.0.0.1"])
    monkeypatch.setattr(guarded, "resolve", names.resolve)
    async with serve(say(200, {"ok": True})) as server, client() as ask:
        connections = Connections(server, monkeypatch)
        answer = await ask.get("http://models.example.com/v1")
        assert answer.json() == {"ok": True}
        assert (names.asked, connections.made) == ([("models.example.com", 80)], [(PUBLIC, 80)])
        assert server.requests[0].headers["host"] == "models.example.com"


async def test_rebinding(monkeypatch: pytest.MonkeyPatch) -> None:
    """I67: a name that was public when its key was saved, and is private now, is refused now."""
    names = Names([PUBLIC], ["127.0.0.1"])
    monkeypatch.setattr(guarded, "resolve", names.resolve)
    async with serve(say(200, {}, connection="close")) as server, client() as ask:
        connections = Connections(server, monkeypatch)
        await ask.get("http://models.example.com/v1")
        with pytest.raises(httpx.TransportError):
            await ask.get("http://models.example.com/v1")
        assert connections.made == [(PUBLIC, 80)]


async def test_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads nowhere is no connection, and no surprise."""
    monkeypatch.setattr(guarded, "resolve", Names([]).resolve)
    async with client() as ask:
        with pytest.raises(httpx.TransportError):
            await ask.get("http://models.example.com/v1")


async def test_allowed_place() -> None:
    """A private host passes where the operator lists its host and port, and on no other port."""
    async with serve(say(200, {"ok": True})) as allowed, serve() as other, client(allowed.place) as ask:
        assert (await ask.get(f"{allowed.url}/v1")).json() == {"ok": True}
        with pytest.raises(httpx.TransportError):
            await ask.get(f"{other.url}/v1")
        assert (allowed.connections, other.connections) == (1, 0)


@pytest.mark.parametrize("size", [MAX_ANSWER_BYTES + 1, 80 * 1024 * 1024, None], ids=["just over", "80 MB", "endless"])
async def test_large_answers(size: int | None) -> None:
    """I41: an answer is read up to the cap and not a chunk further, whatever its length says."""
    async with serve(pour(size)) as server, client(server.place) as ask:
        taken = 0

        async def read() -> None:
            nonlocal taken
            async with ask.stream("GET", f"{server.url}/v1") as answer:
                async for chunk in answer.aiter_bytes():
                    taken += len(chunk)

        with pytest.raises(httpx.ReadError):
            await read()
        assert taken <= MAX_ANSWER_BYTES


async def test_answer_of_allowed_size() -> None:
    """An answer as large as the cap is read whole."""
    async with serve(say(200, b" " * MAX_ANSWER_BYTES)) as server, client(server.place) as ask:
        assert len((await ask.get(server.url)).content) == MAX_ANSWER_BYTES


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "gzip, identity"])
async def test_compressed_answers(encoding: str) -> None:
    """I41: no compressed answer is asked for, and none is taken: a bomb can't grow behind the cap."""
    async with serve(say(200, b"\x1f\x8b", content_encoding=encoding)) as server, client(server.place) as ask:
        with pytest.raises(httpx.DecodingError):
            await ask.get(server.url)
        assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("provider", Provider)
async def test_place_no_longer_allowed(provider: Provider) -> None:
    """I67: a base URL that was allowed when it was saved is checked again at each call."""
    async with serve() as recorder:
        egress = Egress((recorder.place,))
        llm = LiteLlm(egress.transport_to, allowed_private=(), deadline_seconds=DEADLINE_SECONDS)
        with pytest.raises(ModelRefused):
            await llm.complete(PROMPT, _route(provider, recorder.url), Secret(MODEL_KEY))
        await egress.close()
        assert recorder.connections == 0


@pytest.mark.parametrize("provider", Provider)
async def test_mixed_name_through_litellm(monkeypatch: pytest.MonkeyPatch, provider: Provider) -> None:
    """I67: a public name that leads inside, too, is refused beneath litellm; nobody inside is called."""
    names = Names([PUBLIC, "127.0.0.1"])
    monkeypatch.setattr(guarded, "resolve", names.resolve)
    async with serve() as inside:
        connections, egress = Connections(inside, monkeypatch), Egress(())
        llm = LiteLlm(egress.transport_to, allowed_private=(), deadline_seconds=DEADLINE_SECONDS)
        with pytest.raises(ModelFailed):
            await llm.complete(PROMPT, _route(provider, "https://models.example.com"), Secret(MODEL_KEY))
        await egress.close()
        assert {name for name, _ in names.asked} == {"models.example.com"}
        assert (connections.made, inside.connections) == ([], 0)


def _route(provider: Provider, base_url: str) -> ModelRoute:
    return ModelRoute(provider=provider, model="test-model", base_url=base_url)
