"""Replies: from the model's words to the parts that Twilio is handed."""

import re
from collections.abc import Iterator

from gateway.domain.cutting import find_cut, last_clause, last_line, last_paragraph, last_sentence, window_of

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
_ENDS = (last_paragraph, last_line, last_sentence, last_clause)


def capped_text(cap: str) -> str:
    """Say to a texter that a cap is reached, and when to text again."""
    # of money a texter is told nothing
    return _CAPPED[cap.replace("_spend", "").replace("account", "agent")]


def shape_reply(draft: str) -> tuple[str, ...]:
    """Split words into parts of at most MAX_PART; none of them is lost."""
    text = clean(draft)
    return tuple(text[start:end] for start, end in find_parts(text))


def find_parts(text: str) -> Iterator[tuple[int, int]]:
    """Find where each part of a text begins and ends; between two is nothing but white space."""
    start = _skip_space(text, 0)
    while start < len(text):
        window = window_of(text, start, MAX_PART)
        room = count_fitting(window)
        cut = find_cut(window, room, _ENDS) if room < len(window) else room
        yield start, start + len(window[:cut].rstrip())
        start = _skip_space(text, start + cut)


def clean(draft: str) -> str:
    """Take out what is no text: control characters, halves of characters, space around it."""
    return _INVISIBLE.sub("", draft).strip()


def count_fitting(text: str) -> int:
    """Count the characters of a text that fit into one part."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > MAX_PART:
            return index
    return len(text)


def _skip_space(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place
