"""The pool in Redis: numbers that are free, and the agents that wait for one."""

import json
from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import pairs
from gateway.adapters.store.sms import CHANNELS
from gateway.domain.ids import AgentId
from gateway.domain.trace import format_time


class Pool:
    """Free numbers, and who gets the next one."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._serve = script(redis, "serve_pool")

    async def serve(self, newcomer: AgentId | None, *, now: datetime) -> dict[str, AgentId]:
        """Give the free numbers to the managed agents that wait, `newcomer` last of all; returns who got which.

        Only those wait whose account has a compliance profile, and who have no number yet.
        """
        given = await self._serve(
            keys=[keys.POOL, keys.POOL_QUEUE],
            args=[newcomer or "", format_time(now), json.dumps(CHANNELS), keys.AGENT_PREFIX, keys.ACCOUNT_PREFIX],
        )
        return {number: AgentId(agent) for number, agent in pairs(given).items()}
