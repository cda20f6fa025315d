"""What a texter may say to the gateway itself: STOP, START, HELP, and what each does.

Keywords are whole messages. The words: 47 CFR 64.1200(a)(10) ("stop, quit, end, revoke, opt out, cancel,
unsubscribe"), and Twilio's defaults as of 14 May 2025 (STOPALL, REVOKE, OPTOUT, UNSTOP, INFO among them),
https://twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.consent import ConsentState
from gateway.domain.errors import InvalidRequest


class Keyword(StrEnum):
    """What a whole-message keyword asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# folded: `OPT OUT`, `Opt-out` and `optout` are one word here, and so are ARRÊT and arret
_STOP = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}  # 47 CFR 64.1200(a)(10), Twilio
    | {"arret", "arreter", "desabonner", "alto", "baja", "parar", "detener", "cancelar"},  # what carriers take besides
)
_START = frozenset({"start", "unstop"})
_START_WHEN_OUT = frozenset({"yes"})
_HELP = frozenset({"help", "info"} | {"ayuda", "aide"})
MAX_LINE = 60
"""Characters of a brand or a contact: the texts that hold them stay short."""
_LONGEST = 160
"""No keyword is longer, however it is dressed up; longer texts are not even looked at."""


def read_keyword(body: str, state: ConsentState, stop_words: Collection[str] = ()) -> Keyword | None:
    """Tell which keyword a text is, as a whole; YES counts only from someone who is out.

    `stop_words` are the number's own, folded.
    """
    if len(body) > _LONGEST:
        return None
    word = fold(body)
    if word in _STOP or word in stop_words:
        return Keyword.STOP
    if word in _START or (state is ConsentState.OUT and word in _START_WHEN_OUT):
        return Keyword.START
    return Keyword.HELP if word in _HELP else None


def fold(body: str) -> str:
    """Take away case, accents, spaces, punctuation, emoji, full-width and zero-width forms."""
    decomposed = unicodedata.normalize("NFKD", body)
    return "".join(character for character in decomposed if character.isalnum()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who is texting and whom to reach, as the settings have it."""

    brand: str
    help_contact: str | None

    def spoken_by(self, brand: str | None, help_contact: str | None) -> "Voice":
        """Speak for an account or a number, as far as it has a brand and a contact of its own."""
        return Voice(brand=brand or self.brand, help_contact=help_contact or self.help_contact)


def change_line(wish: str | None, known: str | None) -> str | None:
    """Apply a wish for a label, a brand or a contact: None leaves it, an empty one is none; else InvalidRequest."""
    if wish is None:
        return known
    line = wish.strip()
    if len(line) > MAX_LINE or not line.isprintable():
        raise InvalidRequest("invalid_line", f"Label, brand and contact are one line of up to {MAX_LINE} characters.")
    return line or None


def stop_text(voice: Voice) -> str:
    """Word the one confirmation of an opt-out: no marketing, 47 CFR 64.1200(a)(12)."""
    return f"{voice.brand}: You are opted out and will get no more texts from us. Reply START to opt in again."


def ask_text(voice: Voice) -> str:
    """Word the one question to somebody who may mean to opt out."""
    return (
        f"{voice.brand}: Reply STOP to opt out and get no more texts from us. If you meant something else, just go on."
    )


def start_text(voice: Voice) -> str:
    """Word the confirmation of an opt-in: brand, rates, HELP and STOP (CTIA Messaging Principles §5.1.2)."""
    return (
        f"{voice.brand}: You are opted in. Message frequency varies. Msg & data rates may apply. "
        "Reply HELP for help, STOP to opt out."
    )


def help_text(voice: Voice) -> str:
    """Word the answer to HELP: brand, contact, rates and the way out."""
    contact = f" Help: {voice.help_contact}." if voice.help_contact else ""
    return f"{voice.brand}: automated AI text service.{contact} Msg & data rates may apply. Reply STOP to opt out."
