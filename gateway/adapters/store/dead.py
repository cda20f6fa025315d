"""The dead list: turns that ended in error, until an operator retries or drops them."""

import json
from dataclasses import dataclass

from gateway.adapters.store import keys
from gateway.adapters.store.admission import describe_admission
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields
from gateway.adapters.store.seating import Description
from gateway.adapters.store.turns import conversation_of, parts_of
from gateway.domain.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTurn:
    """A turn that ended in error."""

    turn_id: str
    account_id: str
    conversation_id: str
    outcome: str
    reason: str
    closed_at: str
    twilio_code: int | None = None
    """With which Twilio refused a part of it, if it did."""


class DeadTurns:
    """What an operator should look at."""

    def __init__(self, redis: Connection, seating: Description) -> None:
        self._redis = redis
        self._seating = seating
        self._retry = script(redis, "clock", "seating", "recent", "saving", "retry_turn")

    async def read_all(self, *, limit: int) -> list[DeadTurn]:
        """Read the dead turns, newest first."""
        turn_ids = await self._redis.zrevrange(keys.DEAD, 0, limit - 1)
        found = []
        for turn_id in turn_ids:
            turn = await self._redis.read_hash(keys.turn(turn_id))
            if turn:
                found.append(await self._describe(turn))
        return found

    async def _describe(self, turn: Fields) -> DeadTurn:
        conversation = await self._redis.read_hash(keys.conversation(turn["conversation_id"]))
        return DeadTurn(
            turn_id=turn["id"],
            account_id=conversation.get("account_id", ""),
            conversation_id=turn["conversation_id"],
            outcome=turn["outcome"],
            reason=turn.get("failure") or turn["outcome"],
            closed_at=turn.get("closed_at", ""),
            twilio_code=_find_code(turn),
        )

    async def retry(self, turn_id: str) -> int:
        """Have a dead turn's messages answered again, as if they had come just now; NotFound when it is not dead."""
        turn = await self._redis.read_hash(keys.turn(turn_id))
        conversation = await self._redis.read_hash(keys.conversation(turn.get("conversation_id", "")))
        if not turn or not conversation:
            raise _not_dead(turn_id)
        waiting = await self._retry(
            keys=[keys.DEAD, keys.turn(turn_id)],
            args=[
                turn_id,
                json.dumps(describe_admission(conversation_of(conversation), self._seating)),
                keys.MESSAGE_PREFIX,
                keys.TRACE_PREFIX,
            ],
        )
        if waiting < 0:
            raise _not_dead(turn_id)
        return int(waiting)

    async def drop(self, turn_id: str) -> None:
        """Take a turn off the list for good; NotFound when it is not there."""
        if not await self._redis.zrem(keys.DEAD, turn_id):
            raise _not_dead(turn_id)


def _find_code(turn: Fields) -> int | None:
    codes = (turn.get(f"part:{part.index}:code") for part in parts_of(turn))
    return next((int(code) for code in codes if code), None)


def _not_dead(turn_id: str) -> NotFound:
    return NotFound(f"{turn_id} is not on the dead list. See: textgate dead list")
