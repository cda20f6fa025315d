"""What comes in, for those who watch it: every text and API message, as far as it is kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.records import Fields

_LOOK_SECONDS = 0.5
_KIND = "message:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A text or an API message, and what became of it in the moment that it came."""

    message_id: str
    trace_id: str | None
    conversation_id: str | None
    """None where no agent was to answer: keywords, and what is ignored."""
    account_id: str | None
    agent_id: str | None
    number: str | None
    texter: str | None
    user_ref: str | None
    last_at: str | None
    outcome: str | None
    text: str | None
    """None where nobody is to read it, since it is not kept then."""


class Arrivals:
    """Texts and API messages, in the order in which they come."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def find_now(self) -> int:
        """Tell the moment from which on one may watch: milliseconds of Redis's clock."""
        seconds, microseconds = await self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000

    async def watch(self, since: int, stopping: asyncio.Event) -> AsyncIterator[Arrival]:
        """Read what has come since a moment, and go on with what comes until told to stop."""
        seen: set[str] = set()
        while not stopping.is_set():
            rows = await self._redis.zrangebyscore(keys.aging("texts"), since, "+inf", withscores=True)
            for name, _ in rows:
                if name.startswith(_KIND) and name not in seen:
                    yield await self._read(name.removeprefix(_KIND))
            if rows:
                # of the last millisecond more may come
                since = int(rows[-1][1])
                seen = {name for name, score in rows if score == since}
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _LOOK_SECONDS)

    async def _read(self, message_id: str) -> Arrival:
        message = await self._redis.read_hash(keys.message(message_id))
        trace = await self._redis.read_hash(keys.trace(message.get("trace_id", "")))
        conversation = await self._redis.read_hash(keys.conversation(trace.get("conversation_id", "")))
        return _arrival(message_id, message, trace, conversation)


def _arrival(message_id: str, message: Fields, trace: Fields, conversation: Fields) -> Arrival:
    return Arrival(
        message_id=message_id,
        trace_id=message.get("trace_id"),
        conversation_id=trace.get("conversation_id"),
        account_id=conversation.get("account_id"),
        agent_id=conversation.get("agent_id"),
        number=message.get("recipient"),
        texter=message.get("sender"),
        user_ref=conversation.get("user_ref"),
        last_at=message.get("received_at"),
        outcome=trace.get("outcome"),
        text=message.get("body"),
    )
