"""What waits for an answer in the store, for those who look at it from outside while no worker is at it."""

import json
from dataclasses import dataclass
from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.records import Fields, dump_step, moment_of
from gateway.adapters.store.turns import parts_of
from gateway.domain.ids import MessageId
from gateway.domain.trace import Step
from gateway.domain.turn import Part, PartState


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingText:
    """A text that nobody has answered, as far as the store knows."""

    id: MessageId
    received_at: datetime
    trace_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A conversation in which something waits, and nobody is at it."""

    number: str
    texter: str
    turn_id: str
    """Empty when no turn is open."""
    opened_at: datetime | None
    pending: tuple[Part, ...]
    """Parts of the open turn's reply that were not sent yet."""
    texts: tuple[WaitingText, ...]
    """Texts to which no reply has been recorded, oldest first."""


class UnansweredConversations:
    """Conversations with something in their inbox."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def read_all(self) -> list[Unanswered]:
        """Read what waits, but for the conversations that a worker holds and those over the API."""
        waiting = await self._redis.zrange(keys.WAITING, 0, -1)
        found = [await self._read(conversation_id) for conversation_id in waiting]
        return [unanswered for unanswered in found if unanswered]

    async def _read(self, conversation_id: str) -> Unanswered | None:
        conversation = await self._redis.read_hash(keys.conversation(conversation_id))
        number, texter = conversation.get("number"), conversation.get("texter")
        if not (number and texter) or await self._redis.exists(keys.hold(conversation_id)):
            return None
        turn_id = conversation.get("turn_id", "")
        turn = await self._redis.read_hash(keys.turn(turn_id)) if turn_id else {}
        replied_to = set(json.loads(turn["messages"])) if "parts" in turn else set()
        inbox = await self._redis.zrange(keys.inbox(conversation_id), 0, -1)
        return Unanswered(
            number=number,
            texter=texter,
            turn_id=turn_id,
            opened_at=moment_of(turn.get("opened_ms")),
            pending=tuple(part for part in parts_of(turn) if part.state is PartState.PENDING),
            texts=await self._read_texts([message_id for message_id in inbox if message_id not in replied_to]),
        )

    async def _read_texts(self, message_ids: list[str]) -> tuple[WaitingText, ...]:
        found = [await self._redis.read_hash(keys.message(message_id)) for message_id in message_ids]
        return tuple(text for fields in found if (text := _text(fields)))

    async def note_answered(self, text: WaitingText, step: Step) -> None:
        """Note that a text was answered: without the time of its arrival the worker takes it for stale."""
        async with self._redis.pipeline() as pipe:
            pipe.hdel(keys.message(text.id), "arrived_ms")
            pipe.rpush(keys.steps(text.trace_id), dump_step(step))
            await pipe.execute()


def _text(fields: Fields) -> WaitingText | None:
    arrived_at = moment_of(fields.get("arrived_ms"))
    if arrived_at is None:
        return None
    return WaitingText(id=MessageId(fields["id"]), received_at=arrived_at, trace_id=fields.get("trace_id", ""))
