"""The window of a model: how many tokens it takes in at once, and what of a conversation fits into it.

Tokens are estimated, not counted: every model counts its own way, few tell how, and the tables of those that do have to
be downloaded. The estimate errs on the side of too many; `tests/workers/test_windows.py` holds it against a real count.
"""

import re
from collections.abc import Sequence

DEFAULT_WINDOW = 8192
"""What a model takes in of which we know nothing more: hardly one in use takes less."""
_MOST_FOR_ANSWER = 8192
"""What is left for the answer: a quarter of the window, and not more than this. Some models think before they write."""
_AROUND = 6
"""What a message costs besides its words: who says it, where it begins and ends."""
_RUN = re.compile(r"[A-Z]*[a-z]+|[A-Z]+|[0-9]+|[^\x00-\x7f]+|\s+|[^\w\s]|_", re.ASCII)
_LONGEST_WORD = 16
"""Longer runs of letters are no words, and cost more."""
_VOWEL = re.compile("[aeiouyAEIOUY]")
_COMMON = re.compile("[\u0900-\u0e7f\u2000-\u33ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]")
"""Characters of three bytes that models have tokens for: most of what people write in Asia, and curly quotes."""


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text is to a model; hardly ever fewer than it is."""
    return sum(map(_weigh, _RUN.findall(text)))


def _weigh(run: str) -> int:
    first = run[0]
    if not run.isascii():
        return sum(map(_weigh_foreign, run))
    if first.isalpha():
        # a word of four letters is one token, a long one two or three; what is no word has two letters a token
        is_word = len(run) <= _LONGEST_WORD and _VOWEL.search(run)
        return 1 + (len(run) - 1) // 4 if is_word else (len(run) + 1) // 2
    if first.isdigit():
        return 1 + (len(run) - 1) // 3
    # a space goes with the word behind it
    return (len(run) - (first == " ") + 3) // 4 if first.isspace() else 1


def _weigh_foreign(character: str) -> int:
    if character < "\u0700":
        return 1
    return 2 if _COMMON.match(character) else len(character.encode("utf-8", "surrogatepass"))


def weigh_message(text: str) -> int:
    """Estimate what one message of a prompt costs."""
    return estimate_tokens(text) + _AROUND


def room_in(window: int | None) -> int:
    """Tell how many tokens a prompt may have, so that an answer fits behind it."""
    whole = window or DEFAULT_WINDOW
    return whole - min(whole // 4, _MOST_FOR_ANSWER)


def keep_newest(texts: Sequence[str], room: int) -> int:
    """Tell how many of several messages, the newest ones, fit into so many tokens."""
    for kept, text in enumerate(reversed(texts)):
        room -= weigh_message(text)
        if room < 0:
            return kept
    return len(texts)
