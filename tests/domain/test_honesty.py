"""What the gateway says of itself: the disclosure before a first reply."""

import re
from dataclasses import replace

import pytest

from gateway.domain.compliance import Voice
from gateway.domain.honesty import DISCLOSURE, Language, add_disclosure, disclosure_text, drop_disclosure, machine_text
from gateway.domain.reply import shape_reply
from gateway.domain.segment import count_segments, is_gsm
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
