"""Segments: the unit that carriers bill.

160 characters of the GSM alphabet in one segment, 153 where several are joined; 70 or 67 UTF-16 units as soon as one
character is not in it. https://www.twilio.com/docs/glossary/what-sms-character-limit
"""

from collections.abc import Iterable
from typing import NamedTuple

from gateway.domain.graphemes import split_graphemes

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, the basic alphabet."""
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Its extension: an escape before each, so that each takes two."""


class _Room(NamedTuple):
    alone: int
    joined: int


_SEPTETS, _UNITS = _Room(alone=160, joined=153), _Room(alone=70, joined=67)


def count_segments(text: str) -> int:
    """Count the segments that a text is sent in; no character as people see it is torn in two."""
    if is_gsm(text):
        return _fill((2 if character in _GSM_EXTENSION else 1 for character in text), _SEPTETS)
    return _fill(map(count_units, split_graphemes(text)), _UNITS)


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


def count_units(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return sum(2 if point > "\uffff" else 1 for point in text)
