"""What the gateway says of itself: the disclosure before a first reply."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.domain.brevity import excerpt
from gateway.domain.compliance import Voice
from gateway.domain.honesty import (
    DISCLOSURE,
    Language,
    add_disclosure,
    disclosure_text,
    drop_disclosure,
    machine_text,
    open_reply,
)
from gateway.domain.reply import MAX_PART, shape_reply
from gateway.domain.segment import count_segments, count_units, is_gsm
from gateway.domain.texting import MAX_LINE, Texting
from tests.domain.values import VOICE

_TEN = Voice(brand="Ten Letter", help_contact=None)


def test_default() -> None:
    """I29: unless an agent says otherwise, a first reply says who is texting, and that it is an automated AI."""
    assert Texting().disclosure == DISCLOSURE
    assert disclosure_text(DISCLOSURE, VOICE) == (
        "Corner Cafe: you're texting with an automated AI. Msg & data rates may apply. "
        "Reply HELP for help, STOP to opt out."
    )


def test_default_is_cheap() -> None:
    """I29: with a brand of ten letters it is short plain letters, and leaves room in its segment for an answer."""
    text = disclosure_text(DISCLOSURE, _TEN)
    assert is_gsm(text)
    assert len(text) < 120
    assert count_segments(add_disclosure(text, "We open at eight.")) == 1


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("", ""),
        (" \n", ""),
        ("{brand}, again {brand}.", "Corner Cafe, again Corner Cafe."),
        ("{", "{"),
        ("{0} {brand.help_contact} {}", "{0} {brand.help_contact} {}"),
        (" a\x07b ", "ab"),
    ],
)
def test_own_wording(wording: str, text: str) -> None:
    """A developer's wording is taken as it is, but for the brand; other braces are no more than braces."""
    assert disclosure_text(wording, VOICE) == text


@pytest.mark.parametrize("answer", ["Yes.", "a " * 1500, "\n\n  Yes."], ids=["short", "long", "space before it"])
@pytest.mark.parametrize("wording", [DISCLOSURE, "x" * MAX_LINE, "AI.\n\nReally."])
def test_it_stands_whole_in_the_first_part(wording: str, answer: str) -> None:
    """I29, I49: the first part begins with the whole disclosure; without it the answer is as it would have been."""
    disclosure = disclosure_text(wording, VOICE)
    first, *rest = shape_reply(add_disclosure(disclosure, answer.strip()))
    assert first.startswith(f"{disclosure}\n\n")
    assert " ".join([drop_disclosure(disclosure, first), *rest]).split() == answer.split()


def test_no_disclosure() -> None:
    """A reply without a disclosure is left as it is."""
    assert add_disclosure("", "We open.") == "We open."
    assert drop_disclosure("", "We open.") == "We open."


def test_a_brand_is_no_template() -> None:
    """A brand with braces in its name is said as it is."""
    odd = replace(VOICE, brand="{brand} {0}")
    assert disclosure_text("{brand}!", odd) == "{brand} {0}!"


@pytest.mark.parametrize("language", Language)
def test_truth(language: Language) -> None:
    """I29: in every language the truth is one segment of plain letters, from the brand, and says AI and no person."""
    text = machine_text(language, VOICE)
    assert text.startswith("Corner Cafe")
    assert is_gsm(text)
    assert count_segments(text) == 1
    assert re.search(r"\b(?:AI|IA)\b.* automat\w+|automat\w+ AI\b|IA automat\w+", text)
    assert re.search(r"not a person|no una persona|pas une personne", text)


_PIECES = ["a", " ", "{brand}", "\n\n", "\u2019", "\u2026", "\u20ac", "\u0142", "\u2122", "\U0001f468\u200d\U0001f469"]
_WORDS = st.builds(
    lambda start, pieces, times: ("I" * start + "".join(pieces) * times).strip(),
    st.integers(0, 170),
    st.lists(st.sampled_from(_PIECES), max_size=9),
    st.integers(1, 40),
)


@settings(deadline=None, max_examples=100)
@given(_WORDS, st.text(max_size=60), _WORDS.filter(lambda words: any(map(str.isalnum, words))), st.integers(1, 6))
@example(DISCLOSURE, "Zo\u00eb\u2019s Bakery", "We open at eight. " * 40, 4)
@example(DISCLOSURE, "\u0141\u00f3d\u017a", "We open at eight. " * 40, 4)
@example("It\u2019s an AI. Reply HELP or STOP.", "", "We open at eight. " * 40, 4)
@example("{brand}" * 45, "b" * 60, "a" * 1600, 100)
def test_an_opening_costs_no_more_than_its_pieces(wording: str, brand: str, answer: str, most: int) -> None:
    """I49: whatever brand, disclosure and answer hold, together they have no more segments than each of them has."""
    disclosure = disclosure_text(wording, Voice(brand=brand, help_contact=None))
    parts = excerpt(answer, most).parts
    worded, opened = open_reply(disclosure, parts)
    assert sum(map(count_segments, opened)) <= most + (count_segments(disclosure) if disclosure else 0)
    assert all(0 < count_units(part) <= MAX_PART for part in opened)
    told = drop_disclosure(worded, opened[0]) + "".join(opened[1:])
    assert "".join(told.split()) == "".join("".join(parts).split())
