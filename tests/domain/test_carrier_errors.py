"""Twilio's error codes in words: each of the right class, with a next step."""

import pytest

from gateway.domain.carrier_errors import KNOWN, Nature, explain_code, read_code

CLASSES = {
    Nature.RETRY: {20429, 63018},
    Nature.CONFIG: {20003, 21408, 21612, 30034, 30024},
    Nature.PERMANENT: {21211, 21614, 21635, 30003, 30004, 30005, 30006, 30007, 30008},
    Nature.CONSENT: {21610},
    Nature.OUR_BUG: {21617},
    Nature.SECURITY: {14107, 30450},
}
QUIET = {20429, 21211, 21610, 21614, 21635, 30003, 30004, 30005, 30006, 30008, 63018}


@pytest.mark.parametrize("nature", Nature)
def test_classes(nature: Nature) -> None:
    """I48: each code that texts meet is of the right class."""
    assert {explain_code(code).nature for code in CLASSES[nature]} == {nature}


def test_only_what_twilio_never_took_is_tried_again() -> None:
    """I47, I48: nothing is sent again but what Twilio says it did not take."""
    assert {code for code, error in KNOWN.items() if error.nature is Nature.RETRY} == {20429, 21611, 21730, 63018}


def test_alerts() -> None:
    """What concerns more than one texter is news to the operator; a phone that is off is not."""
    codes = {code for known in CLASSES.values() for code in known}
    assert {code for code in codes if not explain_code(code).is_alert} == QUIET


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_words(code: int) -> None:
    """I48: every code has a meaning that goes on a sentence, and a next step that is one."""
    error = explain_code(code)
    assert error.meaning[:1].islower() or error.meaning.startswith("Twilio")
    assert not error.meaning.endswith(".")
    assert error.next_step[:1].isupper()
    assert error.describe() == {
        "error_code": code,
        "class": error.nature.value,
        "meaning": error.meaning,
        "next": error.next_step,
    }


def test_unknown_code() -> None:
    """I48: a code without words of its own is final, and leads to Twilio's page."""
    error = explain_code(39999)
    assert (error.nature, error.is_alert) == (Nature.PERMANENT, False)
    assert error.next_step.endswith("https://www.twilio.com/docs/api/errors/39999")


@pytest.mark.parametrize(
    ("text", "code"), [("30003", 30003), ("", None), (None, None), ("x", None), ("²", None), ("9" * 30, None)]
)
def test_read(text: str | None, code: int | None) -> None:
    """What a receipt calls a code is one only when it is a number of Twilio's size."""
    assert read_code(text) == code
