"""Turns in Redis: the hold, the open turn, its reply, its parts, its end. Every write is fenced by the hold."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.commands.core import AsyncScript

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields, pairs, step_fields
from gateway.domain.compliance import ConsentState
from gateway.domain.conversation import Channel, Conversation, Role, Utterance
from gateway.domain.errors import CarrierUnknown, HoldLost, NotFound, OptedOut
from gateway.domain.ids import AccountId, AgentId, ConversationId, MessageId, TurnId
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import Step, format_time, parse_time
from gateway.domain.turn import DEAD, Closing, Hold, Outcome, Part, PartState, Reply, Turn, Waiting

_MOST_AT_ONCE = 50
_HISTORY_LENGTH = 100
_APOLOGY_SECONDS = 3600
_TEXTS_SECONDS = int(keys.TEXTS.total_seconds())
_TRACES_SECONDS = int(keys.TRACES.total_seconds())


class Turns:
    """Conversations being answered."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._renew = script(redis, "holding", "renew_hold")
        self._drop = script(redis, "holding", "drop_hold")
        self._release = script(redis, "holding", "release_hold")
        self._open = script(redis, "holding", "open_turn")
        self._record = script(redis, "holding", "record_reply")
        self._fence = script(redis, "holding", "fence_part")
        self._settle = script(redis, "settle_part")
        self._note = script(redis, "note_receipt")
        self._close = script(redis, "holding", "close_turn")

    async def take_hold(self, conversation_id: ConversationId) -> Hold | None:
        """Take the right to answer a conversation; None when somebody has it."""
        hold = Hold(conversation_id=conversation_id, token=uuid.uuid4().hex)
        taken = await self._redis.set(keys.hold(conversation_id), hold.token, nx=True, px=keys.HOLD)
        return hold if taken else None

    async def renew_hold(self, hold: Hold) -> None:
        """Keep the hold for another while; HoldLost when somebody else has it now."""
        await _as_holder(self._renew, hold, [], [int(keys.HOLD.total_seconds() * 1000)])

    async def release_hold(self, hold: Hold) -> bool:
        """Let go; False, and still held, when a message has come in the meantime."""
        (outcome,) = await _as_holder(self._release, hold, [keys.inbox(hold.conversation_id)], [])
        return bool(outcome == "released")

    async def drop_hold(self, hold: Hold) -> None:
        """Let go whatever waits, so that another worker can take over at once."""
        await _as_holder(self._drop, hold, [], [])

    async def open(self, hold: Hold, turn_id: TurnId, *, now: datetime, max_age: timedelta) -> Turn | None:
        """Open a turn for everything that waits, or resume the unfinished one; None when nothing waits."""
        outcome, *found = await _as_holder(
            self._open,
            hold,
            [keys.conversation(hold.conversation_id), keys.inbox(hold.conversation_id)],
            [
                turn_id,
                keys.TURN_PREFIX,
                keys.MESSAGE_PREFIX,
                keys.TRACE_PREFIX,
                _MOST_AT_ONCE,
                format_time(now),
                _TEXTS_SECONDS,
            ],
        )
        if outcome == "empty":
            return None
        conversation, turn = pairs(found[0]), pairs(found[1])
        return await self._complete(conversation_of(conversation), turn, now - max_age)

    async def _complete(self, conversation: Conversation, fields: Fields, oldest: datetime) -> Turn:
        message_ids = json.loads(fields["messages"])
        async with self._redis.pipeline() as pipe:
            pipe.hget(keys.consent(conversation.number or "", conversation.texter or ""), "state")
            pipe.hmget(keys.number(conversation.number or PhoneNumber("")), ["account_id", "agent_id"])
            for message_id in message_ids:
                pipe.hmget(keys.message(message_id), ["body", "received_at"])
            state, bound, *messages = await pipe.execute()
        return Turn(
            id=TurnId(fields["id"]),
            conversation=conversation,
            agent_id=_answering_agent(conversation, *bound),
            consent=ConsentState(state or ConsentState.UNSET),
            waiting=tuple(
                Waiting(id=MessageId(message_id), text=text or "")
                for message_id, (text, _) in zip(message_ids, messages, strict=True)
            ),
            stale=frozenset(
                MessageId(message_id)
                for message_id, (_, at) in zip(message_ids, messages, strict=True)
                if at is None or parse_time(at) < oldest
            ),
            tries=int(fields["tries"]),
            parts=parts_of(fields),
            outcome=Outcome(fields["outcome"]) if "outcome" in fields else None,
            failure=fields.get("failure"),
        )

    async def find(self, turn_id: str) -> Fields | None:
        """Find a turn's fields, for those who only look."""
        return await self._redis.read_hash(keys.turn(turn_id)) or None

    async def read_history(self, conversation_id: ConversationId) -> tuple[Utterance, ...]:
        """Read what was said in a conversation, oldest first."""
        rows = await self._redis.read_list(keys.history(conversation_id))
        said = (json.loads(row) for row in rows)
        return tuple(Utterance(role=Role(row["role"]), text=row["text"]) for row in said)

    async def record_reply(self, hold: Hold, turn: Turn, reply: Reply, step: Step) -> None:
        """Store a turn's reply, once; every part is pending then."""
        parts = [part.text for part in reply.parts]
        await _as_holder(
            self._record,
            hold,
            [keys.turn(turn.id), keys.steps(turn.id)],
            [
                json.dumps(parts),
                len(parts),
                reply.outcome.value,
                reply.failure or "",
                _dump(step),
                _TRACES_SECONDS,
            ],
        )

    async def fence(self, hold: Hold, turn: Turn, part: Part, step: Step) -> None:
        """Ask for the last time whether a part may be sent, and mark it as being sent.

        OptedOut when the texter is out, NotFound when the number is not this account's any more,
        CarrierUnknown when somebody has fenced the part before.
        """
        conversation = turn.conversation
        if conversation.number is None or conversation.texter is None:
            raise NotFound
        (outcome,) = await _as_holder(
            self._fence,
            hold,
            [
                keys.turn(turn.id),
                keys.consent(conversation.number, conversation.texter),
                keys.number(conversation.number),
                keys.steps(turn.id),
            ],
            [_part_field(part), conversation.account_id, _dump(step), _TRACES_SECONDS],
        )
        refusals = {"out": OptedOut, "unbound": NotFound, "taken": CarrierUnknown}
        if outcome in refusals:
            raise refusals[outcome]

    async def settle(self, turn: Turn, part: Part, state: PartState, step: Step, *, sid: str = "") -> None:
        """Store what became of a part: a fact, so it needs no hold."""
        await self._settle(
            keys=[keys.turn(turn.id), keys.steps(turn.id), keys.sid(sid)],
            args=[_part_field(part), state.value, sid, _dump(step), _TRACES_SECONDS, _TEXTS_SECONDS],
        )

    async def read_clock(self) -> datetime:
        """Read Redis's clock, which dates the fences."""
        seconds, microseconds = await self._redis.time()
        return datetime.fromtimestamp(seconds + microseconds / 1_000_000, UTC)

    async def find_fence(self, turn: Turn, part: Part) -> datetime | None:
        """Find when a part was fenced last, by Redis's clock."""
        return _moment(await self._redis.read_field(keys.turn(turn.id), f"{_part_field(part)}:fenced_ms"))

    async def find_sid(self, turn: Turn, part: Part) -> str | None:
        """Find the SID of a part, which a receipt may have brought by now."""
        return await self._redis.read_field(keys.turn(turn.id), f"{_part_field(part)}:sid")

    async def find_foreign(self, sids: Sequence[str]) -> set[str]:
        """Find those of `sids` that are known as some part's already."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for sid in sids:
                pipe.exists(keys.sid(sid))
            known = await pipe.execute()
        return {sid for sid, is_known in zip(sids, known, strict=True) if is_known}

    async def note_receipt(self, turn_id: str, part_index: int, *, status: str, sid: str, step: Step) -> bool:
        """Store Twilio's word on a part, once for each status; False when it is about no part of ours.

        A receipt proves that Twilio took the part: its SID is kept for whoever is in doubt.
        """
        noted = await self._note(
            keys=[keys.turn(turn_id), keys.steps(turn_id), keys.sid(sid)],
            args=[f"part:{part_index}", status, sid, _dump(step), _TEXTS_SECONDS],
        )
        return bool(noted)

    async def may_apologise(self, conversation_id: ConversationId) -> bool:
        """Take the conversation's apology of this hour, if it is still to be had."""
        return bool(await self._redis.set(keys.apology(conversation_id), "1", nx=True, ex=_APOLOGY_SECONDS))

    async def close(self, hold: Hold, turn: Turn, closing: Closing, step: Step) -> None:
        """End a turn: its messages leave the inbox, the history grows, whoever waits for the reply hears."""
        conversation_id = turn.conversation.id
        reply = {"outcome": closing.outcome.value, "reply_text": closing.reply_text, "failure": closing.failure}
        ending = {
            "turn_id": turn.id,
            "conversation_id": conversation_id,
            "at": format_time(step.at),
            "outcome": closing.outcome.value,
            "stale": sorted(turn.stale),
            "dead": closing.outcome in DEAD,
            "message_prefix": keys.MESSAGE_PREFIX,
            "trace_prefix": keys.TRACE_PREFIX,
            "reply_prefix": keys.REPLY_PREFIX,
            "reply": json.dumps(reply),
            "reply_seconds": int(keys.REPLIES.total_seconds()),
            "history": [json.dumps({"role": said.role.value, "text": said.text}) for said in closing.said],
            "history_length": _HISTORY_LENGTH,
            "texts_seconds": _TEXTS_SECONDS,
            "step": _dump(step),
            "traces_seconds": _TRACES_SECONDS,
        }
        await _as_holder(
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
            ],
            [json.dumps(ending)],
        )


async def _as_holder(run: AsyncScript, hold: Hold, names: list[str], args: list[Any]) -> list[Any]:
    outcome = await run(keys=[keys.hold(hold.conversation_id), *names], args=[hold.token, *args])
    if outcome[0] == "lost":
        raise HoldLost
    return list(outcome)


def _dump(step: Step) -> str:
    return json.dumps(step_fields(step))


def _part_field(part: Part) -> str:
    return f"part:{part.index}"


def conversation_of(fields: Fields) -> Conversation:
    """Make a conversation of its fields."""
    number, texter = fields.get("number"), fields.get("texter")
    return Conversation(
        id=ConversationId(fields["id"]),
        account_id=AccountId(fields["account_id"]),
        channel=Channel(fields["channel"]),
        agent_id=AgentId(fields["agent_id"]),
        number=PhoneNumber(number) if number else None,
        texter=PhoneNumber(texter) if texter else None,
    )


def _answering_agent(conversation: Conversation, account_id: str | None, agent_id: str | None) -> AgentId | None:
    if conversation.channel is Channel.API:
        return conversation.agent_id
    return AgentId(agent_id) if agent_id and account_id == conversation.account_id else None


def parts_of(fields: Fields) -> tuple[Part, ...]:
    """Make a turn's parts of its fields; none before its reply is recorded."""
    return tuple(
        Part(index=index, text=text, state=PartState(fields[f"part:{index}"]))
        for index, text in enumerate(json.loads(fields.get("parts", "[]")))
    )


def _moment(milliseconds: str | None) -> datetime | None:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None
