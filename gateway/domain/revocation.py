"""Whether a text takes consent back in words of its own: "please stop texting me", "ya no me escriban".

47 CFR 64.1200(a)(10): a texter may revoke by any reasonable means; what counts is what a reasonable person
understands. A text becomes a line of symbols (symbols.py), which is looked through for phrases (phrases.py); and what
stands around a phrase tells whether it is meant: about us, now, and not the contrary. What no phrase catches is weighed
clause by clause (weighing.py), and is a doubt between two lines. No model is asked.
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum

from gateway.domain import phrases
from gateway.domain.symbols import FIGURE, OTHER, SYMBOLS, has, needs, phrase, write_line
from gateway.domain.weighing import weigh


class Intent(Enum):
    """What a text says of the texter's consent, in words of its own."""

    NONE = "none"
    DOUBT = "doubt"
    """It may be a revocation: ask."""
    REVOKE = "revoke"


_Phrase = tuple[frozenset[str], re.Pattern[str]]


def _compile(texts: Sequence[str]) -> list[_Phrase]:
    return [(needs(text), phrase(text)) for text in texts]


_DECLINING = frozenset(map(phrase, phrases.DECLINING))
_DOUBTING = [*map(phrase, phrases.DOUBTING)]
_ALONE, _STOP_YOU = phrase(phrases.ALONE), phrase(phrases.STOP_YOU)
_IS_GONE = phrase("third|number _{0,4} gone|number")
_CUE = phrase(
    "stop|end|remove|remove-me|off|unsubscribe|alone|block|lose|revoke|legal|enough|wrong|switch|baja|refuse|avoid"
    "|annoying|report|dismiss|farewell|not|more|past-not|if|consent|third|can|how|text|arrive|not-me"
)
"""Without a word of one of these classes nothing is said of consent; most texts to an agent have none."""
_UNSURE, _SURE = 4, 8
"""The two lines between which a weight is a doubt."""
_NEAR = 8
"""Words of its sentence that are looked at before a phrase."""


def read_intent(body: str) -> Intent:
    """Read what a text says of consent in its own words; keywords are not looked for."""
    line = write_line(body)
    if not _CUE.search(line):
        return Intent.NONE
    if has(line, "task") or (has(line, "accident") and not has(line, "signed")):
        return Intent.NONE
    if any(_says(of_one_kind, line, is_meant) for of_one_kind, is_meant in _READINGS):
        return Intent.REVOKE
    if any(_is_alone(line, found) for found in _ALONE.finditer(line)) or _STOP_YOU.match(line):
        return Intent.REVOKE
    if any(each.fullmatch(line.rstrip(".,")) for each in _DOUBTING):
        return Intent.DOUBT
    return _judge(weigh(line))


def _judge(weight: int) -> Intent:
    if weight >= _SURE:
        return Intent.REVOKE
    return Intent.DOUBT if weight >= _UNSURE else Intent.NONE


def _says(of_one_kind: Sequence[_Phrase], line: str, is_meant: Callable[[str, str, str], bool]) -> bool:
    present = frozenset(line)
    return any(
        _means_us(line, found) and is_meant(_before(line, found), found[0], line[found.end() :])
        for needed, each in of_one_kind
        if needed <= present
        for found in each.finditer(line)
    )


def _before(line: str, found: re.Match[str]) -> str:
    """Tell what stands before a phrase in its own sentence."""
    start = max(line.rfind(end, 0, found.start()) for end in ".?") + 1
    return line[max(start, found.start() - _NEAR) : found.start()]


def _means_us(line: str, found: re.Match[str]) -> bool:
    """Tell whether it is we who are meant, and now: nobody else, no condition, no word for others to say."""
    before, after = _before(line, found), re.split("[.?]", line[found.end() : found.end() + 2])[0]
    clause = before.rpartition(",")[2]
    # whoever says that the owner of a phone wants no texts may say so
    is_others = clause.rfind(SYMBOLS["third"]) > clause.rfind(SYMBOLS["you"]) and found.re not in _DECLINING
    if (is_others and not _IS_GONE.search(clause)) or has(found[0] + after, "third"):
        return False
    return not has(before, "said") and (not has(before[-3:], "if") or has(found[0], "legal"))


def _is_wish(before: str, found: str, after: str) -> bool:
    """Tell "stop texting me" from its contrary, from what one does oneself, and from a wish for other hours."""
    if (has(before, "how") and has(before, "i") and not has(before, "you")) or has(before, "why"):
        return False
    negated = has(before.rpartition(",")[2][-4:] + found, "not")
    is_for_hours = has(after[:2], "time", "if") and not has(found, "legal")
    if has(found, "make") and has(before, "other-matter"):
        return False
    is_of_others = has(found[-1:], "notices") and has(after[:1], "off") and after[1:2] == OTHER
    return not (negated or has(before[-1:], "i") or is_for_hours or is_of_others)


def _is_leave(before: str, found: str, after: str) -> bool:
    """Tell "take me off your list" from its contrary, and from leaving something else."""
    by_other = after[:1] == OTHER or (has(after[:1], "in") and after[1:2] == OTHER)
    is_of_something = has(found[-1:], "alone", "unsubscribe") and by_other and len(after) > 1
    clause = before.rpartition(",")[2]
    is_hindered = OTHER + SYMBOLS["past-not"] in clause
    negated = has(clause[-3:], "not") or is_hindered or (has(before, "why") and not has(before, "not"))
    is_of_other = after[:1] == FIGURE or has(found + after[:5], "other-list") or has(found + after[:3], "other-matter")
    return not (negated or is_of_something or is_of_other)


def _is_refusal(before: str, found: str, after: str) -> bool:
    """Tell "don't text me" from "you don't text me", and from a wish for other hours."""
    is_other = has(found + after[:3], "other-matter") or has(after[:2], "time", "if")
    return not (has(before[-1:], "you", "i") or has(before[-2:], "why") or is_other)


def _is_decline(before: str, found: str, after: str) -> bool:
    """Tell "I don't want your texts" from "why don't I get your texts"."""
    del found
    return not (has(before[-2:], "you", "why") or re.match(r"[^.,?]*[?]", after))


def _is_withdrawal(before: str, found: str, after: str) -> bool:
    """Tell a threat from a question about the law."""
    return not has(before + found, "how") and (has(found, "revoke") or FIGURE not in after[:2])


def _is_alone(line: str, found: re.Match[str]) -> bool:
    """Tell a STOP that is a sentence of its own, and about us: the last one, or one beside words for texts."""
    rest = line[found.end() :]
    if rest.startswith("?") or has(line[: found.start()], "said"):
        return False
    is_last = not rest.strip(f".,{FIGURE}{SYMBOLS['polite']}{SYMBOLS['stop']}")
    return is_last or has(rest, "texting", "text", "messages", "notices", "number", "wrong", "signed", "annoying")


_READINGS = (
    (_compile(phrases.STOPPING), _is_wish),
    (_compile(phrases.LEAVING), _is_leave),
    (_compile(phrases.REFUSING), _is_refusal),
    (_compile(phrases.DECLINING), _is_decline),
    (_compile(phrases.WITHDRAWING), _is_withdrawal),
)
