"""Model servers that misbehave: every call ends in time, in one request, in one of our errors, without the key."""

import gc
import gzip
import json
import time
import warnings
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
import stamina

from gateway.domain.completion import Tokens
from gateway.domain.credential import Provider
from gateway.domain.model_errors import (
    ModelBusy,
    ModelDeclined,
    ModelFailed,
    ModelOverQuota,
    ModelRefused,
    ModelRejectedKey,
)
from tests.config.production_logs import production_logs
from tests.setting_up import MODEL_KEY
from tests.workers.asking import DEADLINE_SECONDS, LITELLM_WARNS, anthropic_answer, ask, openai_answer, traces_of
from tests.workers.servers import Answer, drip, drop, hang, pour, say, serve
from workers.egress import MAX_ANSWER_BYTES

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]

SPEAKERS = (Provider.OPENAI_COMPAT, Provider.ANTHROPIC)
ECHO = f"Incorrect API key provided: {MODEL_KEY}"
SPENT = {"message": "You exceeded your quota", "type": "insufficient_quota", "code": "insufficient_quota"}
TOOL_CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
GOOD = json.dumps(openai_answer(content="Hello")).encode()
GOOD_MESSAGE = json.dumps(anthropic_answer({"type": "text", "text": "Hello"})).encode()


def refuse(status: int, message: str = ECHO, *, kind: str = "offline") -> Answer:
    """Refuse as providers do: with the key in the words."""
    return say(status, {"type": "error", "error": {"message": message, "type": kind, "code": "offline"}})


BOTH: Mapping[str, tuple[Answer, type[ModelFailed]]] = {
    "hang before headers": (hang, ModelBusy),
    "byte by byte": (drip, ModelBusy),
    "endless stream": (pour(None), ModelBusy),
    "80 MB": (pour(80 * 1024 * 1024), ModelBusy),
    "drop": (drop, ModelBusy),
    "invalid JSON": (say(200, b'{"choices": ['), ModelBusy),
    "a web page": (say(200, b"<html>", content_type="text/html"), ModelBusy),
    "empty body": (say(200), ModelBusy),
    "a JSON list": (say(200, [ECHO]), ModelBusy),
    "400": (refuse(400), ModelRefused),
    "400 about roles": (refuse(400, "Conversation roles must alternate user/assistant"), ModelRefused),
    "401": (refuse(401), ModelRejectedKey),
    "401 in other words": (refuse(401, "No such token", kind="invalid_request_error"), ModelRejectedKey),
    "402": (refuse(402), ModelOverQuota),
    "403": (refuse(403), ModelRefused),
    "404": (refuse(404), ModelRefused),
    "413": (refuse(413), ModelRefused),
    "422": (refuse(422), ModelRefused),
    "429": (refuse(429), ModelBusy),
    "500": (refuse(500), ModelBusy),
    "502 as a page": (say(502, b"<html>", content_type="text/html"), ModelBusy),
    "503": (refuse(503), ModelBusy),
    "529": (refuse(529), ModelBusy),
}
OWN: Mapping[tuple[str, Provider], tuple[Answer, type[ModelFailed]]] = {
    ("no choices", Provider.OPENAI_COMPAT): (say(200, {**openai_answer(), "choices": []}), ModelRefused),
    ("no content", Provider.OPENAI_COMPAT): (say(200, openai_answer()), ModelRefused),
    ("blank content", Provider.OPENAI_COMPAT): (say(200, openai_answer(content=" \n")), ModelRefused),
    ("tool call", Provider.OPENAI_COMPAT): (say(200, openai_answer(tool_calls=[TOOL_CALL])), ModelRefused),
    ("refusal", Provider.OPENAI_COMPAT): (say(200, openai_answer(refusal="I won't.")), ModelDeclined),
    ("200 with an error", Provider.OPENAI_COMPAT): (refuse(200), ModelFailed),
    ("spent quota", Provider.OPENAI_COMPAT): (say(429, {"error": SPENT}), ModelOverQuota),
    ("gzip", Provider.OPENAI_COMPAT): (say(200, gzip.compress(GOOD), content_encoding="gzip"), ModelBusy),
    ("no blocks", Provider.ANTHROPIC): (say(200, anthropic_answer()), ModelRefused),
    ("tool call", Provider.ANTHROPIC): (
        say(200, anthropic_answer({"type": "tool_use", "id": "call_1", "name": "look", "input": {}})),
        ModelRefused,
    ),
    ("200 with an error", Provider.ANTHROPIC): (refuse(200), ModelFailed),
    ("gzip", Provider.ANTHROPIC): (say(200, gzip.compress(GOOD_MESSAGE), content_encoding="gzip"), ModelBusy),
}
CASES = [
    *[pytest.param(p, *case, id=f"{p.value}-{name}") for p, (name, case) in product(SPEAKERS, BOTH.items())],
    *[pytest.param(provider, *case, id=f"{provider.value}-{name}") for (name, provider), case in OWN.items()],
]


@pytest.fixture(autouse=True)
def _asked_once() -> Iterator[None]:
    """Take our own second try away, so that a try of anybody else's shows."""
    with stamina.set_testing(testing=True, attempts=1):
        yield


@pytest.mark.parametrize(("provider", "answer", "kind"), CASES)
async def test_nasty_server(
    provider: Provider, answer: Answer, kind: type[ModelFailed], capfd: pytest.CaptureFixture[str]
) -> None:
    """I41, I42, I61: it ends within the deadline, in one request, as the right error, and the key is nowhere."""
    async with serve(answer) as server:
        began = time.monotonic()
        with production_logs() as logs, pytest.raises(kind) as caught:
            await ask(server.place, provider)
        assert time.monotonic() - began < DEADLINE_SECONDS + 1
        assert [request.line.split()[0] for request in server.requests] == ["POST"]
    assert server.connections == 1
    assert [words for words in traces_of(caught.value) if MODEL_KEY in words] == []
    assert MODEL_KEY not in logs.getvalue() + "".join(capfd.readouterr())


@pytest.mark.parametrize("provider", SPEAKERS)
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("prompt is too long: maximum context length exceeded", "invalid_request_error"),
        ("429 rate limit reached", "rate_limit_error"),
        ("Request timed out", "api_error"),
        ("invalid x-api-key", "authentication_error"),
    ],
)
async def test_401_in_misleading_words(provider: Provider, words: str, kind: str) -> None:
    """I42: whatever a 401 says, the key is rejected; nobody takes it for a rate limit or a long conversation."""
    async with serve(refuse(401, words, kind=kind)) as server:
        with pytest.raises(ModelRejectedKey) as caught:
            await ask(server.place, provider)
        assert (caught.value.status, len(server.requests)) == (401, 1)


@pytest.mark.parametrize("provider", SPEAKERS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, ModelFailed), (400, ModelRefused), (403, ModelRefused), (429, ModelBusy), (500, ModelBusy)],
)
@pytest.mark.parametrize("words", ["Invalid API Key", "The api_key client option must be set"])
async def test_other_status_in_words_of_a_401(
    provider: Provider, status: int, kind: type[ModelFailed], words: str
) -> None:
    """I42: no status but 401 rejects a key, whatever words come with it."""
    async with serve(refuse(status, words, kind="authentication_error")) as server:
        with pytest.raises(kind) as caught:
            await ask(server.place, provider)
    assert not isinstance(caught.value, ModelRejectedKey)


@pytest.mark.parametrize("provider", SPEAKERS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect(provider: Provider, status: int) -> None:
    """I67: a redirect to another origin is not followed: nobody comes there."""
    async with serve(say(200, GOOD)) as elsewhere, serve(say(status, location=f"{elsewhere.url}/v1")) as server:
        with pytest.raises(ModelFailed):
            await ask(server.place, provider, egress_allows=(server.place, elsewhere.place))
        assert (len(server.requests), elsewhere.connections) == (1, 0)


@pytest.mark.parametrize("provider", SPEAKERS)
async def test_tls_stall(provider: Provider) -> None:
    """I41: a server that takes the connection and never shakes hands is left at the deadline, its socket closed."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        async with serve() as server:
            began = time.monotonic()
            with pytest.raises(ModelBusy):
                await ask(server.place, provider, scheme="https")
            assert time.monotonic() - began < DEADLINE_SECONDS + 1
            assert server.requests == []
        gc.collect()
    assert [str(warning.message) for warning in warned if "unclosed" in str(warning.message)] == []


@pytest.mark.parametrize("provider", SPEAKERS)
async def test_no_server(provider: Provider) -> None:
    """A provider that nobody listens for is busy."""
    async with serve() as server:
        pass
    with pytest.raises(ModelBusy):
        await ask(server.place, provider)


@pytest.mark.parametrize("provider", SPEAKERS)
async def test_guard_is_not_walked_around(provider: Provider) -> None:
    """I67: where the guard refuses an address, litellm does not try again with a client of its own."""
    async with serve(say(200, GOOD)) as inside:
        with pytest.raises(ModelFailed):
            await ask(inside.place, provider, egress_allows=())
        assert inside.connections == 0


def test_cap_is_modest() -> None:
    """I41: what one answer may take of a worker's memory is bounded, with hundreds of calls in flight."""
    assert MAX_ANSWER_BYTES <= 4 * 1024 * 1024


@pytest.mark.parametrize("message", [{"refusal": "I won't."}, {"content": " "}], ids=["refusal", "blank"])
async def test_without_words_it_is_billed(message: dict[str, str]) -> None:
    """An answer without words tells what its provider counted, and bills, all the same."""
    async with serve(say(200, openai_answer(**message))) as server:
        with pytest.raises(ModelFailed) as caught:
            await ask(server.place, Provider.OPENAI_COMPAT)
    assert caught.value.tokens == Tokens(asked=1, answered=1)
