"""Signs of life of the workers."""

from dataclasses import dataclass

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection

ALIVE_SECONDS = 10
"""A worker beats every three seconds; one that has missed three beats is not at work, whatever it is at."""
_FORGET_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker that has not said goodbye, and for how long it has been silent."""

    name: str
    silent_seconds: int

    @property
    def is_alive(self) -> bool:
        """Whether it has been heard of lately."""
        return self.silent_seconds <= ALIVE_SECONDS


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

    async def read_workers(self) -> list[Worker]:
        """Read the workers of the last five minutes that did not say goodbye, the longest silent first."""
        now, _ = await self._redis.time()
        heard = await self._redis.zrangebyscore(keys.WORKERS, now - _FORGET_SECONDS, "+inf", withscores=True)
        return [Worker(name=name, silent_seconds=max(0, now - int(at))) for name, at in heard]
