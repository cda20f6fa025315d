"""Graphemes: characters as people see them, of which one may be ten code points long.

What Unicode's Annex 29 says of emoji, accents, flags and line ends, as far as it tells where a text may be cut.
"""

import unicodedata
from collections.abc import Iterator

JOINER = "\u200d"
_CLINGING = frozenset(map(chr, (0x200C, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080))))
"""Skin tones, the tags that a region's flag is made of, and the non-joiner: part of the character before them."""
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def split_graphemes(text: str) -> Iterator[str]:
    """Split a text into characters as people see them."""
    start, flag_letters = 0, 0
    for index, here in enumerate(text):
        is_letter = here in _FLAG_LETTERS
        goes_on = flag_letters % 2 == 1 if is_letter else index > 0 and _clings(text[index - 1], here)
        if index > 0 and not goes_on:
            yield text[start:index]
            start = index
        flag_letters = flag_letters + 1 if is_letter else 0
    if text:
        yield text[start:]


def is_inside(text: str, cut: int) -> bool:
    """Tell whether a cut at that place would tear a character in two."""
    if not 0 < cut < len(text):
        return False
    if text[cut] in _FLAG_LETTERS:  # a flag is two letters, so an odd number of them stands before its second one
        return (cut - len(text[:cut].rstrip(_FLAG_LETTERS))) % 2 == 1
    return _clings(text[cut - 1], text[cut])


def before_grapheme(text: str, cut: int) -> int:
    """Move a cut back to where a character begins, unless that one fills half of what stands before the cut."""
    place = cut
    while place > cut // 2:
        if not is_inside(text, place):
            return place
        place -= 1
    return cut


def _clings(before: str, here: str) -> bool:
    """Tell whether a code point is part of the character of the one before it."""
    if here < "\u0300":
        return before == JOINER or (before == "\r" and here == "\n")
    return JOINER in {before, here} or here in _CLINGING or unicodedata.category(here)[0] == "M"
