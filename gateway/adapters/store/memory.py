"""Redis's memory: how much of it is used, and when it will be full if it grows on as it did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection

_EVERY = timedelta(hours=1)
_KEEP = timedelta(days=30)
_ENOUGH = timedelta(days=1)

Sample = tuple[float, int]
"""When, in days of any calendar, and how many bytes were used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How full Redis is."""

    used: int
    limit: int
    """Bytes: its maxmemory; the machine's memory where that is not set."""
    has_maxmemory: bool
    days_left: float | None
    """Until it is full; None while it does not grow, or has been watched for less than a day."""

    @property
    def share(self) -> float:
        """How much of the limit is used, from 0 to 1."""
        return self.used / self.limit if self.limit else 0.0


class Memory:
    """Samples of how much memory Redis uses, one an hour."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def note(self, now: datetime) -> None:
        """Take a sample, unless one was taken within the hour; drop those of more than 30 days ago."""
        moment, newest = int(now.timestamp()), now + _EVERY
        # a sample of the future, from before a clock was mended, would keep all others away
        await self._redis.zremrangebyscore(keys.MEMORY, f"({newest.timestamp()}", "+inf")
        last = await self._redis.zrange(keys.MEMORY, -1, -1, withscores=True)
        if last and moment - last[0][1] < _EVERY.total_seconds():
            return
        used, _ = await self._read_use()
        async with self._redis.pipeline() as pipe:
            pipe.zadd(keys.MEMORY, {f"{moment}:{used}": moment})
            pipe.zremrangebyscore(keys.MEMORY, 0, moment - _KEEP.total_seconds())
            await pipe.execute()

    async def forecast(self) -> Forecast:
        """Tell how full Redis is, and how many days are left."""
        used, limits = await self._read_use()
        limit = limits[0] or limits[1]
        samples = [_sample(row) for row in await self._redis.zrange(keys.MEMORY, 0, -1)]
        growth = daily_growth(samples)
        days_left = max(0, limit - used) / growth if growth and limit else None
        return Forecast(used=used, limit=limit, has_maxmemory=limits[0] > 0, days_left=days_left)

    async def _read_use(self) -> tuple[int, tuple[int, int]]:
        info = await self._redis.info("memory")
        return int(info["used_memory"]), (int(info.get("maxmemory", 0)), int(info.get("total_system_memory", 0)))


def _sample(row: str) -> Sample:
    moment, _, used = row.partition(":")
    return int(moment) / _ENOUGH.total_seconds(), int(used)


def daily_growth(samples: list[Sample]) -> float | None:
    """Tell by how many bytes a day the use grows: the slope of the line closest to all samples.

    None while it does not grow, or has been watched for less than a day.
    """
    days = [day for day, _ in samples]
    if not days or max(days) - min(days) < 1:
        return None
    middle, mean = sum(days) / len(days), sum(used for _, used in samples) / len(samples)
    slope = sum((day - middle) * (used - mean) for day, used in samples) / sum((day - middle) ** 2 for day in days)
    return slope if slope > 0 else None
