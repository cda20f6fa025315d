"""The throttle in Redis: when each number's next segment may leave, by its clock and for all workers."""

import json
from collections.abc import Mapping

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.domain.phone import PhoneNumber
from gateway.domain.throttle import Rates


class Throttle:
    """How busy our numbers are."""

    def __init__(self, redis: Connection) -> None:
        self._reserve = script(redis, "clock", "reserve_slots")

    async def reserve(
        self, number: PhoneNumber, segments: Mapping[int, int], rates: Rates, *, patience: float, turn_id: str = ""
    ) -> dict[int, float] | None:
        """Reserve the time for a turn's parts of so many segments, by index; return the seconds until each may leave.

        A turn that has reserved before keeps its time, so in sum no number is faster than its rate. None, and nothing
        reserved, when the last of them would have to wait longer than `patience` seconds.
        """
        waits = await self._reserve(
            keys=[keys.throttle(number), keys.number(number), keys.turn(turn_id)],
            args=[
                json.dumps(rates.describe()),
                *(json.dumps([str(index) for index in segments]), json.dumps(list(segments.values()))),
                patience * 1000,
            ],
        )
        return None if waits is None else {index: wait / 1000 for index, wait in zip(segments, waits, strict=True)}
