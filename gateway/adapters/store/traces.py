"""Traces in Redis: how each message fared, and the steps of the turn that answered it."""

import json
from operator import attrgetter

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.domain.errors import NotFound
from gateway.domain.ids import TraceId, is_message_sid
from gateway.domain.trace import Step, Trace, parse_time

_WHY = (
    "Only texts and messages to agents have one, and not what was refused or answered before; old ones are erased "
    "(TEXTGATE_RETENTION_TRACES_DAYS)."
)


class Traces:
    """The journeys of texts and API requests."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def read(self, name: str) -> Trace:
        """Read a trace by its own id, or by the MessageSid of a text or of a part; NotFound where there is none."""
        if is_message_sid(name):
            name = await self._find_name(name) or name
        fields = await self._redis.read_hash(keys.trace(name))
        if not fields:
            raise NotFound(f"There is no trace of {name}. {_WHY}")
        turn_id = fields.get("turn_id")
        return Trace(
            id=TraceId(fields["id"]),
            message_sid=fields.get("message_sid"),
            conversation_id=fields.get("conversation_id"),
            turn_id=turn_id,
            outcome=fields["outcome"],
            steps=await self._read_steps(fields["id"], turn_id),
        )

    async def _find_name(self, sid: str) -> str | None:
        part = await self._redis.get(keys.sid(sid))
        if part:
            turn = await self._redis.read_hash(part.partition(" ")[0])
            sid = json.loads(turn.get("messages", "[]"))[0] if turn else sid
        return await self._redis.read_field(keys.message(sid), "trace_id")

    async def _read_steps(self, trace_id: str, turn_id: str | None) -> tuple[Step, ...]:
        async with self._redis.pipeline() as pipe:
            pipe.lrange(keys.steps(trace_id), 0, -1)
            pipe.lrange(keys.steps(turn_id or ""), 0, -1)
            pipe.hvals(keys.receipts(turn_id or ""))
            received, made, receipts = await pipe.execute()
        of_turn = sorted(map(_step_of, [*made, *receipts]), key=attrgetter("at"))
        return (*map(_step_of, received), *of_turn)


def _step_of(stored: str) -> Step:
    fields = json.loads(stored)
    return Step(at=parse_time(fields.pop("at")), name=fields.pop("step"), details=fields)
