"""Blocks in Redis: whom operators have blocked, under the hash of their number, so that erasure has nothing to move."""

from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.domain.ids import TexterHash
from gateway.domain.trace import format_time, parse_time


class Blocks:
    """Texters who meet silence on every number."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def add(self, texter_hash: TexterHash, *, now: datetime) -> None:
        """Block a texter; who is blocked already stays so since then."""
        await self._redis.execute_command("HSETNX", keys.BLOCKED, texter_hash, format_time(now))

    async def remove(self, texter_hash: TexterHash) -> bool:
        """Let a texter be answered again; False when they were not blocked."""
        return bool(await self._redis.execute_command("HDEL", keys.BLOCKED, texter_hash))

    async def find(self, texter_hash: TexterHash) -> datetime | None:
        """Find since when a texter is blocked; None when they are not."""
        since = await self._redis.read_field(keys.BLOCKED, texter_hash)
        return parse_time(since) if since else None
