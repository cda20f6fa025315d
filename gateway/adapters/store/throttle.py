"""The throttle in Redis: when each number's next segment may leave, by its clock and for all workers."""

import json
from collections.abc import Sequence

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.domain.phone import PhoneNumber
from gateway.domain.throttle import Rates


class Throttle:
    """How busy our numbers are."""

    def __init__(self, redis: Connection) -> None:
        self._reserve = script(redis, "clock", "reserve_slots")

    async def reserve(
        self, number: PhoneNumber, segments: Sequence[int], rates: Rates, *, patience: float
    ) -> list[float] | None:
        """Reserve the time for parts of so many segments, and return the seconds until each may leave.

        None, and nothing reserved, when the last of them would have to wait longer than `patience` seconds.
        """
        waits = await self._reserve(
            keys=[keys.throttle(number), keys.number(number)],
            args=[json.dumps(rates.describe()), json.dumps(segments), patience * 1000],
        )
        return None if waits is None else [wait / 1000 for wait in waits]
