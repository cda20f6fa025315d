"""Receive a text: decide what becomes of it, and save that before Twilio hears a word."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

import structlog

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.adapters.store.messages import SandboxChange, Saving
from gateway.domain.brake import brake, hear
from gateway.domain.compliance import Voice
from gateway.domain.consent import ConsentChange, ConsentState, Source
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.errors import BadSignature, StoreDown
from gateway.domain.forgetting import Erasure
from gateway.domain.ids import ConversationId, TexterHash, TraceId, derive_conversation_id, hash_texter
from gateway.domain.line import Line
from gateway.domain.message import InboundMessage
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.number import Binding
from gateway.domain.phone import PhoneNumber, mask_phone
from gateway.domain.receiving import Answer, Ask, Decision, Ignore, Note, Repeat, Say, decide
from gateway.domain.trace import Step

log = structlog.get_logger()

ANSWERED_BEFORE = "answered before"
OUTDATED = "older than the texter's last word"
FOUND_LATE = "found late: nobody would hear an answer"
_LOOKS = 8
_FIRST_TEXT = Note(state=ConsentState.UNSET, source=Source.FIRST_TEXT, wording="")
"""Why somebody is answered who has not spoken of consent: they wrote to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the webhook answers, and what the log says of it."""

    say: str
    """The text to answer with; empty for silence."""
    outcome: str
    reason: str | None
    trace_id: TraceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What is known of a text that no webhook brought, or none that the store remembers."""

    answered: bool
    """Whether Twilio has an answer to it."""


async def receive_text(
    message: InboundMessage,
    *,
    store: Store,
    voice: Voice,
    pepper: bytes,
    now: datetime,
    missed: Missed | None = None,
) -> Received:
    """Receive a text; StoreDown when it could not be saved, and then Twilio must not hear a 200.

    BadSignature when it comes from a Twilio account that does not own the number, or did not bring it before.
    """
    await store.pepper.claim(pepper)
    texter_hash = hash_texter(pepper, message.sender)
    for _ in range(_LOOKS):
        line = await store.messages.read_line(message, texter_hash)
        if not line.is_of(message):
            raise BadSignature
        # nobody hears what the answer to a webhook says that never came
        decision = decide(message, replace(line, asked=True) if missed else line, voice)
        if not missed:
            decision = brake(decision, message, line)
        else:
            last_word = await store.consents.read_last_word(message.recipient, texter_hash)
            decision = _temper(decision, message, missed, *last_word)
        trace_id = TraceId(mint("trc"))
        if isinstance(decision, Repeat):
            if _is_on_consent(decide(message, replace(line, answered_with=None), voice)):
                # the time before, it may not have got to the disk
                await store.messages.keep(message)
            return Received(say=decision.answer, outcome="repeated", reason=None, trace_id=trace_id)
        if isinstance(decision, Say) and decision.erasure is Erasure.DONE:
            # before it is saved: whoever dies in between is asked by Twilio once more, and finds the wish still there
            await store.forgetting.forget_within(line.account_id or "", texter_hash, message.recipient)
        saving = _saving(message, decision, line, texter_hash, trace_id=trace_id, pepper=pepper, now=now)
        if not missed and saving.erasure is not Erasure.DONE:  # that they were heard before is forgotten, too
            saving = replace(saving, hearing=hear(decision, message, line))
        say = await store.messages.save(message, saving)
        if say is not None:
            await _tell_of_loop(decision, message, line, store, pepper)
            return Received(say=say, outcome=saving.outcome, reason=_reason(decision), trace_id=trace_id)
        # another text changed the consent between our look and our write: look again
    raise StoreDown


async def _tell_of_loop(decision: Decision, message: InboundMessage, line: Line, store: Store, pepper: bytes) -> None:
    """Have the operator hear that a conversation was stopped as a loop."""
    if not (isinstance(decision, Ignore | Say) and decision.pauses and line.account_id):
        return
    named = _name_conversation(line.binding, message.texter, pepper) if line.binding and message.texter else "a talk"
    reason = f"{named} with {mask_phone(message.sender)}: {decision.pauses}"
    kind = NoticeKind.LOOP_STOPPED
    notice = Notice(kind=kind, account_id=line.account_id, reason=reason, number=message.number)
    if await store.notices.post(notice):
        log.warning(notice.kind.value, account_id=notice.account_id, number=mask_phone(message.recipient))


def _is_on_consent(decision: Decision) -> bool:
    return isinstance(decision, Ignore | Say) and (
        decision.consent is not None or (isinstance(decision, Ignore) and decision.reaffirms)
    )


def _temper(
    decision: Decision, message: InboundMessage, missed: Missed, state: ConsentState, last_word: datetime | None
) -> Decision:
    """Take from a text that is found late what it may no longer do.

    That is to be answered twice, to undo a later STOP, START or joining, or to claim words that nobody hears. Whoever
    joined by it would not know what they have joined.
    """
    if isinstance(decision, Answer) and missed.answered:
        return Ignore(reason=ANSWERED_BEFORE)
    if not isinstance(decision, Ignore | Say):
        return decision
    note = decision.consent
    said_since = state is not ConsentState.UNSET and last_word is not None and last_word > message.received_at
    if said_since and (note or decision.leaves):
        return Ignore(reason=OUTDATED)
    if isinstance(decision, Say):
        heeded = replace(note, wording="") if note and note.source is not Source.JOIN_CODE else None
        return Ignore(reason=FOUND_LATE, consent=heeded, leaves=decision.leaves)
    return decision


def _saving(
    message: InboundMessage,
    decision: Ignore | Say | Ask | Answer,
    line: Line,
    texter_hash: TexterHash,
    *,
    trace_id: TraceId,
    pepper: bytes,
    now: datetime,
) -> Saving:
    note: Note | None = _FIRST_TEXT
    admit_to: Conversation | None = None
    match decision:
        case Ignore(reason=reason, consent=consent):
            outcome, answer, note, details = "ignored", "", consent, {"reason": reason}
        case Say(text=text, consent=consent):
            outcome, answer, note, details = "said", text, consent, _tell(decision)
        case Ask(text=text):
            outcome, answer, details = "asked", text, {}
        case Answer():
            outcome, answer = "admitted", ""
            admit_to = _conversation(decision, texter_hash, pepper)
            details = {"conversation_id": admit_to.id}
        case _:
            assert_never(decision)
    return Saving(
        trace_id=trace_id,
        texter_hash=texter_hash,
        account_id=line.account_id,
        outcome=outcome,
        step=Step(at=now, name=f"text.{outcome}", details=details),
        answer=answer,
        decided_on=line.consent,
        consent=_change(message, note, line, texter_hash),
        joins=isinstance(decision, Say) and decision.is_joining,
        reaffirmed_at=message.received_at if isinstance(decision, Ignore) and decision.reaffirms else None,
        asks=isinstance(decision, Ask),
        sandbox=_sandbox_change(decision, line),
        erasure=decision.erasure if isinstance(decision, Say) else None,
        admit_to=admit_to,
    )


def _tell(say: Say) -> dict[str, str]:
    """Tell the trace what the gateway answered to, without the words."""
    if say.erasure:
        return {"keyword": "forget me", "erasure": say.erasure.value}
    if say.keyword:
        return {"keyword": say.keyword.value}
    if say.pauses or say.resumes:
        return {"reason": f"loop: {say.pauses}" if say.pauses else "resumed"}
    return {"keyword": "join" if say.joins else "leave"} if say.joins or say.leaves else {"reason": "stranger"}


def _sandbox_change(decision: Decision, line: Line) -> SandboxChange | None:
    if not line.in_sandbox:
        return None
    is_at = line.agent.id if line.agent else None
    if isinstance(decision, Ignore):
        return SandboxChange(is_at=is_at, leaves=decision.leaves)
    if not isinstance(decision, Say):
        return SandboxChange(is_at=is_at)
    leaves = decision.leaves or decision.erasure is Erasure.DONE
    return SandboxChange(is_at=is_at, joins=decision.joins, leaves=leaves, hints=decision.hints)


def _change(message: InboundMessage, note: Note | None, line: Line, texter_hash: TexterHash) -> ConsentChange | None:
    if note is None or message.number is None or message.texter is None:
        return None
    return ConsentChange(
        number=message.number,
        texter=message.texter,
        texter_hash=texter_hash,
        account_id=line.account_id,
        state=note.state,
        source=note.source,
        message_sid=message.sid,
        wording=note.wording,
        at=message.received_at,
        within_account=line.number is not None and line.number.login is not None,
    )


def _conversation(answer: Answer, texter_hash: TexterHash, pepper: bytes) -> Conversation:
    binding = answer.binding
    return Conversation(
        id=_name_conversation(binding, answer.texter, pepper),
        account_id=binding.account_id,
        channel=Channel.SMS,
        agent_id=binding.agent_id,
        number=binding.number,
        texter=answer.texter,
        texter_hash=texter_hash,
        gather_ms=answer.gather_ms,
    )


def _name_conversation(binding: Binding, texter: PhoneNumber, pepper: bytes) -> ConversationId:
    # where many agents share a number, somebody's talk with one of them is not another's to know, nor to go on with
    agent = [binding.agent_id] if binding.is_shared else []
    return derive_conversation_id(pepper, "sms", binding.account_id, binding.number, texter, *agent)


def _reason(decision: Decision) -> str | None:
    if isinstance(decision, Say) and decision.erasure:
        return f"erasure {decision.erasure.value}"
    return decision.reason if isinstance(decision, Ignore) else None
