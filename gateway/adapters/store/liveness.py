"""Signs of life of the workers."""

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection

_FORGET_SECONDS = 300


class Liveness:
    """Which workers are alive, by Redis's own clock."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def beat(self, worker: str) -> None:
        """Note that a worker is alive."""
        now, _ = await self._redis.time()
        async with self._redis.pipeline() as pipe:
            pipe.zadd(keys.WORKERS, {worker: now})
            pipe.zremrangebyscore(keys.WORKERS, 0, now - _FORGET_SECONDS)
            await pipe.execute()

    async def leave(self, worker: str) -> None:
        """Note that a worker has stopped."""
        await self._redis.zrem(keys.WORKERS, worker)

    async def count_workers(self, *, seconds: int) -> int:
        """Count the workers heard of in the last `seconds`."""
        now, _ = await self._redis.time()
        return int(await self._redis.zcount(keys.WORKERS, now - seconds, "+inf"))
