"""Thoughts: what a model thought before it answered, where its provider hands that over, too."""

import re

_NAMES = "think|thinking|thoughts?|reasoning"
_BLOCK = re.compile(rf"\s*<({_NAMES})>", re.IGNORECASE)
_OPENED = re.compile(rf"<(?:{_NAMES})>", re.IGNORECASE)
_CLOSED = re.compile(r"(?<!`)</(?:think|thinking|reasoning)\s*>", re.IGNORECASE)
_FENCE = "```"


def drop_thoughts(markdown: str) -> str:
    """Drop the thoughts before an answer; one that was cut off while its model thought has no words at all."""
    place = 0
    while block := _BLOCK.match(markdown, place):
        closed = re.compile(rf"</{block[1]}\s*>", re.IGNORECASE).search(markdown, block.end())
        if not closed:
            return ""
        place = closed.end()
    return _drop_unopened(markdown[place:])


def _drop_unopened(markdown: str) -> str:
    """Drop what ends like a thought and begins like none: some servers take the opening tag away."""
    closed = _CLOSED.search(markdown)
    if not closed:
        return markdown
    before = markdown[: closed.start()]
    is_quoted = _OPENED.search(before) is not None or before.count(_FENCE) % 2 == 1
    return markdown if is_quoted else markdown[closed.end() :]
