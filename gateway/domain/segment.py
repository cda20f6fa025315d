"""Segments: the unit that carriers bill.

160 characters of the GSM alphabet in one segment, 153 where several are joined; 70 or 67 UTF-16 units as soon as one
character is not in it. https://www.twilio.com/docs/glossary/what-sms-character-limit
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, the basic alphabet."""
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Its extension: an escape before each, so that each takes two."""
_JOINER = "\u200d"
_CLINGING = frozenset(map(chr, (*range(0x1F3FB, 0x1F400), *range(0xFE00, 0xFE10))))
"""Skin tones and variation selectors: part of the character before them."""
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


class _Room(NamedTuple):
    alone: int
    joined: int


_SEPTETS, _UNITS = _Room(alone=160, joined=153), _Room(alone=70, joined=67)


def count_segments(text: str) -> int:
    """Count the segments that a text is sent in; no character as people see it is torn in two."""
    if is_gsm(text):
        return _fill((2 if character in _GSM_EXTENSION else 1 for character in text), _SEPTETS)
    return _fill(map(_units, _split(text)), _UNITS)


def is_gsm(text: str) -> bool:
    """Tell whether the GSM alphabet has every character of a text."""
    return all(character in _GSM or character in _GSM_EXTENSION for character in text)


def _fill(widths: Iterable[int], room: _Room) -> int:
    total, segments, left = 0, 1, room.joined
    for width in widths:
        total += width
        if width > left:
            segments, left = segments + 1, room.joined
        left -= width
    return 1 if total <= room.alone else segments


def _units(character: str) -> int:
    return sum(2 if point > "\uffff" else 1 for point in character)


def _split(text: str) -> Iterator[str]:
    """Split a text into characters as people see them: an emoji may be ten code points long."""
    start = 0
    for index in range(1, len(text)):
        if not _is_inside(text, start, index):
            yield text[start:index]
            start = index
    yield text[start:]


def _is_inside(text: str, start: int, index: int) -> bool:
    """Tell whether the character that begins at `start` goes on at `index`."""
    before, here = text[index - 1], text[index]
    if here in _CLINGING or unicodedata.combining(here) or _JOINER in {before, here}:
        return True
    # a flag is two letters; the third begins the next one
    return here in _FLAG_LETTERS and before in _FLAG_LETTERS and index - start == 1
