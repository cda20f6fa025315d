"""Kinds of texts, and what docs/compliance.md promises to each."""

from dataclasses import dataclass, field

from gateway.domain.compliance import Voice, ask_text, help_text, start_text, stop_text
from gateway.domain.consent import ConsentState, Source
from gateway.domain.number import Keywords, Policy

VOICE = Voice(brand="Corner Cafe", help_contact="help@cafe.example")
STOP_WORD = "spinach"
_IN, _OUT, _UNSET = ConsentState.IN, ConsentState.OUT, ConsentState.UNSET


@dataclass(frozen=True, slots=True)
class Kind:
    """A text of somebody's."""

    body: str
    means: str
    """stop, start, yes, help, revoke, doubt, join, nothing or talk."""
    twilios: bool = False
    """Whether Twilio knows the very word."""
    opt_out_type: str = ""


DOUBT = Kind("wrong number", "doubt")
STOP = Kind("STOP", "stop", twilios=True)
START = Kind("START", "start", twilios=True)
JOIN = Kind("", "join")
TALK = Kind("What time do you open?", "talk")
KINDS = [
    DOUBT,
    STOP,
    START,
    *(Kind(word, "stop", twilios=True) for word in ("revoke", " Cancel\n")),
    *(Kind(word, "stop") for word in ("opt out", "Stop!", "ALTO")),
    Kind("Spinach!", "stop-word"),
    *(Kind(words, "revoke") for words in ("please stop texting me", "take me off your list")),
    Kind("unstop", "start", twilios=True),
    Kind("Start.", "start"),
    Kind("YES", "yes", twilios=True),
    Kind("Yes!", "yes"),
    Kind("HELP", "help", twilios=True),
    Kind("info?", "help"),
    JOIN,
    TALK,
    Kind(" ", "nothing"),
    *(Kind(words, "talk") for words in ("Do you deliver?", "don't stop")),
    Kind("STOP", "stop", twilios=True, opt_out_type="STOP"),
    Kind("nope", "talk", opt_out_type="STOP"),
    Kind("START", "start", twilios=True, opt_out_type="START"),
    Kind("YES", "yes", twilios=True, opt_out_type="START"),
    Kind("HELP", "help", twilios=True, opt_out_type="HELP"),
    Kind("STOP", "stop", twilios=True, opt_out_type="SOMETHING"),
    Kind("What is new?", "talk", opt_out_type="SOMETHING"),
]


@dataclass(slots=True)
class Place:
    """A number, as its operator has it."""

    is_toll_free: bool = False
    is_ours: bool = False
    account: str | None = None
    keywords: Keywords = Keywords.GATEWAY
    policy: Policy = Policy.OPEN
    has_stop_word: bool = False
    join_code: str = ""
    guests: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What is known of who texts."""

    state: ConsentState
    is_stopped_here: bool
    is_guest: bool
    was_asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a text."""

    outcome: str = "ignored"
    says: str = ""
    state: ConsentState | None = None
    """The new row's; `unset` is the row of a first text."""
    source: Source = Source.KEYWORD
    joins: bool = False


def foretell(kind: Kind, place: Place, sender: Sender) -> Fate:
    """Tell what becomes of a text, in the order in which the gateway promises to look at it."""
    is_idle_yes = kind.means == "yes" and place.is_toll_free and place.is_ours
    if kind.opt_out_type:
        return _noted(_meant_by_type(kind, sender, is_idle=is_idle_yes), Source.OPT_OUT_TYPE, sender)
    keyword = _keyword(kind, place, sender, is_idle=is_idle_yes)
    if keyword and kind.twilios and place.is_ours and place.keywords is Keywords.TWILIO:
        return _noted(keyword, Source.KEYWORD, sender)
    if keyword:
        return _heeded(keyword, Source.KEYWORD, place, sender)
    if kind.means == "revoke":
        return _heeded("stop", Source.FREE_FORM, place, sender)
    if sender.state is _OUT:
        return Fate()
    return _let_in(kind, place, sender)


def _keyword(kind: Kind, place: Place, sender: Sender, *, is_idle: bool) -> str:
    if kind.means == "stop-word":
        return "stop" if place.is_ours and place.has_stop_word else ""
    if kind.means == "yes":
        return "start" if sender.state is _OUT and not is_idle else ""
    return kind.means if kind.means in ("stop", "start", "help") else ""


def _meant_by_type(kind: Kind, sender: Sender, *, is_idle: bool) -> str:
    known = kind.opt_out_type.lower()
    if kind.means == "yes" and (is_idle or sender.state is not _OUT):
        return ""
    if known in ("stop", "start", "help"):
        return known
    return _keyword(kind, Place(), sender, is_idle=is_idle)


def _noted(keyword: str, source: Source, sender: Sender) -> Fate:
    """Somebody else has answered: it is recorded in silence, and an opt-out here once."""
    if keyword == "start":
        return Fate(state=_IN, source=source)
    return Fate(state=_OUT, source=source) if keyword == "stop" and not sender.is_stopped_here else Fate()


def _heeded(keyword: str, source: Source, place: Place, sender: Sender) -> Fate:
    if keyword == "help":
        return Fate(outcome="said", says=help_text(VOICE)) if place.is_ours else Fate()
    if keyword == "stop" and sender.state is _OUT:
        return _noted(keyword, source, sender)
    if not place.is_ours:
        return Fate(state=_OUT if keyword == "stop" else _IN, source=source)
    if keyword == "stop":
        return Fate(outcome="said", says=stop_text(VOICE), state=_OUT, source=source)
    return Fate(outcome="said", says=start_text(VOICE), state=_IN, source=source)


def _let_in(kind: Kind, place: Place, sender: Sender) -> Fate:
    is_welcome = place.policy is Policy.OPEN or (place.policy is not Policy.CLOSED and sender.is_guest)
    if not place.is_ours:
        return Fate()
    if not is_welcome:
        knows_code = kind.means == "join" and place.policy is Policy.CODE
        words = start_text(VOICE)
        return (
            Fate(outcome="said", says=words, state=_IN, source=Source.JOIN_CODE, joins=True) if knows_code else Fate()
        )
    if place.account is None or kind.means == "nothing":
        return Fate()
    if kind.means == "doubt" and not sender.was_asked:
        return Fate(outcome="asked", says=ask_text(VOICE), state=_UNSET, source=Source.FIRST_TEXT)
    return Fate(outcome="admitted", state=_UNSET, source=Source.FIRST_TEXT)
