"""Emoji: pictures among the words of an answer, which some agents do without."""

import re

_TONE, _PICTURE = "\U0001f3fb-\U0001f3ff", "\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
_DRESS = f"[\ufe0e\ufe0f{_TONE}\U000e0020-\U000e007f]"
_ONE = f"[{_PICTURE}]{_DRESS}*(?:\u200d[{_PICTURE}]{_DRESS}*)*"
_EMOJI = re.compile(rf"(?<!\S){_ONE}(?: ?{_ONE})* ?|{_ONE}|(?<=[0-9#*])\ufe0f?\u20e3")
_YES, _NO = "\u2705\u2714\u2611\u2713", "\u274c\u2716\u2717\u2718\u274e"
_ANSWER = re.compile(rf"([{_YES}{_NO}]){_DRESS}*(?: ?\1{_DRESS}*)*")
_NEGATED = re.compile(r" ?(?:no|not|never|don['\u2019]t|do not|avoid|cannot|can['\u2019]t)\b", re.IGNORECASE)
"""What a negative mark before it says once more: the two would read as a yes."""


def drop_emoji(text: str) -> str:
    """Take the emoji out of a text, and the gaps that they leave; a text of nothing else stays as it is."""
    is_list = any(sign in text for sign in _NO)
    told = _ANSWER.sub(lambda found: _write_answer(found, is_list=is_list), text)
    plain = re.sub(r"(?<! ) ++(?=[\n.,!?]|$)", "", _EMOJI.sub("", told)).strip()
    return plain if any(map(str.isalnum, plain)) and any(map(str.isalnum, text)) else text


def _write_answer(found: re.Match[str], *, is_list: bool) -> str:
    """Write the mark of a yes or a no in words, where it says so: beside its contrary, or as a value."""
    text, is_no = found.string, found[1] in _NO
    before, after = text[max(0, found.start() - 2) : found.start()], text[found.end() : found.end() + 12]
    word = "no" if is_no else "yes"
    ends = not after.strip(" ")[:1].strip() or after[:1] in ".,;)|"
    if before.rstrip().endswith(":") and ends:
        return word if before.endswith(" ") else f" {word}"
    if not is_list or (is_no and _NEGATED.match(after)):
        return found[0]
    left = " " if before[-1:].strip() and before[-1:] not in "([" else ""
    right = " " if after[:1].isalnum() else ""
    return f"{left}({word}){right}"
