"""Turns in Redis: opened, their reply recorded, closed; every write is fenced by the hold."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from gateway.adapters.store import keys
from gateway.adapters.store.caps import describe_caps, dump_usage, usage_of
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.consents import CONSENT
from gateway.adapters.store.holds import as_holder
from gateway.adapters.store.media import media_of
from gateway.adapters.store.records import Fields, dump_step, pairs
from gateway.adapters.store.spending import BOOKS, describe_purses, dump_cost
from gateway.domain.consent import ConsentState
from gateway.domain.conversation import HISTORY_KEPT, Channel, Conversation, Role, Utterance
from gateway.domain.cost import Cost
from gateway.domain.ids import AccountId, AgentId, ConversationId, MessageId, TexterHash, TurnId
from gateway.domain.limits import Allowance, TurnLimits
from gateway.domain.number import Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import Step, format_time
from gateway.domain.turn import (
    DEAD,
    Closing,
    Gathering,
    Hold,
    Outcome,
    Part,
    PartState,
    Reply,
    Suspect,
    Turn,
    Waiting,
)

_MOST_AT_ONCE = 50
_APOLOGY_SECONDS = 3600


class Turns:
    """Conversations being answered."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._open = script(
            redis,
            "clock",
            "consent",
            "voice",
            "holding",
            "periods",
            "caps",
            "opening",
            "purses",
            "telling",
            "open_turn",
        )
        self._record = script(redis, "holding", "record_reply")
        self._close = script(redis, "clock", "holding", "recent", "periods", "caps", "booking", "telling", "close_turn")

    async def open(
        self, hold: Hold, turn_id: TurnId, limits: TurnLimits, *, alone: bool, segment_price: int = 0, brand: str = ""
    ) -> Turn | Gathering | Suspect | None:
        """Open a turn for everything that waits, or resume the unfinished one; None when nothing waits.

        Its last try is only for somebody who is `alone` in a process. `segment_price` is what a segment to the texter
        costs, in microcents; `brand` is who texts where neither number nor account says so.
        """
        outcome, *found = await as_holder(
            self._open,
            hold,
            [
                keys.conversation(hold.conversation_id),
                keys.inbox(hold.conversation_id),
                keys.WAITING,
                keys.aging("texts"),
                keys.aging("traces"),
                keys.turns_of(hold.conversation_id),
            ],
            [
                turn_id,
                keys.TURN_PREFIX,
                keys.MESSAGE_PREFIX,
                keys.TRACE_PREFIX,
                _MOST_AT_ONCE,
                limits.max_tries,
                int(alone),
                describe_caps(limits.caps),
                CONSENT,
                keys.NUMBER_PREFIX,
                keys.ACCOUNT_PREFIX,
                keys.BLOCKED,
                describe_purses(limits, segment_price, brand),
            ],
        )
        if outcome == "empty":
            return None
        if outcome == "gather":
            return Gathering(seconds=int(found[0]) / 1000)
        if outcome == "suspect":
            return Suspect()
        return await self._complete(found, limits.max_answer_age)

    async def _complete(self, found: list[Any], max_age: timedelta) -> Turn:
        conversation, fields = conversation_of(pairs(found[0])), pairs(found[1])
        consent, (brand, help_contact), blocked = found[2:]
        message_ids = json.loads(fields["messages"])
        async with self._redis.pipeline() as pipe:
            pipe.time()
            number = conversation.number or PhoneNumber("")
            pipe.hmget(keys.number(number), ["account_id", "agent_id", "use"])
            pipe.hget(keys.members(number), conversation.texter_hash or "")
            for message_id in message_ids:
                pipe.hmget(keys.message(message_id), ["body", "arrived_ms", "media", "account_sid"])
            (seconds, microseconds), bound, joined, *messages = await pipe.execute()
        # Redis dated what it saved: the clocks of who received it and who answers it may differ
        oldest_ms = (seconds + microseconds / 1_000_000 - max_age.total_seconds()) * 1000
        newest_ms = max(int(arrived_ms or 0) for _, arrived_ms, *_more in messages)
        return Turn(
            id=TurnId(fields["id"]),
            conversation=conversation,
            agent_id=_answering_agent(conversation, bound, joined),
            consent=ConsentState(consent),
            blocked=bool(blocked),
            brand=brand,
            help_contact=help_contact,
            waiting=tuple(
                Waiting(id=MessageId(message_id), text=text or "", media=media_of(media), account_sid=account_sid or "")
                for message_id, (text, _, media, account_sid) in zip(message_ids, messages, strict=True)
            ),
            stale=frozenset(
                MessageId(message_id)
                for message_id, (_, arrived_ms, *_more) in zip(message_ids, messages, strict=True)
                if arrived_ms is None or int(arrived_ms) < oldest_ms
            ),
            fresh_until=time.monotonic() + (newest_ms - oldest_ms) / 1000,
            tries=int(fields["tries"]),
            allowance=Allowance(fields.get("allowance", Allowance.GRANTED)),
            usage=usage_of(fields),
            parts=parts_of(fields),
            outcome=Outcome(fields["outcome"]) if "outcome" in fields else None,
            failure=fields.get("failure"),
            disclosure=fields.get("disclosure", ""),
            rest=fields.get("rest"),
            asked=fields.get("asked") != "0",
        )

    async def find(self, turn_id: str) -> Fields | None:
        """Find a turn's fields, for those who only look."""
        return await self._redis.read_hash(keys.turn(turn_id)) or None

    async def find_conversation(self, turn_id: str) -> Conversation | None:
        """Find the conversation that a turn belongs to."""
        conversation_id = await self._redis.read_field(keys.turn(turn_id), "conversation_id")
        fields = await self._redis.read_hash(keys.conversation(conversation_id or ""))
        return conversation_of(fields) if fields else None

    async def read_history(self, conversation_id: ConversationId) -> tuple[Utterance, ...]:
        """Read what was said in a conversation, oldest first."""
        rows = await self._redis.read_list(keys.history(conversation_id))
        return tuple(utterance_of(json.loads(row)) for row in rows)

    async def record_reply(self, hold: Hold, turn: Turn, reply: Reply, step: Step, cost: Cost | None = None) -> None:
        """Store a turn's reply, and what it costs, once; every part is pending then."""
        parts = [part.text for part in reply.parts]
        await as_holder(
            self._record,
            hold,
            [keys.turn(turn.id), keys.steps(turn.id)],
            [
                json.dumps(parts),
                len(parts),
                reply.outcome.value,
                reply.failure or "",
                reply.disclosure,
                int(reply.asked),
                dump_step(step),
                turn.agent_id or "",
                dump_cost(cost or Cost()),
                *([] if reply.rest is None else [reply.rest]),
            ],
        )

    async def find_rest(self, turn_id: TurnId, agent_id: AgentId) -> str | None:
        """Find the rest of an agent's answer; another agent says none of it, and nobody once it was erased."""
        turn = await self._redis.read_hash(keys.turn(turn_id))
        return turn.get("rest") if turn.get("composed_by") == agent_id else None

    async def may_apologise(self, turn: Turn) -> bool:
        """Take the conversation's apology of this hour, if it is still to be had, or this very turn's already."""
        taken_by = await self._redis.set(
            keys.apology(turn.conversation.id), turn.id, nx=True, get=True, ex=_APOLOGY_SECONDS
        )
        # a worker may have died between taking it and recording the reply that says it
        return taken_by in (None, turn.id)

    async def close(self, hold: Hold, turn: Turn, closing: Closing, step: Step) -> None:
        """End a turn: its messages leave the inbox, the history grows, whoever waits for the reply hears."""
        conversation_id, at_ms = turn.conversation.id, int(step.at.timestamp() * 1000)
        reply = {
            "outcome": closing.outcome.value,
            "reply_text": closing.reply_text,
            "failure": closing.failure,
            **({"usage": dump_usage(turn.usage)} if turn.usage else {}),
        }
        ending = {
            "turn_id": turn.id,
            "conversation_id": conversation_id,
            "at": format_time(step.at),
            "outcome": closing.outcome.value,
            "failure": closing.failure,
            "disclosed": closing.disclosed,
            "waits": closing.rest.value,
            "answered_by": turn.agent_id or False,
            "recent": keys.RECENT,
            "books": BOOKS,
            "stale": sorted(turn.stale),
            "dead": closing.outcome in DEAD,
            "unpaid": not turn.asked,
            "refused": closing.outcome is Outcome.CAPPED,
            "message_prefix": keys.MESSAGE_PREFIX,
            "trace_prefix": keys.TRACE_PREFIX,
            "reply_prefix": keys.REPLY_PREFIX,
            "reply": json.dumps(reply),
            "reply_seconds": int(keys.REPLIES.total_seconds()),
            "history": [_dump_utterance(said, turn, at_ms=at_ms) for said in closing.said],
            "history_length": HISTORY_KEPT,
            "step": dump_step(step),
        }
        await as_holder(
            self._close,
            hold,
            [
                keys.conversation(conversation_id),
                keys.inbox(conversation_id),
                keys.turn(turn.id),
                keys.history(conversation_id),
                keys.WAITING,
                keys.steps(turn.id),
                keys.DEAD,
                keys.aging("texts"),
            ],
            [json.dumps(ending)],
        )


def utterance_of(row: Mapping[str, Any]) -> Utterance:
    """Make an utterance of a row of a history."""
    return Utterance(role=Role(row["role"]), text=row["text"], begins_topic=row.get("begins_topic", False))


def _dump_utterance(said: Utterance, turn: Turn, *, at_ms: int) -> str:
    row = {"role": said.role.value, "text": said.text, "at_ms": at_ms, "turn_id": turn.id}
    return json.dumps({**row, "begins_topic": True} if said.begins_topic else row)


def conversation_of(fields: Fields) -> Conversation:
    """Make a conversation of its fields."""
    number, texter, texter_hash = fields.get("number"), fields.get("texter"), fields.get("texter_hash")
    return Conversation(
        id=ConversationId(fields["id"]),
        account_id=AccountId(fields["account_id"]),
        channel=Channel(fields["channel"]),
        agent_id=AgentId(fields["agent_id"]),
        number=PhoneNumber(number) if number else None,
        texter=PhoneNumber(texter) if texter else None,
        texter_hash=TexterHash(texter_hash) if texter_hash else None,
        user_ref=fields.get("user_ref"),
        disclosed="disclosed_at" in fields,
        rest_of=TurnId(fields["rest_of"]) if fields.get("rest_of") else None,
    )


def _answering_agent(conversation: Conversation, bound: Sequence[str | None], joined: str | None) -> AgentId | None:
    account_id, agent_id, use = bound
    is_theirs = use == Use.SANDBOX and joined == conversation.agent_id
    if conversation.channel is Channel.API or is_theirs:
        return conversation.agent_id
    if use == Use.POOL and agent_id != conversation.agent_id:
        return None  # whoever got it from the pool was not written to; by hand it is bound to who is to go on
    return AgentId(agent_id) if agent_id and account_id == conversation.account_id else None


def parts_of(fields: Fields) -> tuple[Part, ...]:
    """Make a turn's parts of its fields; none before its reply is recorded."""
    return tuple(
        Part(index=index, text=text, state=PartState(fields[f"part:{index}"]))
        for index, text in enumerate(json.loads(fields.get("parts", "[]")))
    )
