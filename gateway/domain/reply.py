"""Replies: from the model's words to the parts that Twilio is handed."""

import re
import unicodedata

MAX_PART = 1600
"""Characters that Twilio takes in one message (error 21617), counted in UTF-16 units to be on the safe side."""

APOLOGY = "Sorry, I can't answer right now. Please try again later."
REFUSAL = "Sorry, I can't help with that."
CAPPED = "You have reached today's limit of messages here. Please text again tomorrow."
_CAPPED = {
    "texter_day": CAPPED,
    "texter_week": "You have reached this week's limit of messages here. Please text again next week.",
    "texter_month": "You have reached this month's limit of messages here. Please text again next month.",
    "agent_day": "This number has reached today's limit of messages. Please text again tomorrow.",
    "agent_week": "This number has reached this week's limit of messages. Please text again next week.",
    "agent_month": "This number has reached this month's limit of messages. Please text again next month.",
}

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_JOINER = "\u200d"
_SKIN_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_PLACES_TO_CUT = ("\n\n", "\n", ". ", "! ", "? ", " ")


def capped_text(cap: str) -> str:
    """Say to a texter that a cap is reached, and when to text again."""
    # of money a texter is told nothing
    return _CAPPED[cap.replace("_spend", "").replace("account", "agent")]


def shape_reply(draft: str) -> tuple[str, ...]:
    """Split the model's words into parts of at most MAX_PART; no word of it is lost."""
    rest = clean(draft)
    parts = []
    while _fitting(rest) < len(rest):
        cut = _find_cut(rest)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*parts, rest) if rest else tuple(parts)


def clean(draft: str) -> str:
    """Take out what is no text: control characters, halves of characters, space around it."""
    return _INVISIBLE.sub("", draft).strip()


def _find_cut(text: str) -> int:
    """Find where the first part ends: at a paragraph, a sentence or a word, if one ends in its second half."""
    room = _fitting(text)
    for place in _PLACES_TO_CUT:
        found = text.rfind(place, room // 2, room + 1)
        if found > 0:
            return min(found + len(place), room)
    return _before_character(text, room)


def _before_character(text: str, cut: int) -> int:
    """Move a cut back to where a character as people see it begins: an emoji may be ten code points long."""
    lowest = cut // 2
    while cut > lowest and _is_inside_character(text, cut):
        cut -= 1
    return cut


def _is_inside_character(text: str, cut: int) -> bool:
    left, right = text[cut - 1], text[cut]
    if right in _FLAG_LETTERS:  # a flag is two letters, so an odd number of them stands before its second one
        return (cut - len(text[:cut].rstrip(_FLAG_LETTERS))) % 2 == 1
    modifies = unicodedata.category(right).startswith("M") or right in _SKIN_TONES
    return modifies or _JOINER in {left, right}


def _fitting(text: str) -> int:
    """Count the characters of `text` that fit into one part."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > MAX_PART:
            return index
    return len(text)
