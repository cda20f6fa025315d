"""What becomes of one inbound text: the gateway's central decision."""

import re
from dataclasses import dataclass

from gateway.domain.address import why_unheard
from gateway.domain.agent import AgentStatus
from gateway.domain.carrier_words import is_yes, read_carrier_keyword
from gateway.domain.compliance import (
    Keyword,
    Voice,
    ask_text,
    fold,
    help_text,
    read_keyword,
    start_text,
    stop_text,
)
from gateway.domain.consent import ConsentState, Source
from gateway.domain.forgetting import Erasure, find_wish, forgotten_text, sure_text
from gateway.domain.honesty import Language
from gateway.domain.ids import AgentId
from gateway.domain.line import Line
from gateway.domain.message import InboundMessage
from gateway.domain.number import Binding, Keywords, Kind, Number, Policy
from gateway.domain.phone import PhoneNumber
from gateway.domain.revocation import Intent, read_intent
from gateway.domain.sandbox import (
    hint_text,
    is_leaving,
    join_text,
    leave_text,
    sandbox_help_text,
    sandbox_start_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The message was here before: the same answer again."""

    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a text says about its texter's consent."""

    state: ConsentState
    source: Source
    wording: str
    """The exact words that we answer with; empty where somebody else does, or nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """Nothing is said; a trace tells why."""

    reason: str
    consent: Note | None = None
    reaffirms: bool = False
    """Whether it is one more opt-out of who is out: no START before it counts."""
    leaves: bool = False
    """Whether the texter leaves the agent of a sandbox, although nobody tells them so."""
    pauses: str = ""
    """Why the conversation is stopped as a loop; empty where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The gateway itself answers, in the webhook's own response."""

    text: str
    keyword: Keyword | None = None
    """What it answers, where that is a word for every number."""
    consent: Note | None = None
    is_joining: bool = False
    """Whether the texter becomes one of the number's guests."""
    joins: AgentId | None = None
    """The agent of a sandbox that the texter joins."""
    leaves: bool = False
    """Whether the texter leaves the agent of a sandbox."""
    hints: bool = False
    """Whether it tells how to join one."""
    pauses: str = ""
    """Why the conversation is stopped as a loop; empty where it is not."""
    resumes: bool = False
    """Whether a conversation that was stopped goes on."""
    erasure: Erasure | None = None
    """How far the texter's wish to be forgotten has come, where the text is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """It may be an opt-out: the gateway asks, once, and the agent hears of it with the next text that is none."""

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
_STATES = {Keyword.STOP: ConsentState.OUT, Keyword.START: ConsentState.IN}
_JOIN = "join"
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|correct|right|please|ok(?:ay)?|s[i\u00ed]|oui|ouais)\b[\W_]*", re.IGNORECASE
)


def decide(message: InboundMessage, line: Line, voice: Voice) -> Decision:
    """Decide what becomes of a text; `voice` speaks where neither number nor account has one of its own."""
    if line.answered_with is not None:
        return Repeat(answer=line.answered_with)
    unheard = why_unheard(message.sender, message.recipient)
    if unheard or message.texter is None:
        return Ignore(reason=unheard or "from nobody")
    if line.is_from_ours:
        # a program's number, whichever account it is of: two agents would talk to each other for ever
        return Ignore(reason="from a number of ours")
    return _decide(message, message.texter, line, voice.spoken_by(line.brand, line.help_contact))


def _decide(message: InboundMessage, texter: PhoneNumber, line: Line, voice: Voice) -> Decision:
    number = line.number
    if message.opt_out_type is not None:
        return _note_opt_out_type(message, line)
    if number and number.keywords is Keywords.TWILIO:
        keyword = read_carrier_keyword(message.body, number.kind, line.consent)
        if keyword:
            return _note_carriers_answer(keyword, Source.KEYWORD, line)
    body = _drop_yes(message.body) if line.asked else message.body
    keyword = read_keyword(body, line.consent, number.stop_words if number else ())
    if keyword is not None and not _is_idle_yes(message, line):
        return _heed(keyword, Source.KEYWORD, line, voice)
    language = find_wish(_drop_yes(message.body))
    return _hear_wish(language, message, line, voice) if language else _weigh(message, texter, line, voice)


def _hear_wish(language: Language, message: InboundMessage, line: Line, voice: Voice) -> Ignore | Say:
    """Ask who wants to be forgotten if they are sure, or forget them, also while the agent is paused."""
    turned_away = _turn_away(message, line, voice)
    if turned_away:
        return turned_away
    if line.binding is None:
        return Ignore(reason="number not bound")
    if line.consent is ConsentState.OUT:
        return Ignore(reason="opted out")
    if line.wishes_erasure:
        return Say(text=forgotten_text(language, voice), erasure=Erasure.DONE)
    return Say(text=sure_text(language, voice), erasure=Erasure.ASKED)


def _note_opt_out_type(message: InboundMessage, line: Line) -> Ignore:
    """Record what Twilio has answered already; two confirmations would be one too many."""
    meant = message.opt_out_type or ""
    # a type that we don't know says that Twilio answered, and the words say what
    stop_words = line.number.stop_words if line.number else ()
    keyword = _OPT_OUT_TYPES.get(meant.upper()) or read_keyword(message.body, line.consent, stop_words)
    if _is_idle_yes(message, line) or (is_yes(message.body) and line.consent is not ConsentState.OUT):
        keyword = None  # an answer in a dialogue is no opt-in, and must not outlast a wider opt-out
    return _note_carriers_answer(keyword, Source.OPT_OUT_TYPE, line)


def _note_carriers_answer(keyword: Keyword | None, source: Source, line: Line) -> Ignore:
    state = _STATES.get(keyword) if keyword else None
    known = state is ConsentState.OUT and line.stopped_here
    note = Note(state=state, source=source, wording="") if state and not known else None
    return Ignore(reason="answered by Twilio", consent=note, reaffirms=known)


def _drop_yes(body: str) -> str:
    """Take the yes from an answer to our question: "yes stop" is a STOP, and a yes alone stays one."""
    rest = _YES.sub("", body, count=1)
    return rest if rest.strip() else body


def _is_idle_yes(message: InboundMessage, line: Line) -> bool:
    """Tell whether it is a YES to a toll-free number, where it lifts no block, whatever Twilio makes of it."""
    return line.number is not None and line.number.kind is Kind.TOLL_FREE and is_yes(message.body)


def _heed(keyword: Keyword, source: Source, line: Line, voice: Voice) -> Ignore | Say:
    if keyword is Keyword.HELP:
        words = sandbox_help_text if line.in_sandbox else help_text
        return Say(text=words(voice), keyword=keyword) if line.number else Ignore(reason="number not bound")
    state = _STATES[keyword]
    silent = Note(state=state, source=source, wording="")
    if state is ConsentState.OUT and line.consent is ConsentState.OUT:
        # an opt-out elsewhere reached this number; now it has one of its own
        known = line.stopped_here
        return Ignore(reason="opted out already", consent=None if known else silent, reaffirms=known)
    if line.number is None:
        # nobody speaks on an unbound number, but a STOP to it counts when somebody does later
        return Ignore(reason="number not bound", consent=silent)
    text = stop_text(voice) if state is ConsentState.OUT else _welcome(line, voice)
    return Say(text=text, keyword=keyword, consent=Note(state=state, source=source, wording=text))


def _welcome(line: Line, voice: Voice) -> str:
    return sandbox_start_text(voice) if line.in_sandbox and line.agent is None else start_text(voice)


def _weigh(message: InboundMessage, texter: PhoneNumber, line: Line, voice: Voice) -> Decision:
    """Weigh a text that is no keyword: it may take consent back all the same, or ask to be let in."""
    greeting = _greet(message, line, voice) if line.in_sandbox else None
    if greeting:
        return greeting
    intent = read_intent(_drop_yes(message.body) if line.asked else message.body)
    if intent is Intent.REVOKE:
        return _heed(Keyword.STOP, Source.FREE_FORM, line, voice)
    turned_away = _turn_away(message, line, voice)
    if turned_away:
        return turned_away
    routed = _route(message, texter, line)
    # where no agent answers there is nothing to ask about
    doubtful = intent is Intent.DOUBT and not line.asked and isinstance(routed, Answer)
    return Ask(text=ask_text(voice)) if doubtful else routed


def _turn_away(message: InboundMessage, line: Line, voice: Voice) -> Ignore | Say | None:
    """Find what is said, if anything, to who is not to be answered by an agent here."""
    if line.blocked:
        return Ignore(reason="blocked")
    if line.consent is ConsentState.OUT:
        return Ignore(reason="opted out") if line.in_sandbox else None
    if line.in_sandbox and line.agent is None:
        return Ignore(reason="stranger") if line.hinted else Say(text=hint_text(voice), hints=True)
    if line.number and not _admits(line.number, line):
        return _meet_stranger(message, line.number, voice)
    return None


def _greet(message: InboundMessage, line: Line, voice: Voice) -> Say | None:
    """Answer who joins an agent of a sandbox, or leaves it; not who is out, since START comes first, or blocked."""
    if line.consent is ConsentState.OUT or line.blocked:
        return None
    if line.invited:
        text = join_text(voice, line.invited_by)
        note = Note(state=ConsentState.IN, source=Source.JOIN_CODE, wording=text)
        return Say(text=text, consent=note, joins=line.invited.id)
    if line.agent and is_leaving(message.body):
        return Say(text=leave_text(voice), leaves=True)
    return None


def _admits(number: Number, line: Line) -> bool:
    return number.policy is Policy.OPEN or (number.policy is not Policy.CLOSED and line.guest)


def _meet_stranger(message: InboundMessage, number: Number, voice: Voice) -> Ignore | Say:
    """Let in who knows the code; everybody else meets silence, which costs nothing and gives nothing away."""
    code = fold(number.join_code or "") if number.policy is Policy.CODE else ""
    if not code or fold(message.body).removeprefix(_JOIN) != code:
        return Ignore(reason="stranger")
    text = start_text(voice)
    note = Note(state=ConsentState.IN, source=Source.JOIN_CODE, wording=text)
    return Say(text=text, keyword=Keyword.START, consent=note, is_joining=True)


def _route(message: InboundMessage, texter: PhoneNumber, line: Line) -> Ignore | Answer:
    binding = line.binding
    if binding is None:
        return Ignore(reason="number not bound")
    if line.consent is ConsentState.OUT:
        return Ignore(reason="opted out")
    if line.agent is None:
        return Ignore(reason="agent is gone")
    if line.agent.status is AgentStatus.PAUSED:
        return Ignore(reason="agent is paused")
    if not message.body.strip() and not message.media:
        return Ignore(reason="empty text")
    return Answer(binding=binding, texter=texter, gather_ms=line.agent.texting.gather_ms)
