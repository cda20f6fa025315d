"""Whether a phone is out for a number, as far as its thread shows: pure, and no more certain than that."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.dev.twilio.keywords import Keyword, Party, read_keyword
from gateway.dev.twilio.records import Message

# an answer that speaks of the end and of START is a confirmation, whoever worded it
_FAREWELL: Final = re.compile(
    r"unsubscribed|opted out|no (?:more|further)|(?:will not|won['\u2019]t) (?:text|send|receive|get)",
    re.IGNORECASE,
)
# whoever is told how to stop has not been stopped: that is a HELP, or a welcome
_INVITATION: Final = re.compile(r"(?:reply|text|send) STOP\b", re.IGNORECASE)
_WAY_BACK: Final = re.compile(r"\b(?:START|UNSTOP)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """In or out, and the sentence that says what in the thread shows it."""

    out: bool
    because: str = ""


def read_standing(thread: Sequence[Message], *, blocked_by: Collection[Party]) -> Standing:
    """Read a thread backwards to the last word on the matter."""
    if blocked_by:
        blocker = "The carrier network" if Party.NETWORK in blocked_by else "Twilio itself"
        return Standing(out=True, because=f"{blocker} blocks this number from texting it.")
    goodbye = False
    for message in reversed(thread):
        keyword = read_keyword(message.body) if message.inbound else None
        if keyword is Keyword.STOP:
            return _stopped(message.body.strip(), confirmed=goodbye)
        if keyword is Keyword.START:
            break
        goodbye = goodbye or _confirms(message)
    # a goodbye without a keyword: the gateway has understood a sentence such as "leave me alone"
    return Standing(out=goodbye, because="The number said goodbye to it." if goodbye else "")


def _stopped(word: str, *, confirmed: bool) -> Standing:
    end = "and the number confirmed it" if confirmed else "and waits for the confirmation"
    return Standing(out=True, because=f"It texted {word}, {end}.")


def _confirms(message: Message) -> bool:
    if message.inbound or _INVITATION.search(message.body):
        return False
    return bool(_FAREWELL.search(message.body) and _WAY_BACK.search(message.body))
