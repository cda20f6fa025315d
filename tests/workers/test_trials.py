"""Keys tried with real servers: one cheap request, a verdict that is true, and the key nowhere but on the wire."""

import asyncio
import json

import pytest

from gateway.domain.check import Verdict, judge
from gateway.domain.credential import Health, ModelRoute, Provider
from gateway.domain.errors import CredentialMissing
from gateway.domain.model_errors import ModelFailed
from gateway.domain.secret import Secret
from tests.config.production_logs import production_logs
from tests.examples import NOW
from tests.setting_up import MODEL_KEY
from tests.workers.asking import LITELLM_WARNS, anthropic_answer, base_url, openai_answer, traces_of
from tests.workers.servers import Answer, Server, drop, hang, say, serve
from workers.egress import Egress
from workers.llm import LiteLlm

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]

SPEAKERS = (Provider.OPENAI_COMPAT, Provider.ANTHROPIC)
LIST = {"object": "list", "data": [{"id": "other-model"}, {"id": "thinking-model"}]}
ECHO = {"error": {"message": f"Incorrect API key provided: {MODEL_KEY}", "type": "offline", "code": "offline"}}
CUT = {
    Provider.OPENAI_COMPAT: {
        **openai_answer(content=""),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "length"}],
    },
    Provider.ANTHROPIC: {**anthropic_answer(), "stop_reason": "max_tokens"},
}


async def try_at(
    server: Server, provider: Provider, model: str, *, seconds: float = 20, allowed: bool = True
) -> tuple[Verdict, ModelFailed | None]:
    """Try the key at a server, and judge what comes of it."""
    places = (server.place,) if allowed else ()
    egress = Egress(places)
    llm = LiteLlm(egress.transport_to, allowed_private=places, deadline_seconds=60)
    failure: ModelFailed | None = None
    try:
        route = ModelRoute(provider=provider, model=model, base_url=base_url(provider, server.place))
        await llm.try_key(route, Secret(MODEL_KEY), seconds=seconds)
    except ModelFailed as error:
        failure = error
    finally:
        await egress.close()
    return judge(failure, now=NOW), failure


@pytest.mark.parametrize("provider", SPEAKERS)
async def test_one_token(provider: Provider) -> None:
    """Contract 5: with a model a key costs one request for one token, and even an answer without words is `ok`."""
    async with serve(say(200, CUT[provider])) as server:
        verdict, _ = await try_at(server, provider, "test-model")
    (request,) = server.requests
    assert (verdict.health, json.loads(request.body)["max_tokens"]) == (Health.OK, 1)


def _on_the_list(*, anybody: bool = False, listed: int = 200, names: object = LIST) -> tuple[Answer, list[Server]]:
    """Make a server that refuses completions so, and lists its models to who shows the key, or to anybody."""
    here: list[Server] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        request = here[0].requests[-1]
        if not request.line.startswith("GET"):
            await say(400, ECHO)(writer)
        elif anybody or MODEL_KEY in str(request.headers):
            await say(listed, names)(writer)
        else:
            await say(401, ECHO)(writer)

    return answer, here


@pytest.mark.parametrize("provider", SPEAKERS)
async def test_list_of_models(provider: Provider) -> None:
    """Contract 5: without a model the list of models is asked for, with the header of its provider."""
    answer, here = _on_the_list()
    async with serve(answer) as server:
        here.append(server)
        verdict, _ = await try_at(server, provider, "")
    assert verdict.health is Health.OK
    first, second = server.requests
    assert [request.line for request in (first, second)] == ["GET /v1/models HTTP/1.1"] * 2
    shown = {"x-api-key": MODEL_KEY} if provider is Provider.ANTHROPIC else {"authorization": f"Bearer {MODEL_KEY}"}
    assert shown.items() <= first.headers.items()
    assert MODEL_KEY not in str(second.headers)
    assert ("anthropic-version" in first.headers) == (provider is Provider.ANTHROPIC)


async def test_public_list() -> None:
    """A list that anybody gets proves nothing of the key: it stays unverified, and the reason names the next step."""
    answer, here = _on_the_list(anybody=True)
    async with serve(answer) as server:
        here.append(server)
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, "")
    assert (verdict.health, "Name a model" in str(verdict.reason)) == (Health.UNVERIFIED, True)
    assert (verdict.failure, verdict.tells_nothing) == ("byok_unproven", True)


@pytest.mark.parametrize(
    ("anybody", "listed", "health"),
    [(False, 200, Health.OK), (True, 200, Health.UNVERIFIED), (False, 401, Health.REJECTED), (False, 500, None)],
)
async def test_model_that_refuses_short_answers(*, anybody: bool, listed: int, health: Health | None) -> None:
    """A model that answers 400 to a limit of one token is no reason against its key: the list tells, if it can."""
    answer, here = _on_the_list(anybody=anybody, listed=listed)
    async with serve(answer) as server:
        here.append(server)
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, "thinking-model")
    assert verdict.health is (health or Health.UNVERIFIED)
    if verdict.health is Health.UNVERIFIED:
        assert "400" in str(verdict.reason)


@pytest.mark.parametrize(
    ("listed", "health"),
    [
        (LIST, Health.OK),
        ([{"id": "thinking-model"}], Health.OK),
        ({"data": [{"id": "models/thinking-model"}]}, Health.OK),
        ({"data": [{"id": "thinking"}, {"id": "thinking-model-2"}, {"name": "thinking-model"}]}, Health.UNVERIFIED),
        ({"data": []}, Health.UNVERIFIED),
        ({"data": {"id": "thinking-model"}}, Health.UNVERIFIED),
        ([None, "thinking-model", {"id": ["thinking-model"]}], Health.UNVERIFIED),
    ],
)
async def test_model_that_is_not_there(listed: object, health: Health) -> None:
    """Contract 5: where a trial is answered 400, as of a misspelt model, a list counts only when it has that model."""
    answer, here = _on_the_list(names=listed)
    async with serve(answer) as server:
        here.append(server)
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, "thinking-model")
    assert verdict.health is health
    if health is Health.UNVERIFIED:
        assert "Look at the model's name" in str(verdict.reason)


@pytest.mark.parametrize("provider", SPEAKERS)
@pytest.mark.parametrize("model", ["test-model", ""], ids=["with a model", "without"])
@pytest.mark.parametrize(
    "case",
    [
        pytest.param((say(401, ECHO), Health.REJECTED, "byok_rejected", "401"), id="401"),
        pytest.param((say(403, ECHO), Health.UNVERIFIED, "upstream_refused", "403"), id="403"),
        pytest.param((say(402, ECHO), Health.UNVERIFIED, "upstream_over_quota", "quota"), id="402"),
        pytest.param((say(404, ECHO), Health.UNVERIFIED, "upstream_refused", "404"), id="404"),
        pytest.param((say(429, ECHO), Health.UNVERIFIED, "upstream_unavailable", "429"), id="429"),
        pytest.param((say(503, ECHO), Health.UNVERIFIED, "upstream_unavailable", "503"), id="503"),
        pytest.param((say(302, b"", location="http://127.0.0.1:1/"), Health.UNVERIFIED, None, "302"), id="302"),
        pytest.param((drop, Health.UNVERIFIED, "upstream_unavailable", "reached"), id="drop"),
    ],
)
async def test_other_answers(provider: Provider, model: str, case: tuple[Answer, Health, str | None, str]) -> None:
    """I42: only a 401 rejects a key; whatever else comes is its reason, in words that hold nothing of the key."""
    answer, health, failure, word = case
    async with serve(answer) as server:
        with production_logs() as logs:
            verdict, error = await try_at(server, provider, model)
    assert (verdict.health, word in str(verdict.reason)) == (health, True), verdict
    assert failure in (None, verdict.failure)
    assert len(server.requests) == 1
    told = " ".join(traces_of(error)) + logs.getvalue() + str(verdict)
    assert MODEL_KEY not in told


@pytest.mark.parametrize("model", ["test-model", ""], ids=["with a model", "without"])
async def test_silence(model: str) -> None:
    """Contract 5: a provider that says nothing is given up in time, and the key stays unverified."""
    async with serve(hang) as server:
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, model, seconds=0.3)
    assert (verdict.health, verdict.failure, verdict.answered_at) == (Health.UNVERIFIED, "upstream_unavailable", None)


async def test_spent_quota() -> None:
    """Contract 5: a spent quota, which OpenAI tells by a 429, is the reason and not the key's fault."""
    spent = {
        "error": {"message": "You exceeded your quota", "type": "insufficient_quota", "code": "insufficient_quota"}
    }
    async with serve(say(429, spent)) as server:
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, "test-model")
    assert (verdict.health, verdict.failure) == (Health.UNVERIFIED, "upstream_over_quota")


@pytest.mark.parametrize("page", [b"<html>", b"", b"[" * 200_000], ids=["a page", "nothing", "endless brackets"])
async def test_no_list(page: bytes) -> None:
    """A web page at the base URL, or what nobody can read, is no proof of a key."""
    async with serve(say(200, page)) as server:
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, "")
    assert (verdict.health, "base_url" in str(verdict.reason)) == (Health.UNVERIFIED, True)


@pytest.mark.parametrize("model", ["test-model", ""], ids=["with a model", "without"])
async def test_private_place(model: str) -> None:
    """I67: a key is tried through the same guards as a turn: a place that is not allowed sees no connection."""
    async with serve(say(200, LIST)) as server:
        verdict, _ = await try_at(server, Provider.OPENAI_COMPAT, model, allowed=False)
        assert server.connections == 0
    assert verdict.health is Health.UNVERIFIED
    assert "allowed" in str(verdict.reason)


@pytest.mark.parametrize("model", ["test-model", ""], ids=["with a model", "without"])
async def test_no_key(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """I62: an empty key is not tried, so that nobody reaches for another in the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-operators-own")
    async with serve(say(200, LIST)) as server:
        egress = Egress((server.place,))
        llm = LiteLlm(egress.transport_to, allowed_private=(server.place,), deadline_seconds=5)
        route = ModelRoute(provider=Provider.OPENAI_COMPAT, model=model, base_url=server.url)
        with pytest.raises(CredentialMissing):
            await llm.try_key(route, Secret(""), seconds=5)
        await egress.close()
        assert server.connections == 0
