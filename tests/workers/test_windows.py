"""Windows of models, and the estimate of tokens, held against a tokenizer that litellm brings along."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litellm.litellm_core_utils.default_encoding import encoding

from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.model_errors import ModelTooLong
from gateway.domain.window import DEFAULT_WINDOW, estimate_tokens, room_in
from tests.workers.desk import Desk
from workers.llm import LiteLlm

_TEXTS = {
    "English": "We open at eight in the morning, from Monday to Friday, and at nine on Saturdays. If you would like to "
    "book a table for more than six people, please tell us a day ahead so that we can prepare the back room.",
    "texting": "hey r u guys open 2day?? need 2 get my order b4 5pm lol thx. my nr is 4471 pls lmk asap!!",
    "Spanish": "Abrimos a las ocho de la ma\u00f1ana, de lunes a viernes. Si quiere reservar una mesa para m\u00e1s de "
    "seis personas, av\u00edsenos con un d\u00eda de antelaci\u00f3n para que podamos preparar el sal\u00f3n.",
    "German": "Wir \u00f6ffnen um acht Uhr. Unsere Geschwindigkeitsbegrenzungen gelten f\u00fcr Krankenversicherungen.",
    "Japanese": "\u6708\u66dc\u65e5\u304b\u3089\u91d1\u66dc\u65e5\u307e\u3067\u306f\u671d\u516b\u6642\u306b\u958b"
    "\u5e97\u3057\u307e\u3059\u3002\u304a\u90e8\u5c4b\u3092\u3054\u7528\u610f\u3044\u305f\u3057\u307e\u3059\u3002",
    "Hindi": "\u0939\u092e \u0938\u094b\u092e\u0935\u093e\u0930 \u0938\u0947 \u0936\u0941\u0915\u094d\u0930\u0935\u093e"
    "\u0930 \u0938\u0941\u092c\u0939 \u0906\u0920 \u092c\u091c\u0947 \u0916\u0941\u0932\u0924\u0947 \u0939\u0948\u0902",
    "emoji": "\U0001f600\U0001f389 \U0001f44d\U0001f3fd \U0001f468\u200d\U0001f469\u200d\U0001f467 bye \u2764\ufe0f",
    "code": "def fit(text, most):\n    for i, x in enumerate(text):\n        if x in {'a','b'} and not (i % 3 == 0):\n"
    "            return {'k': [x]*most, \"v\": text[i:-1]}\n",
    "JSON": '{"order_id":"A-10293-XZ","items":[{"sku":"99-ZQ","qty":3,"price":12.50}],"paid":true}',
    "address": "https://cafe.example.com/book?d=2026-11-23&t=16:40&ref=aZ9kQ2xv81Lp#seat-14",
    "noise": "aZ9kQ2xv81LpQ7mWc3RtY0uBnE5hJs8DfGkLzXvCq6TwPo4i" * 3,
    "lower noise": "qjzxkvbwpmfygucrlnshdoiate" * 4,
    "rare signs": "\U00013000\U00013050\u3400\u3405" * 8,
}


@pytest.mark.parametrize("kind", list(_TEXTS))
def test_the_estimate_is_hardly_ever_too_low(kind: str) -> None:
    """I66: without a table to be downloaded, a text is taken for about its tokens or more, and no threefold."""
    text = _TEXTS[kind]
    really = len(encoding.encode(text, disallowed_special=()))
    least = 0.75 if kind == "noise" else 0.85  # a quarter of the window is left for the answer
    assert least * really <= estimate_tokens(text) <= 2.5 * really, (really, estimate_tokens(text))


@given(st.text() | st.text("bcdXYZaei 019.,!\n\u00e9\u4e2d\ud800\U0001f600"))
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    """What fits by its bytes fits, so most histories need no closer look."""
    assert estimate_tokens(text) <= len(text.encode("utf-8", "surrogatepass"))


def test_the_estimate_is_quick() -> None:
    """I35: a whole history of long texts holds the loop up for no longer than a moment."""
    text = _TEXTS["English"] * 8
    began = time.process_time()
    for _ in range(100):
        estimate_tokens(text)
    assert time.process_time() - began < 0.5


def _window(provider: Provider, model: str) -> int | None:
    llm = LiteLlm(lambda _: pytest.fail("asked"), allowed_private=(), deadline_seconds=1)
    return llm.find_window(ModelRoute(provider=provider, model=model, base_url="https://a.example/v1"))


def test_windows_are_looked_up_at_home() -> None:
    """I66: known models have the window of litellm's own table; of others nothing is known, and nobody is asked."""
    assert _window(Provider.OPENAI, "gpt-4o") == 128_000
    assert _window(Provider.OPENAI_COMPAT, "gpt-4o-mini") == 128_000
    assert (_window(Provider.ANTHROPIC, "claude-sonnet-4-5") or 0) >= 200_000
    assert _window(Provider.OPENAI_COMPAT, "our-own-llama") is None
    assert room_in(None) == room_in(DEFAULT_WINDOW) == 6144
    assert room_in(128_000) == 128_000 - 8192


async def test_the_window_of_the_model_that_is_asked_counts(desk: Desk) -> None:
    """Of a long conversation a model is shown what fits into its own window, and the newest of it."""
    for number in range(6):
        await desk.text(f"question {number} " * 20)
        await desk.work()
    desk.model.window = 600
    await desk.text("the last")
    await desk.work()
    wide, narrow = (question.prompt for question in desk.model.asked[-2:])
    assert len(narrow) < len(wide) == 12
    assert [said.text for said in narrow[-2:]] == [desk.carrier.texts[-2], "the last"]


async def test_what_is_too_long_all_the_same_is_shortened(desk: Desk) -> None:
    """I42: a model that takes in less than is known of it is asked once more, with hardly any history."""
    for body in ("one", "two", "three"):
        await desk.text(body)
        await desk.work()
    desk.model.answers.append(ModelTooLong())
    await desk.text("four")
    await desk.work()
    assert [len(question.prompt) for question in desk.model.asked[-2:]] == [8, 4]
