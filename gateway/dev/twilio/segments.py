"""How many segments a text is billed as (docs/glossary/what-sms-character-limit)."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from unicodedata import category

import smsutil

_GSM_TWO_SEPTETS = frozenset("^{}\\[~]|€\f")
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_NON_JOINER = 0x200C
_REGION_LETTERS = range(0x1F1E6, 0x1F200)


def count_segments(body: str) -> int:
    """Count as Twilio does: 160/153 septets in GSM-7, 70/67 units in UCS-2, no character torn in two."""
    if smsutil.is_valid_gsm(body):
        return _fill([2 if letter in _GSM_TWO_SEPTETS else 1 for letter in body], alone=160, joined=153)
    return _fill([_units(cluster) for cluster in _graphemes(body)], alone=70, joined=67)


def _fill(widths: Iterable[int], *, alone: int, joined: int) -> int:
    widths = list(widths)
    if sum(widths) <= alone:
        return 1
    segments, room = 1, joined
    for width in widths:
        if width > room:
            segments, room = segments + 1, joined
        room -= width
    return segments


def _units(cluster: str) -> int:
    return len(cluster.encode("utf-16-le", "surrogatepass")) // 2


def _graphemes(body: str) -> Iterator[str]:
    cluster = body[:1]
    for before, letter in pairwise(body):
        if _belongs(cluster, before, letter):
            cluster += letter
        else:
            yield cluster
            cluster = letter
    yield cluster


def _belongs(cluster: str, before: str, letter: str) -> bool:
    if ord(letter) in _REGION_LETTERS:  # a flag is two of them; the third begins the next flag
        return len(cluster) == 1 and ord(before) in _REGION_LETTERS
    if _JOINER in {before, letter} or category(letter).startswith("M") or before + letter == "\r\n":
        return True
    return ord(letter) in _SKIN_TONES or ord(letter) in _TAGS or ord(letter) == _NON_JOINER
