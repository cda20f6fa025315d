"""Inbound messages in Redis: each saved once, together with all that follows from it."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from gateway.adapters.store import keys
from gateway.adapters.store.admission import describe_admission
from gateway.adapters.store.agents import agent_of
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.consents import CONSENT, describe_change
from gateway.adapters.store.media import dump_media
from gateway.adapters.store.numbers import number_of
from gateway.adapters.store.rallies import describe_hearing, rally_of
from gateway.adapters.store.records import Fields, dump_step, only_set, pairs
from gateway.adapters.store.seating import Description
from gateway.adapters.store.sms import CHANNELS
from gateway.domain.consent import ConsentChange, ConsentState
from gateway.domain.conversation import Conversation
from gateway.domain.errors import Conflict
from gateway.domain.forgetting import WISH, Erasure
from gateway.domain.ids import AccountId, AgentId, KeyId, MessageId, TexterHash, TraceId
from gateway.domain.line import Line
from gateway.domain.loop import Hearing
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.sandbox import read_join_code
from gateway.domain.trace import Step, format_time

_NOWHERE = "tg:nowhere"
"""Stands for the key of a number that is none."""
_HINT_SECONDS = 3600
"""Who has joined nobody is told how to once in so long: whoever pays for texts may be made to pay for many."""
_AGING = {"aging_texts": keys.aging("texts"), "aging_traces": keys.aging("traces")}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxChange:
    """What a text to a sandbox changes there."""

    is_at: AgentId | None
    """The agent that the texter has joined, as the decision was made on it; nothing is saved when it has changed."""
    joins: AgentId | None = None
    leaves: bool = False
    hints: bool = False
    """Whether the answer tells how to join; nothing is saved when that was told within the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What is saved of one message, whatever became of it."""

    trace_id: TraceId
    texter_hash: TexterHash
    account_id: AccountId | None
    """Whose number was texted, as far as was known when the decision was made."""
    outcome: str
    step: Step
    answer: str
    """What the webhook says, now and at every repetition; empty for silence."""
    decided_on: ConsentState
    """The consent that the decision was made on; nothing is saved when it has changed since."""
    consent: ConsentChange | None = None
    """A row for the ledger; one that leaves consent `unset` is written only where there is none yet."""
    joins: bool = False
    """Whether the texter becomes one of the number's guests."""
    reaffirmed_at: datetime | None = None
    """When they said once more that they are out, as they are."""
    asks: bool = False
    """Whether the answer is the question if an opt-out is meant; nothing is saved when it was asked already."""
    sandbox: SandboxChange | None = None
    hearing: Hearing | None = None
    """What the text does to its rally, if it is part of one."""
    erasure: Erasure | None = None
    """How far the texter's wish to be forgotten comes; nothing is saved when it is somewhere else by now."""
    admit_to: Conversation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMessage:
    """A message that was sent over the API."""

    id: MessageId
    text: str
    trace_id: TraceId
    reply_channel: str
    """Who wants to hear of the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """That the same request gets the same answer: what an Idempotency-Key asks for."""

    key_id: KeyId
    name: str
    """A hash of the Idempotency-Key."""
    digest: str
    """A hash of the request."""


class Messages:
    """What texters and API callers sent."""

    def __init__(self, redis: Connection, seating: Description) -> None:
        self._redis = redis
        self._seating = seating
        self._read_line = script(redis, "clock", "consent", "voice", "read_line")
        self._receive = script(redis, "clock", "consent", "seating", "recent", "saving", "channels", "receive")
        self._touch = script(redis, "touch_message")
        self._admit = script(redis, "clock", "seating", "recent", "saving", "admit")

    async def read_line(self, message: InboundMessage, texter_hash: TexterHash) -> Line:
        """Read everything needed to decide what becomes of a text, in one round trip."""
        to = message.recipient
        before, number, agent, state, place, asked, guest, voice, *more = await self._read_line(
            keys=[
                keys.message(message.sid),
                keys.number(message.number) if message.number else _NOWHERE,
                *(keys.guests(to), keys.members(to), keys.JOIN_CODES, keys.hinted(to, texter_hash)),
                *(keys.rally(to, texter_hash), keys.number(message.texter) if message.texter else _NOWHERE),
                keys.wish(to, texter_hash),
            ],
            args=[
                *(to, texter_hash, CONSENT, keys.AGENT_PREFIX, keys.ACCOUNT_PREFIX),
                *(read_join_code(message.body), keys.SMS_PREFIX, keys.BLOCKED),
            ],
        )
        answer, brought_by = before
        (brand, help_contact), (invited, code, hinted, blocked, rally, is_from_ours, wishes) = voice, more
        return Line(
            answered_with=answer,
            brought_by=brought_by,
            number=number_of(pairs(number)),
            agent=agent_of(pairs(agent)),
            consent=ConsentState(state),
            stopped_here=state == ConsentState.OUT and place == message.recipient,
            asked=asked is not None,
            guest=bool(guest),
            blocked=bool(blocked),
            rally=rally_of(pairs(rally)),
            is_from_ours=bool(is_from_ours),
            invited=agent_of(pairs(invited)),
            invited_by=code or "",
            hinted=bool(hinted),
            wishes_erasure=bool(wishes),
            brand=brand,
            help_contact=help_contact,
        )

    async def save(self, message: InboundMessage, saving: Saving) -> str | None:
        """Save a text once, with all that follows, and return the answer to give.

        A message that is known already keeps its first answer, whatever was decided now. None, and nothing
        saved, when the texter's consent has changed since the decision, or they have been asked about it.
        """
        names = [keys.message(message.sid), keys.trace(saving.trace_id), keys.steps(saving.trace_id)]
        receiving = json.dumps(_receiving(message, saving, self._seating))
        run = partial(self._receive, keys=names, args=[receiving, CONSENT])
        outcome, *answer = await (self._redis.to_disk(run) if _must_last(saving) else run())
        return None if outcome == "changed" else str(answer[0])

    async def admit(
        self, message: ApiMessage, *, conversation: Conversation, step: Step, promise: Promise | None
    ) -> str:
        """Save an API message and admit it to its conversation, and return the id that it has.

        Of what was sent before under the same Idempotency-Key that is the id of then; Conflict when it was another.
        """
        fields = {
            "id": message.id,
            "account_id": conversation.account_id,
            "body": message.text,
            "trace_id": message.trace_id,
            "received_at": format_time(step.at),
            "reply_channel": message.reply_channel,
            **({"promise": keys.promise(promise.key_id, promise.name)} if promise else {}),
        }
        saving = {
            "message": fields,
            "trace": {"id": message.trace_id, "conversation_id": conversation.id, "outcome": "admitted"},
            "step": dump_step(step),
            "admission": describe_admission(conversation, self._seating),
            **_AGING,
        }
        trace = message.trace_id
        outcome, *known = await self._admit(
            keys=[
                *(keys.message(message.id), keys.trace(trace), keys.steps(trace)),
                keys.promise(promise.key_id, promise.name) if promise else keys.message(message.id),
            ],
            args=[json.dumps(saving), promise.digest if promise else "", int(keys.REPLIES.total_seconds())],
        )
        if outcome == "other":
            raise Conflict("idempotency_conflict", "Something else was sent with this Idempotency-Key. Use a new one.")
        return str(known[0]) if known else message.id

    async def keep(self, message: InboundMessage) -> None:
        """Return once all that is known of a text is on the disk; StoreDown when it doesn't get there."""
        await self._redis.to_disk(partial(self._touch, keys=[keys.message(message.sid)]))

    async def find(self, message_id: str) -> Fields | None:
        """Find a message's fields."""
        return await self._redis.read_hash(keys.message(message_id)) or None


def _receiving(message: InboundMessage, saving: Saving, seating: Description) -> dict[str, object]:
    conversation = saving.admit_to
    receiving: dict[str, object] = {
        "message": only_set(
            {
                "id": message.sid,
                "account_sid": message.account_sid,
                "sender": None if saving.erasure is Erasure.DONE else message.sender,
                "recipient": message.recipient,
                # nobody will read the words of a text that no agent answers, so they are not kept
                "body": message.body if conversation or saving.asks else None,
                "media": dump_media(message.media) if conversation or saving.asks else None,
                "received_at": format_time(message.received_at),
                "trace_id": saving.trace_id,
                "answer": saving.answer,
            }
        ),
        "trace": only_set(
            {
                "id": saving.trace_id,
                "message_sid": message.sid,
                "conversation_id": conversation.id if conversation else None,
                "outcome": saving.outcome,
            }
        ),
        "step": dump_step(saving.step),
        "recipient": message.recipient,
        "texter_hash": saving.texter_hash,
        "account": saving.account_id or False,
        "vouched_by": message.vouched_by,
        "decided_on": saving.decided_on.value,
        "asks": saving.asks,
        "message_prefix": keys.MESSAGE_PREFIX,
        "joins": saving.joins,
        "number": keys.number(PhoneNumber(message.recipient)),
        "reaffirmed_at": format_time(saving.reaffirmed_at) if saving.reaffirmed_at else False,
        "guests": keys.guests(message.recipient),
        **_AGING,
    }
    receiving["wish"] = {
        "key": keys.wish(message.recipient, saving.texter_hash),
        "erasure": saving.erasure or False,
        "seconds": int(WISH.total_seconds()),
    }
    if saving.account_id and not conversation and saving.erasure is not Erasure.DONE:
        receiving["unheard"] = keys.unheard(saving.account_id, saving.texter_hash)
    if saving.sandbox:
        receiving["sandbox"] = _describe_sandbox(message, saving.sandbox, saving.texter_hash)
        receiving["channels"] = CHANNELS
    if saving.hearing:
        receiving["rally"] = describe_hearing(saving.hearing, number=message.recipient, texter_hash=saving.texter_hash)
    if saving.consent:
        receiving["change"] = describe_change(saving.consent)
    if conversation:
        age_ms = int((saving.step.at - message.received_at).total_seconds() * 1000)
        receiving["admission"] = describe_admission(conversation, seating, age_ms=age_ms)
    return receiving


def _describe_sandbox(message: InboundMessage, change: SandboxChange, texter_hash: TexterHash) -> dict[str, object]:
    return {
        "is_at": change.is_at or False,
        "joins": change.joins or False,
        "code": read_join_code(message.body),
        "leaves": change.leaves,
        "hints": change.hints,
        "hinted": keys.hinted(message.recipient, texter_hash),
        "hint_seconds": _HINT_SECONDS,
    }


def _must_last(saving: Saving) -> bool:
    changes = saving.consent is not None and saving.consent.state is not ConsentState.UNSET
    return changes or saving.reaffirmed_at is not None or saving.erasure is Erasure.DONE
