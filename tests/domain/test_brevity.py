"""Brevity: answers cut to a ceiling of segments, and without emoji."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.brevity import drop_emoji, fit_segments
from gateway.domain.segment import count_segments

_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(". !?\n"), max_size=900)
_SIGNS = "caf\u00e9 \u20ac5 \u00a9 2026 \u2192 \u00b7 \u201cyes\u201d"
_SENTENCE = "We open at nine in the morning and close at six. "


@given(_TEXTS, st.integers(1, 4))
def test_no_ceiling_is_passed(text: str, most: int) -> None:
    """Contract 5: whatever an answer holds, it has no more segments than its agent says, and none of it is made up."""
    fitted = fit_segments(text, most)
    assert count_segments(fitted) <= most or fitted == text == ""
    assert fitted.removesuffix("...").strip() in text


def test_a_cut_is_clean() -> None:
    """Contract 5: an answer is cut after a sentence, or after a word with an ellipsis; a short one is left alone."""
    assert fit_segments(_SENTENCE * 10, 1) == (_SENTENCE * 3).rstrip()
    assert fit_segments("word " * 100, 1) == ("word " * 31).rstrip() + "..."
    assert fit_segments("x" * 500, 1) == "x" * 157 + "..."
    assert fit_segments(_SENTENCE * 10, None) == _SENTENCE * 10
    assert fit_segments(_SENTENCE, 1) == _SENTENCE


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Sure! \U0001f600", "Sure!"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "family"),
        ("Thumbs \U0001f44d\U0001f3fd up", "Thumbs up"),
        ("From \U0001f1e9\U0001f1ea, with love \u2764\ufe0f.", "From, with love."),
        ("Press 1\ufe0f\u20e3 now", "Press 1 now"),
        (_SIGNS, _SIGNS),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\U0001f44d", "\U0001f44d"),
        ("line \u2728\nnext", "line\nnext"),
    ],
)
def test_emoji_go_and_words_stay(text: str, plain: str) -> None:
    """Contract 5: pictures go with all that dresses them; letters, signs and what joins letters stay."""
    assert drop_emoji(text) == plain
