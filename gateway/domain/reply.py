"""Replies: from the model's words to the parts that Twilio is handed."""

import re

MAX_PART = 1600
"""Characters that Twilio takes in one message (error 21617), counted in UTF-16 units to be on the safe side."""

APOLOGY = "Sorry, I can't answer right now. Please try again later."

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PLACES_TO_CUT = ("\n\n", "\n", ". ", "! ", "? ", " ")


def shape_reply(draft: str) -> tuple[str, ...]:
    """Split the model's words into parts of at most MAX_PART; no word of it is lost."""
    rest = _INVISIBLE.sub("", draft).strip()
    parts = []
    while _units(rest) > MAX_PART:
        cut = _find_cut(rest)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*parts, rest) if rest else tuple(parts)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _find_cut(text: str) -> int:
    """Find where the first part ends: at a paragraph, a sentence or a word, if one ends in its second half."""
    room = _fitting(text)
    for place in _PLACES_TO_CUT:
        found = text.rfind(place, room // 2, room + 1)
        if found > 0:
            return min(found + len(place), room)
    return room


def _fitting(text: str) -> int:
    """Count the characters of `text` that fit into one part."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > MAX_PART:
            return index
    return len(text)
