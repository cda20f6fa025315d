"""What becomes of one inbound text: the gateway's central decision."""

from dataclasses import dataclass

from gateway.domain.agent import Agent
from gateway.domain.binding import Binding
from gateway.domain.compliance import (
    ConsentChange,
    ConsentState,
    Keyword,
    Voice,
    ask_text,
    help_text,
    read_keyword,
    start_text,
    stop_text,
)
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.revocation import Intent, read_intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the store knows about where a text came from and where it went."""

    answered_with: str | None
    """What was said to this very message before, empty for silence; None for a message not seen yet."""
    binding: Binding | None
    agent: Agent | None
    consent: ConsentState
    asked: bool
    """Whether the texter was asked already if they mean to opt out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The message was here before: the same answer again."""

    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """Nothing is said; a trace tells why."""

    reason: str
    consent: ConsentChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The gateway itself answers, in the webhook's own response."""

    text: str
    keyword: Keyword
    consent: ConsentChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """It may be an opt-out: the gateway asks, once, and the agent does not hear this one."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The agent answers, in a worker."""

    binding: Binding
    texter: PhoneNumber
    gather_ms: int
    """How long it waits for others."""


Decision = Repeat | Ignore | Say | Ask | Answer

_OPT_OUT_TYPES = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}
"""https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out"""


def decide(message: InboundMessage, line: Line, voice: Voice) -> Decision:
    """Decide what becomes of a text."""
    if line.answered_with is not None:
        return Repeat(answer=line.answered_with)
    number, texter = message.number, message.texter
    if number is None or texter is None:
        return Ignore(reason="not a phone number")
    if number == texter:
        return Ignore(reason="from itself")
    if message.opt_out_type is not None:
        return _note_carriers_word(message, number, texter, line)
    keyword = read_keyword(message.body, line.consent)
    if keyword is not None:
        return _heed(keyword, message, number=number, texter=texter, line=line, voice=voice, source="keyword")
    return _weigh(message, number, texter, line, voice)


def _weigh(message: InboundMessage, number: PhoneNumber, texter: PhoneNumber, line: Line, voice: Voice) -> Decision:
    """Weigh a text that is no keyword: it may take consent back all the same."""
    if line.consent is ConsentState.OUT:
        return _route(message, line, texter)
    match read_intent(message.body):
        case Intent.REVOKE:
            return _heed(
                Keyword.STOP, message, number=number, texter=texter, line=line, voice=voice, source="free-form"
            )
        case Intent.DOUBT if line.binding and not line.asked:
            return Ask(text=ask_text(voice))
        case _:
            return _route(message, line, texter)


def _note_carriers_word(message: InboundMessage, number: PhoneNumber, texter: PhoneNumber, line: Line) -> Ignore:
    """Record what Twilio has answered already; two confirmations would be one too many."""
    meant = message.opt_out_type or ""
    # a type that we don't know says that Twilio answered, and the words say what
    keyword = _OPT_OUT_TYPES.get(meant.upper()) or read_keyword(message.body, line.consent)
    state = {Keyword.STOP: ConsentState.OUT, Keyword.START: ConsentState.IN}.get(keyword) if keyword else None
    if state is None:
        return Ignore(reason="answered by Twilio")
    change = _change(message, number, texter, state, source="OptOutType", wording="")
    return Ignore(reason="answered by Twilio", consent=change)


def _heed(
    keyword: Keyword,
    message: InboundMessage,
    *,
    number: PhoneNumber,
    texter: PhoneNumber,
    line: Line,
    voice: Voice,
    source: str,
) -> Decision:
    if keyword is Keyword.HELP:
        return Say(text=help_text(voice), keyword=keyword) if line.binding else Ignore(reason="number not bound")
    if keyword is Keyword.STOP and line.consent is ConsentState.OUT:
        return Ignore(reason="opted out already")
    stopping = keyword is Keyword.STOP
    state = ConsentState.OUT if stopping else ConsentState.IN
    text = stop_text(voice) if stopping else start_text(voice)
    if line.binding is None:
        # nobody speaks on an unbound number, but a STOP to it counts when somebody does later
        change = _change(message, number, texter, state, source=source, wording="")
        return Ignore(reason="number not bound", consent=change)
    change = _change(message, number, texter, state, source=source, wording=text)
    return Say(text=text, keyword=keyword, consent=change)


def _route(message: InboundMessage, line: Line, texter: PhoneNumber) -> Ignore | Answer:
    if line.binding is None:
        return Ignore(reason="number not bound")
    if line.consent is ConsentState.OUT:
        return Ignore(reason="opted out")
    if line.agent is None:
        return Ignore(reason="agent is gone")
    if not message.body.strip():
        return Ignore(reason="empty text")
    return Answer(binding=line.binding, texter=texter, gather_ms=line.agent.texting.gather_ms)


def _change(
    message: InboundMessage,
    number: PhoneNumber,
    texter: PhoneNumber,
    state: ConsentState,
    *,
    source: str,
    wording: str,
) -> ConsentChange:
    return ConsentChange(
        number=number,
        texter=texter,
        state=state,
        source=source,
        message_sid=message.sid,
        wording=wording,
        at=message.received_at,
    )
