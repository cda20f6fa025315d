"""A way to ask a model server as a worker does, and what a good answer looks like."""

from collections.abc import Iterator
from typing import Any

from gateway.domain.completion import Completion
from gateway.domain.conversation import Role, Utterance
from gateway.domain.credential import DEFAULT_BASE_URL, ModelRoute, Provider, wire_model
from gateway.domain.secret import Secret
from tests.setting_up import MODEL_KEY
from workers.egress import Egress
from workers.llm import LiteLlm

DEADLINE_SECONDS = 1.0
LITELLM_WARNS = "ignore:Item '.+' on TypedDict class:UserWarning"
"""litellm's own types, built at its first answer, make pydantic warn."""
PROMPT = (Utterance(role=Role.SYSTEM, text="Be brief."), Utterance(role=Role.USER, text="Hello"))
PATHS = {
    Provider.OPENAI: "/v1/chat/completions",
    Provider.OPENAI_COMPAT: "/v1/chat/completions",
    Provider.ANTHROPIC: "/v1/messages",
}


def base_url(provider: Provider, place: str) -> str:
    """The base URL of a provider whose server is at `place`, with the path that the provider's own has."""
    is_anthropic = provider is Provider.ANTHROPIC
    assert DEFAULT_BASE_URL[Provider.OPENAI].endswith("/v1")
    return f"http://{place}" if is_anthropic else f"http://{place}/v1"


async def ask(place: str, provider: Provider, **options: Any) -> str:
    """Ask the model server at `place`, as `ask_counting` does, and return its words."""
    return (await ask_counting(place, provider, **options)).text


async def ask_counting(
    place: str,
    provider: Provider,
    *,
    model: str = "test-model",
    key: str = MODEL_KEY,
    scheme: str = "http",
    egress_allows: tuple[str, ...] | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Completion:
    """Ask the model server at `place`, and return its answer, tokens and all."""
    egress = Egress((place,) if egress_allows is None else egress_allows)
    llm = LiteLlm(egress.transport_to, allowed_private=(place,), deadline_seconds=deadline_seconds)
    url = base_url(provider, place).replace("http:", f"{scheme}:")
    route = ModelRoute(provider=provider, model=wire_model(provider, model), base_url=url)
    try:
        return await llm.complete(PROMPT, route, Secret(key))
    finally:
        await egress.close()


def openai_answer(**message: Any) -> dict[str, Any]:
    """A chat completion whose message is as given."""
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": "stop"}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "test-model",
        "choices": [choice],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def anthropic_answer(*content: dict[str, Any]) -> dict[str, Any]:
    """A message whose content blocks are as given."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "test-model",
        "content": list(content),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def traces_of(error: BaseException | None) -> Iterator[str]:
    """Everything that an exception says, and every exception that hangs on it."""
    if error is None:
        return
    yield f"{error} {error!r} {error.args} {vars(error)}"
    yield from traces_of(error.__cause__)
    yield from traces_of(error.__context__)
