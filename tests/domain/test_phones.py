"""Phone numbers: whole E.164 values, and masked ones for logs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.phone import find_phone, mask_phone


@pytest.mark.parametrize("text", ["+12025550143", "+4912345", "+1234567", "+123456789012345", "+33612345678"])
def test_a_number_is_found(text: str) -> None:
    """A plus and 7 to 15 digits is a phone number, as it stands."""
    assert find_phone(text) == (text if len(text) > 7 else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "12025550143",
        "+02025550143",
        "+1 202 555 0143",
        "+1-202-555-0143",
        "(202) 555-0143",
        " +12025550143",
        "+12025550143 ",
        "+12025550143\n",
        "+1202555014x",
        "+123456",
        "+1234567890123456",
        "+1202555\u0660143",
        "\uff0b12025550143",
        "73822",
        "whatsapp:+12025550143",
        "Cafe",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    """Short codes, names, other scripts' digits and loose spellings are no E.164 numbers."""
    assert find_phone(text) is None


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+12025550143", "+1202***0143"),
        ("+123456789012345", "+1234***2345"),
        ("+1234567", "***"),
        ("73822", "***"),
        ("", "***"),
    ],
)
def test_a_mask_shows_the_ends(phone: str, masked: str) -> None:
    """I61: a masked number tells two texters apart and can't be called."""
    assert mask_phone(phone) == masked


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_no_number_survives_its_mask(phone: str) -> None:
    """I61: no valid number stands in its own mask."""
    assert phone not in mask_phone(phone)
