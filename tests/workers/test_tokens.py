"""What a provider says that an answer has cost in tokens."""

from typing import Any

import pytest

from gateway.domain.completion import Tokens
from gateway.domain.credential import Provider
from tests.workers.asking import LITELLM_WARNS, anthropic_answer, ask_counting, openai_answer
from tests.workers.servers import say, serve

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]

OPENAIS = {"prompt_tokens": 31, "completion_tokens": 7, "total_tokens": 38}
ANTHROPICS = {"input_tokens": 31, "output_tokens": 7}


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        (Provider.OPENAI, openai_answer(content="Hello") | {"usage": OPENAIS}),
        (Provider.OPENAI_COMPAT, openai_answer(content="Hello") | {"usage": OPENAIS}),
        (Provider.ANTHROPIC, anthropic_answer({"type": "text", "text": "Hello"}) | {"usage": ANTHROPICS}),
    ],
)
async def test_tokens(provider: Provider, answer: dict[str, Any]) -> None:
    """The tokens that a provider bills, of prompt and answer, come with its words."""
    async with serve(say(200, answer)) as server:
        said = await ask_counting(server.place, provider)
    assert (said.text, said.tokens) == ("Hello", Tokens(asked=31, answered=7))


async def test_no_tokens() -> None:
    """An answer of a provider that counts nothing is an answer, and nobody makes up what it has cost."""
    answer = {name: value for name, value in openai_answer(content="Hello").items() if name != "usage"}
    async with serve(say(200, answer)) as server:
        said = await ask_counting(server.place, Provider.OPENAI_COMPAT)
    assert (said.text, said.tokens) == ("Hello", None)
