"""Brevity: what is left of an answer where its agent says how long a text may be, and whether it has emoji."""

import re

from gateway.domain.segment import count_segments

_ELLIPSIS = "..."
"""Three letters of the GSM alphabet: the one character for them is not in it, and would make the text dearer."""
_SENTENCE_END = re.compile(r"[.!?\u2026][\"')\u2019\u201d\]]*(?=\s)|\n")
_TONE, _PICTURE = "\U0001f3fb-\U0001f3ff", "\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
_DRESS = f"[\ufe0e\ufe0f{_TONE}\U000e0020-\U000e007f]"
_EMOJI = re.compile(f"[{_PICTURE}]{_DRESS}*(?:\u200d[{_PICTURE}]{_DRESS}*)*|(?<=[0-9#*])\ufe0f?\u20e3")


def drop_emoji(text: str) -> str:
    """Take the emoji out of a text, and the gaps that they leave; a text of nothing else stays as it is."""
    plain = re.sub(r" {2,}", " ", _EMOJI.sub("", text))
    plain = re.sub(r" +(?=[\n.,!?]|$)", "", plain).strip()
    return plain if any(map(str.isalnum, plain)) else text


def fit_segments(text: str, most: int | None) -> str:
    """Cut a text to so many segments, after a sentence, or else after a word and with an ellipsis."""
    if most is None or count_segments(text) <= most:
        return text
    fitting = text[: _find_room(text, most)]
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, len(fitting) + 1) if end.end() <= len(fitting)]
    if ends and ends[-1] > len(fitting) // 2:
        return fitting[: ends[-1]].rstrip()
    words = fitting.rstrip().rpartition(" ")[0] if text[len(fitting)].strip() else fitting
    return (words.rstrip() or fitting) + _ELLIPSIS


def _find_room(text: str, most: int) -> int:
    """Find how much of a text fits with an ellipsis: a longer beginning never takes fewer segments."""
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if count_segments(text[:middle] + _ELLIPSIS) <= most:
            fits = middle
        else:
            too_long = middle
    return fits
