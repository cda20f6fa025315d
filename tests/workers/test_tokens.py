"""What a provider says that an answer has cost in tokens."""

from dataclasses import replace
from typing import Any

import pytest
from litellm import ModelResponse

from gateway.domain.completion import Tokens
from gateway.domain.conversation import Role, Utterance
from gateway.domain.credential import Provider
from gateway.domain.model_errors import ModelRefused
from gateway.domain.picture import Picture
from gateway.domain.window import weigh_message
from tests.workers.asking import LITELLM_WARNS, PROMPT, anthropic_answer, ask_counting, openai_answer
from tests.workers.servers import say, serve
from workers.verdict import read_completion

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
    """I53: of an answer whose provider counts nothing what it has cost is estimated, and said to be a guess."""
    answer = {name: value for name, value in openai_answer(content="Hello there").items() if name != "usage"}
    async with serve(say(200, answer)) as server:
        said = await ask_counting(server.place, Provider.OPENAI_COMPAT)
    asked = sum(weigh_message(each.text) for each in PROMPT)
    assert (said.text, said.tokens) == ("Hello there", Tokens(asked=asked, answered=3, estimated=True))


async def test_no_tokens_and_no_words() -> None:
    """I53: nor is an answer without words free, where nobody counts."""
    answer = {name: value for name, value in openai_answer(content="").items() if name != "usage"}
    async with serve(say(200, answer)) as server:
        with pytest.raises(ModelRefused) as wordless:
            await ask_counting(server.place, Provider.OPENAI_COMPAT)
    assert wordless.value.tokens
    assert wordless.value.tokens.asked > wordless.value.tokens.answered == 0


def test_pictures_weigh() -> None:
    """I53: where nobody counts, a picture that a model was shown is not taken to be free."""
    picture = Picture(type="image/png", data=b"a cat")
    words = Utterance(role=Role.USER, text="Look")
    answer = ModelResponse(choices=[{"message": {"role": "assistant", "content": "A cat."}}])
    bare, shown = (
        read_completion(answer, (asked,)).tokens for asked in (words, replace(words, pictures=(picture, picture)))
    )
    assert bare
    assert shown
    assert shown.asked - bare.asked > 2_000
