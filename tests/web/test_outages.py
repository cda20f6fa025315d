"""Redis gone, silent, full or read-only: Twilio hears 503 quickly, never 200."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

import httpx
import pytest
from redis import Redis

from gateway.domain.ring import encode
from gateway.domain.secret import Secret
from tests.examples import inbound_form, message_sid
from tests.setting_up import Customer
from tests.web.contents import contents, names
from tests.web.processes import calling, web_process
from tests.web.twilio import post_text, said

_NOBODY = Secret("redis://127.0.0.1:1/0")


@asynccontextmanager
async def _silent_server() -> AsyncIterator[Secret]:
    """Take connections and say nothing."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield Secret(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")


@contextmanager
def _full(redis_url: Secret) -> Iterator[None]:
    with Redis.from_url(redis_url.reveal()) as client:
        client.execute_command("CONFIG", "SET", "maxmemory", "1")
        yield
        client.execute_command("CONFIG", "SET", "maxmemory", "0")


@contextmanager
def _read_only(redis_url: Secret) -> Iterator[None]:
    with Redis.from_url(redis_url.reveal()) as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        yield
        client.execute_command("REPLICAOF", "NO", "ONE")


def _expect_unavailable(response: httpx.Response) -> None:
    assert response.status_code == 503
    assert response.json()["error"] == "unavailable"
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("body", ["Hello", "STOP", "HELP"])
async def test_a_text_without_redis_is_503_at_once(body: str) -> None:
    """I16: with Redis gone a signed text is 503 with Retry-After, well before Twilio's patience ends."""
    async with web_process(_NOBODY) as app, calling(app) as web:
        began = time.monotonic()
        _expect_unavailable(await post_text(web, inbound_form(body)))
    assert time.monotonic() - began < 2


async def test_an_unsigned_text_is_refused_without_redis() -> None:
    """I6, I13: a wrong signature is found without asking Redis."""
    async with web_process(_NOBODY) as app, calling(app) as web:
        assert (await post_text(web, inbound_form(), signed="x")).status_code == 403


async def test_health_and_readiness_tell_them_apart(web: httpx.AsyncClient) -> None:
    """I45: the process is healthy with and without Redis, and ready only with it."""
    assert (await web.get("/healthz")).status_code == (await web.get("/readyz")).status_code == 200
    async with web_process(_NOBODY) as app, calling(app) as lost:
        assert (await lost.get("/healthz")).status_code == 200
        assert (await lost.get("/readyz")).status_code == 503


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/status"), ("GET", "/v1/byok"), ("GET", "/v1/agents"), ("DELETE", "/v1/byok"), ("POST", "/v1/agents")],
)
async def test_the_api_without_redis_is_503(method: str, path: str) -> None:
    """I64: with Redis gone nobody can tell whose key it is: 503 for every key, and no 401."""
    async with web_process(_NOBODY) as app, calling(app) as web:
        _expect_unavailable(await web.request(method, path, headers={"authorization": "Bearer vck_some"}))


async def test_a_silent_redis_is_503_in_time() -> None:
    """I16: a Redis that takes connections and never answers is 503 within 5 seconds."""
    async with _silent_server() as url, web_process(url) as app, calling(app) as web:
        began = time.monotonic()
        _expect_unavailable(await post_text(web, inbound_form()))
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("trouble", [_full, _read_only], ids=["full", "read-only"])
@pytest.mark.parametrize("body", ["Hello", "STOP"])
async def test_a_redis_that_takes_no_writes_is_503(
    web: httpx.AsyncClient,
    customer: Customer,
    redis_url: Secret,
    trouble: Callable[[Secret], AbstractContextManager[None]],
    body: str,
) -> None:
    """I16: a full or read-only Redis is 503, nothing is half saved, and the repeat afterwards is taken."""
    before = contents(redis_url)
    with trouble(redis_url):
        _expect_unavailable(await post_text(web, inbound_form(body)))
    assert contents(redis_url) == before
    answer = said(await post_text(web, inbound_form(body)))
    assert len(answer) == (body == "STOP")
    assert names(contents(redis_url), f"tg:message:{message_sid()}")


async def test_another_pepper_is_503(web: httpx.AsyncClient, customer: Customer, redis_url: Secret) -> None:
    """I28: a process with another pepper would find nobody to be out: it takes no text, and /readyz says why."""
    await post_text(web, inbound_form("STOP"))
    before = contents(redis_url)
    async with web_process(redis_url, TEXTGATE_PEPPER=encode(b"q" * 32)) as app, calling(app) as other:
        _expect_unavailable(await post_text(other, inbound_form("Hello", sid=message_sid(2))))
        ready = await other.get("/readyz")
    assert (ready.status_code, "never rotated" in ready.text) == (503, True)
    assert contents(redis_url) == before
