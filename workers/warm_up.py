"""The first call of each kind, made before any texter waits for one.

litellm loads much of itself when it is first called. That holds the event loop for a second, on a busy machine for
several: heartbeats and answers from Redis would come too late, and turns in flight would be cut.
"""

import gc

import httpx

from gateway.domain.conversation import Role, Utterance
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.secret import Secret
from workers.llm import LiteLlm

_URL = "https://warm-up.invalid/v1"  # a name that never leads anywhere, RFC 2606
_PROMPT = (Utterance(role=Role.USER, text="Hello"),)
_SECONDS = 60.0
_COUNTS = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
_ANSWERS: dict[Provider, dict[str, object]] = {
    Provider.OPENAI_COMPAT: {
        "id": "warm-up",
        "object": "chat.completion",
        "created": 0,
        "model": "warm-up",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
        "usage": _COUNTS,
    },
    Provider.ANTHROPIC: {
        "id": "warm-up",
        "type": "message",
        "role": "assistant",
        "model": "warm-up",
        "content": [{"type": "text", "text": "Hello"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    },
}


async def warm_up() -> None:
    """Ask each kind of provider once; the answers come from here, and nothing leaves the process."""
    for provider, answer in _ANSWERS.items():
        route = ModelRoute(provider=provider, model="warm-up", base_url=_URL)
        await _answering(answer).complete(_PROMPT, route, Secret("warm-up"))
    # what is loaded by now stays; without this, each look of the garbage collector through it holds the loop
    gc.collect()
    gc.freeze()


def _answering(answer: dict[str, object]) -> LiteLlm:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    return LiteLlm(lambda _: transport, allowed_private=(), deadline_seconds=_SECONDS)
