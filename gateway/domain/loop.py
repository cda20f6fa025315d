"""Loops: two programs that text each other, told from a person who is quick.

Twilio stops a pair of numbers at 30 replies in 30 seconds (https://www.twilio.com/docs/api/errors/14107), and each of
those is paid for. A person who texts every two seconds has seven replies in `_RACE`, and is none; so pace alone finds a
loop only where nobody could read, let alone type, as fast. What is slower is found by what is said: the same words over
and over, our own words sent back, or what phones and mailboxes say by themselves.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from gateway.domain.compliance import fold
from gateway.domain.message import InboundMessage

PAUSE = timedelta(hours=1)
"""How long a conversation rests after a loop, unless its texter resumes it; also how long we remember."""
MOST_RESUMED = 3
"""Pauses within that time that the texter may end: a program can learn the word, too."""
REMEMBERED = 40
"""How many texts we look back on."""

_RACE, _RACERS = timedelta(seconds=12), 9
_STREAK, _STREAKERS = timedelta(minutes=3), 40
_QUICK, _QUICK_ONES = timedelta(seconds=8), 10
_SPELL = timedelta(minutes=10)
_LONG, _TYPED = 20, 60
"""Characters of a text that nobody types twice, and of one that takes a person a while."""
_SAME_LONG, _SAME_SHORT, _ECHOES, _AUTOMATIC = 6, 20, 3, 3
_AUTOMATIC_WORDS = re.compile(
    r"\bauto[ -]?(?:matic(?:ally)?|mated)?[ -]?(?:reply|replies|response|responder|generated|message|sent)\b"
    r"|\b(?:i ?a?m|i'm|currently) driving\b|\bdo not disturb while driving\b|\bsent (?:automatically|from my car)\b"
    r"|\bout of (?:the )?office\b|\b(?:mailbox|inbox|number) is not monitored\b|\bdo not reply to this\b"
    r"|\brespuesta autom[aá]tica\b|\bestoy (?:conduciendo|manejando)\b"
    r"|\br[eé]ponse automatique\b|\bje conduis\b|\bautomatische antwort\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One text of a texter, without its words."""

    at: datetime
    print: str
    """What it is known again by."""
    length: int
    is_reply: bool
    """Whether we had sent something since the text before: only then may one have caused the other."""
    is_echo: bool
    """Whether it is what we had sent."""
    is_automatic: bool
    """Whether it says of itself that nobody wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rally:
    """What a texter and a number have lately said to each other, and whether that was stopped."""

    heard: tuple[Heard, ...] = ()
    has_replied: bool = False
    """Whether something was sent since the last text."""
    said: str = ""
    """What the last part that was sent is known again by."""
    paused_at: datetime | None = None
    pauses: int = 0

    def hear(self, message: InboundMessage) -> Heard:
        """Note a text as it stands in this rally."""
        words = make_print(message.body)
        return Heard(
            at=message.received_at,
            print=words,
            length=len(message.body),
            is_reply=self.has_replied,
            is_echo=self.has_replied and words == self.said,
            is_automatic=_AUTOMATIC_WORDS.search(message.body.replace("\u2019", "'")) is not None,
        )

    def is_paused(self, now: datetime) -> bool:
        """Tell whether it rests."""
        return self.paused_at is not None and now < self.paused_at + PAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a text does to its rally."""

    rally: Rally
    """As it was when that was decided."""
    heard: Heard
    """The text itself; where it resumes, those before it are forgotten."""
    said: str
    """What we answer at once, as it is known again; empty for nothing."""
    paused_at: datetime | None
    """When it was stopped, if it is by this text."""
    resumes: bool


def make_print(text: str) -> str:
    """Make what a text is known again by, whatever its case, spaces and marks."""
    return hashlib.sha256(fold(text).encode()).hexdigest()[:16]


def find_loop(heard: Sequence[Heard]) -> str | None:
    """Tell why the last of these texts shows a loop, in a few words; None when a person may have written them."""
    answers = [each for each in heard if each.is_reply]
    if not answers or not heard[-1].is_reply:
        return None
    if _are_within(answers, _RACERS, _RACE):
        return "answers faster than anybody reads"
    if _are_within(answers, _STREAKERS, _STREAK):
        return "answers without a pause"
    if _are_typed_too_fast(answers[-_QUICK_ONES:]):
        return "long answers faster than anybody types"
    return _find_sameness(answers)


def _are_within(answers: Sequence[Heard], most: int, time: timedelta) -> bool:
    return len(answers) >= most and answers[-1].at - answers[-most].at < time


def _are_typed_too_fast(answers: Sequence[Heard]) -> bool:
    is_quick = all(later.at - earlier.at < _QUICK for earlier, later in pairwise(answers))
    return len(answers) == _QUICK_ONES and is_quick and all(each.length >= _TYPED for each in answers)


def _find_sameness(answers: Sequence[Heard]) -> str | None:
    last = answers[-1]
    lately = [each for each in answers if last.at - each.at < _SPELL]
    if _are_all(lately, _AUTOMATIC, lambda each: each.is_automatic):
        return "automatic replies"
    if _are_all(lately, _ECHOES, lambda each: each.is_echo):
        return "our own words sent back"
    most = _SAME_LONG if last.length >= _LONG else _SAME_SHORT
    return "the same words over and over" if _are_all(lately, most, lambda each: each.print == last.print) else None


def _are_all(answers: Sequence[Heard], count: int, tells: Callable[[Heard], bool]) -> bool:
    """Tell whether the last so many of these texts are all like that."""
    return len(answers) >= count and all(map(tells, answers[-count:]))
