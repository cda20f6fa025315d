"""Whatever a model is called, it is asked over our own way out, the guarded one, and over no other."""

import json
from collections.abc import Callable, Iterator

import httpx
import litellm
import pytest
import stamina

from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.model_errors import ModelRefused
from gateway.domain.secret import Secret
from tests.setting_up import MODEL_KEY
from tests.workers.asking import (
    LITELLM_WARNS,
    PATHS,
    PROMPT,
    anthropic_answer,
    base_url,
    openai_answer,
)
from tests.workers.servers import Server, say, serve
from workers.egress import Egress
from workers.llm import LiteLlm

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]

ANSWERS = {
    Provider.OPENAI_COMPAT: openai_answer(content="Hello"),
    Provider.ANTHROPIC: anthropic_answer({"type": "text", "text": "Hello"}),
}
COMPLETION = {
    "id": "cmpl-1",
    "object": "text_completion",
    "created": 0,
    "model": "test-model",
    "choices": [{"index": 0, "text": "Hello", "logprobs": None, "finish_reason": "stop"}],
}
OF_ANOTHER_MODE = {
    entry["mode"]: name
    for name, entry in sorted(litellm.model_cost.items())
    if entry.get("litellm_provider") in ("openai", "text-completion-openai") and "/" not in name
}
"""For each mode that litellm knows of OpenAI's models, one of them."""
OF_RESPONSES = [name for name, entry in litellm.model_cost.items() if entry.get("mode") == "responses"]
NAMES = sorted({*OF_ANOTHER_MODE.values(), *OF_RESPONSES, "responses/gpt-4o", "responses/x", "azure/responses/x"})


class Tally:
    """Our own way out, which counts what goes over it."""

    def __init__(self, transport_to: Callable[[str], httpx.AsyncBaseTransport]) -> None:
        self._transport_to = transport_to
        self.paths: list[str] = []

    def transport_to(self, origin: str) -> httpx.AsyncBaseTransport:
        """Return the way to an origin."""
        return _Counted(self._transport_to(origin), self.paths)


class _Counted(httpx.AsyncBaseTransport):
    def __init__(self, transport: httpx.AsyncBaseTransport, paths: list[str]) -> None:
        self._transport, self._paths = transport, paths

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._paths.append(request.url.path)
        return await self._transport.handle_async_request(request)


@pytest.fixture(autouse=True)
def _asked_once() -> Iterator[None]:
    """Take our own second try away, so that a try of anybody else's shows."""
    with stamina.set_testing(testing=True, attempts=1):
        yield


async def ask_counted(server: Server, provider: Provider, model: str) -> tuple[str, list[str]]:
    """Ask a model by a name at a server; gives its words, and the paths that were called over our own way."""
    egress = Egress((server.place,))
    tally = Tally(egress.transport_to)
    llm = LiteLlm(tally.transport_to, allowed_private=(server.place,), deadline_seconds=5)
    route = ModelRoute(provider=provider, model=model, base_url=base_url(provider, server.place))
    try:
        words = (await llm.complete(PROMPT, route, Secret(MODEL_KEY))).text
    except ModelRefused as failure:
        words = failure.code
    finally:
        await egress.close()
    return words, tally.paths


@pytest.mark.parametrize("provider", ANSWERS)
async def test_every_kind_of_model(provider: Provider) -> None:
    """I67: also a model that is known for another API than chat is asked once, over the guarded way, in a chat."""
    assert len(OF_RESPONSES) > 10
    assert len(OF_ANOTHER_MODE) > 5
    for name in NAMES:
        async with serve(say(200, ANSWERS[provider])) as server:
            assert await ask_counted(server, provider, name) == ("Hello", [PATHS[provider]]), name
            assert (server.connections, len(server.requests)) == (1, 1), name


@pytest.mark.parametrize("model", ["claude-2", "claude-instant-1"])
async def test_text_models_of_anthropic(model: str) -> None:
    """I67: a model that litellm would ask with a client of its own is refused, and nobody is called."""
    async with serve(say(200, ANSWERS[Provider.ANTHROPIC])) as server:
        assert await ask_counted(server, Provider.ANTHROPIC, model) == ("upstream_refused", [])
        assert server.connections == 0


@pytest.mark.parametrize("model", ["ft:babbage-002", "ft:davinci-002:us::1"])
@pytest.mark.parametrize("answer", [COMPLETION, ANSWERS[Provider.OPENAI_COMPAT]], ids=["completion", "chat"])
async def test_completion_models(model: str, answer: dict[str, object]) -> None:
    """I42: the answer of a model that completes and does not chat is a refusal, and no error that nobody expects."""
    async with serve(say(200, answer)) as server:
        assert await ask_counted(server, Provider.OPENAI_COMPAT, model) == ("upstream_refused", ["/v1/completions"])
        (request,) = server.requests
    assert json.loads(request.body)["model"] == model
