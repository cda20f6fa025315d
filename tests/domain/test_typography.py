"""Typography: signs written in the GSM alphabet, letters left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.segment import is_gsm
from gateway.domain.typography import fold_typography

_SIGNS = (
    "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u2013\u2014\u2212\u2026\u2022\u2192\u2190\u00d7\u00f7\u00b1"
    "\u2264\u2265\u2260\u2248\u00a9\u00ae\u2122\u2116\u00b0\u00bd\u00b2\u2082\u2070\ufb01\uff21\uff01\u00a0\u2009\u202f\u200b"
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\u201cIt\u2019s\u201d", '"It\'s"'),
        ("\u00ab\u00a0mot\u00a0\u00bb", '"mot"'),
        ("9\u20135\u202fpm \u2014 wow\u2014yes", "9-5 pm - wow - yes"),
        ("72\u00b0F, 20 \u00b0C, 90\u00b0", "72F, 20 C, 90 deg"),
        ("1\u00bd cups, \u00be tsp", "1 1/2 cups, 3/4 tsp"),
        ("m\u00b2, CO\u2082, 10\u2079", "m^2, CO2, 10^9"),
        ("e\u0301 is \u00e9", "\u00e9 is \u00e9"),
        ("col\u00b7lapsar \u00b7 x", "col\u00b7lapsar - x"),
        ("\uff21\uff22\uff11", "AB1"),
    ],
)
def test_signs(text: str, folded: str) -> None:
    """Quotes, dashes, spaces, degrees, fractions and raised digits are written so that they still read well."""
    assert fold_typography(text) == folded


def test_every_sign_is_in_the_gsm_alphabet_then() -> None:
    """Whatever is folded at all ends in the GSM alphabet, or the text would be as dear as before."""
    assert is_gsm(fold_typography(" ".join(_SIGNS)))


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn", "Mc"], exclude_characters="\u02bc"), max_size=40))
def test_letters_stay(text: str) -> None:
    """No letter of a language is changed, but that one of two code points may be written as the same one of one."""
    ligatures = {chr(point) for point in range(0xFB00, 0xFB05)} | {chr(point) for point in range(0xFF01, 0xFF5F)}
    kept = "".join(character for character in text if character not in ligatures)
    assert fold_typography(kept) == unicodedata.normalize("NFC", kept)
