"""Conversations with something in their inbox: found again when their wake-up was lost."""

import time

from gateway.adapters.queue import QUEUE, wake_up
from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.domain.ids import ConversationId

_AT_ONCE = 500


class WaitingConversations:
    """What the sweeper looks after."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._enqueue = script(redis, "enqueue")

    async def find_forgotten(self, *, seconds: float) -> list[ConversationId]:
        """Find conversations that have waited for `seconds` and that nobody holds."""
        now, _ = await self._redis.time()
        waiting = await self._redis.zrangebyscore(keys.WAITING, 0, (now - seconds) * 1000, start=0, num=_AT_ONCE)
        async with self._redis.pipeline(transaction=False) as pipe:
            for conversation_id in waiting:
                pipe.exists(keys.hold(conversation_id))
            held = await pipe.execute()
        return [ConversationId(name) for name, is_held in zip(waiting, held, strict=True) if not is_held]

    async def wake(self, conversation_id: ConversationId, *, every_seconds: int) -> bool:
        """Queue a wake-up, at most one in `every_seconds`; tell whether one was queued."""
        window = int(time.time()) // every_seconds
        wake = wake_up(conversation_id, job_id=f"sweep:{conversation_id}:{window}")
        lifetime = int(keys.WAKE_UPS.total_seconds())
        queued = await self._enqueue(keys=[wake.job_key, QUEUE], args=[wake.job, lifetime, wake.due_ms, wake.job_id])
        return bool(queued)
