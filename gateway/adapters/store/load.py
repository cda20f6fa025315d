"""How much work there is, in Redis: for those who watch over the gateway."""

from dataclasses import dataclass

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.liveness import ALIVE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Work that waits, is being done, and could not be done."""

    waiting: int
    """Conversations with something in their inbox."""
    oldest_seconds: float
    """For how long the first of them has waited."""
    at_work: int
    """Conversations with a seat, and those whose replies wait for their number."""
    dead: int
    """Turns that ended in error."""
    workers: int


class LoadReader:
    """Reads how much there is to do."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def read(self) -> Load:
        """Read how much work there is now, by Redis's clock."""
        seconds, microseconds = await self._redis.time()
        now = seconds + microseconds / 1_000_000
        async with self._redis.pipeline() as pipe:
            pipe.zcard(keys.WAITING)
            pipe.zrange(keys.WAITING, 0, 0, withscores=True)
            pipe.zcard(keys.SEATED)
            pipe.zcard(keys.DEAD)
            pipe.zcount(keys.WORKERS, now - ALIVE_SECONDS, "+inf")
            waiting, oldest, at_work, dead, workers = await pipe.execute()
        since_ms = float(oldest[0][1]) if oldest else now * 1000
        return Load(
            waiting=waiting,
            oldest_seconds=max(0.0, now - since_ms / 1000),
            at_work=at_work,
            dead=dead,
            workers=workers,
        )
