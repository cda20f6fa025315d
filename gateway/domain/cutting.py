"""Cutting: where a text that is too long may be cut, so that what stands before and after reads well."""

import re
from collections.abc import Callable, Sequence

from gateway.domain.graphemes import before_grapheme, is_inside

_CLOSING = "\"')\\]\u2019\u201d\u00bb"
_SENTENCE_END = re.compile(
    rf"[.!?\u2026]+[{_CLOSING}]*(?=\s)"
    r"|[\u3002\uff01\uff1f\uff61][\u300d\u300f\uff09\u3011\u201d]*(?![\u3002\uff01\uff1f])"
    r"|[\u0964\u0965\u061f\u06d4]+(?=\s)"
)
_LAST_WORD = re.compile(r"[^\s(\[\"'\u201c\u2018]*$")
_SHORT = """
dr mr mrs ms prof st sr jr sra srta dra lic ing mme mlle hr fr frau nr no nos art abs bzw ca str tel vs etc
approx est inc ltd co corp dept ave blvd rd hwy apt fig vol pp ed gen gov sen rep rev capt lt sgt jan feb mar
apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun min max ul al os pl im ks mgr godz
tj tzn np itp e.g i.e a.m p.m z.b d.h u.a u.s u.k p.ej ee.uu n\u00b0 av pr dl rue
"""
_ABBREVIATIONS = frozenset(_SHORT.split())
_NUMBER = re.compile(r"\d{1,2}|[^\W\d]")
_IDEOGRAPH = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_NEVER_FIRST = frozenset(
    "\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff09\u300d\u300f\u3011\u3009\u300b\u30fc\u3005\u30fb\uff1a\uff1b"
    "\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7"
)
_NEVER_LAST = frozenset("\u300c\u300e\uff08\u3010\u3008\u300a")
_LONE_MARKER = re.compile(r"\s*(?:^|\n)[ ]*(?:-|\d{1,3}[.)])\s*$")
_FACES = "\u2600-\u27bf\u2b50\U0001f000-\U0001faff"
_MOOD = re.compile(rf"(?: ?[{_FACES}][\ufe0f\u200d{_FACES}]*)+(?=\s|$)")
"""Emoji behind a sentence: they belong to it."""
_HEADING = 60
"""Characters of a line that may be the heading of those below it."""
_AHEAD = 40

Places = Callable[[str, int, int], int]
"""Finds the last such place of a text between two others; 0 where there is none."""


def window_of(text: str, start: int, room: int) -> str:
    """Take as much of a text as must be seen to cut it: a word after the cut may be longer than the room itself."""
    return text[start : start + 2 * room + _AHEAD]


def find_cut(text: str, room: int, ends: Sequence[Places]) -> int:
    """Find where to cut a text within so many characters.

    That is the first of `ends` that is found in the second half; else after a word; and inside one only where it alone
    is longer than the room. No character as people see it is ever cut, unless it is longer than half of it.
    """
    for find in ends:
        if place := find(text, room // 2, room):
            return place
    place = _last_word(text, room)
    begins = place + len(text[place:]) - len(text[place:].lstrip())
    is_too_long = _next_gap(text, begins + 1, begins + room + 1) is None and len(text) > begins + room
    if not place or is_too_long:
        return before_grapheme(text, room)
    return _before_marker(text, place)


def last_paragraph(text: str, least: int, most: int) -> int:
    """Find the last end of a paragraph."""
    return _after(text, "\n\n", least, most)


def last_line(text: str, least: int, most: int) -> int:
    """Find the last end of a line, but of one that leads to the next."""
    place = _after(text, "\n", least, most)
    while place and _leads_on(text, place):
        place = _after(text, "\n", least, len(text[:place].rstrip()) - 1)
    return place


def last_sentence(text: str, least: int, most: int) -> int:
    """Find the last end of a sentence: no point of an abbreviation, a list's number, or a day of the month."""
    found = [end for end in _SENTENCE_END.finditer(text, 0, min(most + 2, len(text))) if least < end.end() <= most]
    ends = (end.end() for end in reversed(found) if _ends_sentence(text, end))
    place = next((place for place in ends if not _leads_on(text, place)), 0)
    mood = _MOOD.match(text, place) if place else None
    return mood.end() if mood and mood.end() <= most else place


def last_stop(text: str, least: int, most: int) -> int:
    """Find the last end of a sentence or a line, whichever comes later."""
    return _before_stump(text, max(last_sentence(text, least, most), last_line(text, least, most)), least)


def _before_stump(text: str, place: int, least: int) -> int:
    """Move a cut before the heading of a list of which one item alone would stand after it."""
    item, _, below = text[place:].lstrip("\n").partition("\n")
    begins = text.rfind("\n\n", least, place) + 2
    is_in_list = begins > 1 and "\n" in text[begins:place] and not text[begins:place].startswith("- ")
    is_stump = item.startswith("- ") and below[:1] in {"", "\n"} and text[place - 1 : place + 1] != "\n\n"
    return begins if is_in_list and is_stump else place


def _after(text: str, border: str, least: int, most: int) -> int:
    found = text.rfind(border, max(least, 1), most + 1)
    return min(found + len(border), most) if found > 0 else 0


def last_clause(text: str, least: int, most: int) -> int:
    """Find the last comma between ideographs, which know no spaces."""
    return max(text.rfind(comma, least, most) for comma in "\u3001\uff0c\uff1b") + 1


def _leads_on(text: str, place: int) -> bool:
    """Tell whether a line is a heading of what follows, or ends with a colon: it isn't left alone before a cut."""
    head = text[:place].rstrip()
    following = text[len(head) :]
    if not following.startswith("\n"):
        return False
    above, _, line = head.rpartition("\n")
    is_first = (not above or above.endswith("\n")) and len(line) <= _HEADING
    return head.endswith(":") or (is_first and not following.startswith("\n\n"))


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    if end[0][0] != "." or end[0].startswith(".."):
        return True
    following = text[end.end() :].lstrip()[:1]
    word = _LAST_WORD.search(text, max(0, end.start() - 20), end.start())
    last = word[0].lower() if word else ""
    return not following.islower() and last not in _ABBREVIATIONS and not _NUMBER.fullmatch(last)


def _last_word(text: str, room: int) -> int:
    """Find the last place between two words; 0 where the first is longer than the room."""
    return next((place for place in range(min(room, len(text)), 0, -1) if _is_gap(text, place)), 0)


def _next_gap(text: str, start: int, stop: int) -> int | None:
    return next((place for place in range(start, min(stop, len(text))) if _is_gap(text, place)), None)


def _is_gap(text: str, place: int) -> bool:
    """Tell whether two words may be parted here: at a space, or beside an ideograph, which no address has."""
    before, here = text[place - 1 : place], text[place : place + 1]
    if not here or here.isspace() or before.isspace():
        return True
    if not (_IDEOGRAPH.match(before) or _IDEOGRAPH.match(here)):
        return False
    return here not in _NEVER_FIRST and before not in _NEVER_LAST and not is_inside(text, place)


def _before_marker(text: str, place: int) -> int:
    """Move a cut before the mark of a list's item that would stand alone before it."""
    lone = _LONE_MARKER.search(text, 0, place)
    return lone.start() if lone and lone.start() > place // 2 else place
