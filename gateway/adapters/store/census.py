"""How many accounts, agents and numbers there are, in Redis."""

from dataclasses import dataclass

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many there are, closed accounts among them."""

    accounts: int
    agents: int
    numbers: int


class Census:
    """Counts who and what there is."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def take(self) -> Count:
        """Count."""
        async with self._redis.pipeline() as pipe:
            for index in (keys.ACCOUNTS, keys.AGENTS, keys.NUMBERS):
                pipe.zcard(index)
            accounts, agents, numbers = await pipe.execute()
        return Count(accounts=accounts, agents=agents, numbers=numbers)
