"""Whether a text takes consent back in words of its own: "please stop texting me", "ya no me escriban".

47 CFR 64.1200(a)(10): a texter may revoke by any reasonable means; what counts is what a reasonable person
understands. A text becomes a line of symbols (symbols.py), which is looked through for phrases (phrases.py); and what
stands around a phrase tells whether it is meant: about us, now, and not the contrary. No model is asked.
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum

from gateway.domain import phrases
from gateway.domain.symbols import FIGURE, OTHER, SYMBOLS, has, phrase, write_line


class Intent(Enum):
    """What a text says of the texter's consent, in words of its own."""

    NONE = "none"
    DOUBT = "doubt"
    """It may be a revocation: ask."""
    REVOKE = "revoke"


_DECLINING = [*map(phrase, phrases.DECLINING)]
_DOUBTING = [*map(phrase, phrases.DOUBTING)]
_ALONE, _STOP_YOU, _ONESELF = phrase(phrases.ALONE), phrase(phrases.STOP_YOU), phrase(phrases.ONESELF)
_CLAUSE = re.compile(r"[^.,?]+[?]?")
_NEAR = 8
"""Words of its sentence that are looked at before a phrase."""


def read_intent(body: str) -> Intent:
    """Read what a text says of consent in its own words; keywords are not looked for."""
    line = write_line(body)
    if has(line, "accident"):
        return Intent.NONE
    if any(_says(of_one_kind, line, is_meant) for of_one_kind, is_meant in _READINGS):
        return Intent.REVOKE
    if any(_is_alone(line, found) for found in _ALONE.finditer(line)) or _STOP_YOU.match(line):
        return Intent.REVOKE
    may_mean_it = any(each.fullmatch(line.rstrip(".,")) for each in _DOUBTING)
    return Intent.DOUBT if may_mean_it or any(map(_sounds_annoyed, _CLAUSE.findall(line))) else Intent.NONE


def _says(of_one_kind: Sequence[re.Pattern[str]], line: str, is_meant: Callable[[str, str, str], bool]) -> bool:
    return any(
        _means_us(line, found) and is_meant(_before(line, found), found[0], line[found.end() :])
        for each in of_one_kind
        for found in each.finditer(line)
    )


def _before(line: str, found: re.Match[str]) -> str:
    """Tell what stands before a phrase in its own sentence."""
    start = max(line.rfind(end, 0, found.start()) for end in ".?") + 1
    return line[max(start, found.start() - _NEAR) : found.start()]


def _means_us(line: str, found: re.Match[str]) -> bool:
    """Tell whether it is we who are meant, and now: nobody else, no condition, no word for others to say."""
    before, after = _before(line, found), line[found.end() : found.end() + 2]
    clause = before.rpartition(",")[2]
    # whoever says that the owner of a phone wants no texts may say so
    is_others = clause.rfind(SYMBOLS["third"]) > clause.rfind(SYMBOLS["you"]) and found.re not in _DECLINING
    if is_others or has(found[0] + after, "third"):
        return False
    return not has(before, "said") and (not has(before[-3:], "if") or has(found[0], "legal"))


def _is_wish(before: str, found: str, after: str) -> bool:
    """Tell "stop texting me" from its contrary, from what one does oneself, and from a wish for other hours."""
    if has(before, "how") and has(before, "i") and not has(before, "you"):
        return False
    negated = has(before.rpartition(",")[2][-4:] + found, "not")
    return not (negated or has(before[-1:], "i") or has(after[:2], "time", "if"))


def _is_leave(before: str, found: str, after: str) -> bool:
    """Tell "take me off your list" from its contrary, and from leaving something else."""
    is_of_something = has(found[-1:], "alone", "unsubscribe") and after[:1] == OTHER and len(after) > 1
    negated = has(before.rpartition(",")[2][-3:], "not")
    return not (negated or is_of_something or after[:1] == FIGURE or has(found + after[:5], "other-list"))


def _is_refusal(before: str, found: str, after: str) -> bool:
    """Tell "don't text me" from "you don't text me", and from a wish for other hours."""
    del found
    return not (has(before[-1:], "you", "i") or has(before[-2:], "why") or has(after[:2], "time", "if"))


def _is_decline(before: str, found: str, after: str) -> bool:
    """Tell "I don't want your texts" from "why don't I get your texts"."""
    del found, after
    return not has(before[-2:], "you", "why")


def _is_withdrawal(before: str, found: str, after: str) -> bool:
    """Tell a threat from a question about the law."""
    del before, after
    return not has(found, "how")


def _is_alone(line: str, found: re.Match[str]) -> bool:
    """Tell a STOP that is a sentence of its own, and about us: the last one, or one beside words for texts."""
    rest = line[found.end() :]
    if rest.startswith("?"):
        return False
    is_last = not rest.strip(f".,{FIGURE}{SYMBOLS['polite']}{SYMBOLS['stop']}")
    return is_last or has(rest, "texting", "text", "messages", "notices", "number", "wrong")


def _sounds_annoyed(clause: str) -> bool:
    """Tell whether part of a sentence speaks of our texts and of an end: whatever is meant, it is worth a question."""
    if has(clause, "third", "if", "time", "why", "said", "other-list") or clause.endswith("?"):
        return False
    if has(clause, "messages", "texting", "texted") and has(clause, *phrases.ENDING):
        return not has(clause, "not") and not _ONESELF.search(clause)
    return has(clause, "messages", "number") and has(clause, "not") and has(clause, *phrases.WISHING)


_READINGS = (
    ([*map(phrase, phrases.STOPPING)], _is_wish),
    ([*map(phrase, phrases.LEAVING)], _is_leave),
    ([*map(phrase, phrases.REFUSING)], _is_refusal),
    (_DECLINING, _is_decline),
    ([*map(phrase, phrases.WITHDRAWING)], _is_withdrawal),
)
