"""Typography: signs that the GSM alphabet lacks, written with those that it has.

One curly quote makes a whole text more than twice as dear. Letters are nobody's to change: an á stays an á.
"""

import re
import unicodedata

_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u2039\u203a`\u00b4\u02b9", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u02ba\u301d\u301e", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u25a0\u25a1\u2219", "-"),
    **dict.fromkeys("\t\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "),
    **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
    "\u2026": "...",
    "\u2190": "<-",
    "\u2192": "->",
    "\u2194": "<->",
    "\u21d0": "<=",
    "\u21d2": "=>",
    "\u27f6": "->",
    "\u279c": "->",
    "\u2794": "->",
    "\u00d7": "x",
    "\u00f7": "/",
    "\u2215": "/",
    "\u2044": "/",
    "\u00b1": "+/-",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\u2248": "~",
    "\u223c": "~",
    "\u02dc": "~",
    "\u00a9": "(C)",
    "\u00ae": "(R)",
    "\u2122": "(TM)",
    "\u2116": "No.",
    "\u00a2": "c",
    "\u00a6": "|",
    "\u00b9": "^1",
    "\u00b2": "^2",
    "\u00b3": "^3",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    **{chr(0x2080 + digit): str(digit) for digit in range(10)},
    **{chr(0x2070 + digit): f"^{digit}" for digit in (0, *range(4, 10))},
    **{chr(point): chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F)},
}
_TABLE = str.maketrans(_PLAIN)
_FRACTIONS = {
    "\u00bc": "1/4",
    "\u00bd": "1/2",
    "\u00be": "3/4",
    "\u2153": "1/3",
    "\u2154": "2/3",
    "\u215b": "1/8",
    "\u215c": "3/8",
    "\u215d": "5/8",
    "\u215e": "7/8",
}
_FRACTION = re.compile(f"(?<=[0-9])[{''.join(_FRACTIONS)}]|[{''.join(_FRACTIONS)}]")
_RULES = (
    (re.compile(r"\u00b0(?= ?[CF]\b) ?"), ""),
    (re.compile(r" ?\u00b0"), " deg"),
    (re.compile(r"\u00ab[ \u00a0\u202f]?"), '"'),
    (re.compile(r"[ \u00a0\u202f]?\u00bb"), '"'),
    (re.compile(r"(?<=\w)\u2014(?=\w)"), " - "),
    # between letters it is one itself: Catalan writes it
    (re.compile(r"(?<!\w)[\u00b7\u30fb](?!\w)"), "-"),
)


def fold_typography(text: str) -> str:
    """Write quotes, dashes, dots, spaces and signs as the GSM alphabet can; letters stay as they are."""
    text = unicodedata.normalize("NFC", text)
    for sign, plain in _RULES:
        text = sign.sub(plain, text)
    return _FRACTION.sub(_write_fraction, text).translate(_TABLE)


def _write_fraction(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    return (" " if before.isdigit() else "") + _FRACTIONS[found[0]]
