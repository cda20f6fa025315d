"""Twilio's own STOP, START and HELP, for numbers that have it switched on: pure rules.

Whole messages only, in any case (help article "Twilio support for opt-out keywords", 223134027; REVOKE and
OPTOUT since 14 May 2025). Sentences such as "stop please" do nothing.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Keyword(Enum):
    """What a keyword asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What Twilio does about a text: whether the sender is blocked from now on, and its own answer."""

    blocked: bool
    answer: str | None = None


_WORDS: Final = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
_FAREWELL: Final = "You are unsubscribed: this number will not text you again. Reply START to resubscribe."
_WELCOME: Final = "You are subscribed again. Reply HELP for help, STOP to unsubscribe. Msg&data rates may apply."
_HELP: Final = "Reply STOP to unsubscribe. Msg&data rates may apply."


def read_keyword(body: str) -> Keyword | None:
    """Find the keyword that a text consists of, if it does."""
    return _WORDS.get(body.strip().upper())


def react(keyword: Keyword | None, *, blocked: bool) -> Reaction:
    """Decide what a text does to the sender's block; each change of standing is confirmed once."""
    match keyword:
        case Keyword.STOP:
            return Reaction(blocked=True, answer=None if blocked else _FAREWELL)
        case Keyword.START:
            return Reaction(blocked=False, answer=_WELCOME if blocked else None)
        case Keyword.HELP:
            # someone who is out stays unanswered until they come back
            return Reaction(blocked=blocked, answer=None if blocked else _HELP)
        case None:
            return Reaction(blocked=blocked)
