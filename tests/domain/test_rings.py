"""Key rings as text: read exactly, and refused with the next step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.ring import RingEntry, decode, encode, format_entry, parse_ring

_ONE = RingEntry(kid="0123abcd", material=b"\x01" * 32)
_TWO = RingEntry(kid="89abcdef", material=b"\xff" * 32)


def test_a_ring_reads_back_in_order() -> None:
    """The first key of a ring is the current one; spaces around entries do no harm."""
    assert parse_ring(f" {format_entry(_ONE)} , {format_entry(_TWO)} ", size=32) == (_ONE, _TWO)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "keyring new"),
        ("0123abcd", "keyring new"),
        (":AAAA", "keyring new"),
        ("0123ABCD:AAAA", "keyring new"),
        ("0123abc:AAAA", "keyring new"),
        ("0123abcd:AA AA", "keyring new"),
        ("0123abcd:AAAA=", "keyring new"),
        ("0123abcd:AAAA", "bytes"),
        ("0123abcd:A", "base64url"),
        (format_entry(_ONE) + ",", "keyring new"),
        (format_entry(_ONE) + "\n", ""),
        (f"{format_entry(_ONE)},{format_entry(_ONE)}", "twice"),
        (format_entry(RingEntry(kid="0123abcd", material=b"x" * 33)), "another ring"),
    ],
)
def test_what_is_no_ring_is_refused_with_the_next_step(text: str, words: str) -> None:
    """A wrong ring is a ValueError that says what to do and never repeats the material."""
    if not words:
        assert parse_ring(text, size=32)
        return
    with pytest.raises(ValueError, match=words) as caught:
        parse_ring(text, size=32)
    assert encode(_ONE.material) not in str(caught.value)


def test_an_entry_does_not_show_its_bytes() -> None:
    """I61: the repr of a ring's entry names the key and nothing of it."""
    assert repr(_ONE) == "RingEntry(0123abcd)"


@given(st.binary(max_size=200))
def test_bytes_come_back(material: bytes) -> None:
    """base64url without padding reads back to the same bytes, whatever their number."""
    assert decode(encode(material)) == material
    assert "=" not in encode(material)


@pytest.mark.parametrize("text", ["*", "AA=A", "\u00e9", "A A"])
def test_other_text_is_no_base64url(text: str) -> None:
    """What `encode` never writes is refused as a ValueError."""
    with pytest.raises(ValueError, match=r"base64|ASCII|ascii"):
        decode(text)
