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
# a word of four letters is one token, with the space before it, a long one two or three
_TOKEN = re.compile(r" ?(?:[A-Z]?[a-z]{1,4}|[A-Z]{1,4})|[0-9]{1,3}|\s{1,4}|[!-/:-@\[-`{-~]|[\x00-\x1f\x7f]", re.ASCII)
_NO_WORD = re.compile("[A-Za-z]{17,}|\\b[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{3,16}\\b", re.ASCII)
"""Letters that are no word have two in a token."""
_ASCII = re.compile("[\x00-\x7f]")
_CHEAP, _COMMON = (
    re.compile("[\x80-\u06ff]"),
    re.compile("[\u0900-\u0e7f\u2000-\u33ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"),
)
"""Characters of two bytes, and of three, that models have tokens for: most of what people write, and curly quotes."""


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text is to a model; hardly ever fewer than it is, and never more than its bytes."""
    letters = len(_TOKEN.findall(text)) + sum((len(run) + 3) // 4 for run in _NO_WORD.findall(text))
    return letters if text.isascii() else letters + _weigh_foreign(text)


def _weigh_foreign(text: str) -> int:
    foreign = len(text) - len(_ASCII.findall(text))
    # a token for each byte, but for what models know one less
    return _measure(text) - (len(text) - foreign) - len(_CHEAP.findall(text)) - len(_COMMON.findall(text))


def _measure(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def weigh_message(text: str) -> int:
    """Estimate what one message of a prompt costs."""
    return estimate_tokens(text) + _AROUND


def room_in(window: int | None) -> int:
    """Tell how many tokens a prompt may have, so that an answer fits behind it."""
    whole = window or DEFAULT_WINDOW
    return whole - min(whole // 4, _MOST_FOR_ANSWER)


def keep_newest(texts: Sequence[str], room: int) -> int:
    """Tell how many of several messages, the newest ones, fit into so many tokens."""
    if sum(map(_measure, texts)) + _AROUND * len(texts) <= room:
        return len(texts)  # as most do, without a closer look
    for kept, text in enumerate(reversed(texts)):
        room -= weigh_message(text)
        if room < 0:
            return kept
    return len(texts)
