"""Seats: how many conversations of an account are at work at once, so that no account keeps the others waiting."""

import json
from collections.abc import Mapping

from gateway.adapters import queue
from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script

_WAKE_MS = 3_000
"""How long a wake-up may take to be heeded before the sweep looks into it."""
_LOOK_AGAIN_MS = 10_000
_AT_ONCE = 500

Description = Mapping[str, object]
"""How conversations are seated, as seating.lua takes it."""


def describe_seating(seats: int) -> Description:
    """Describe how conversations are seated, `seats` for each account; made once for a store."""
    return {
        "most": seats,
        "seats": keys.SEATS_PREFIX,
        "backlog": keys.BACKLOG_PREFIX,
        "seated": keys.SEATED,
        "arrivals": keys.ARRIVALS,
        "wake_ms": _WAKE_MS,
        "queue": queue.QUEUE,
        "job_prefix": queue.JOB_PREFIX,
        "job": queue.describe_wake_up(),
        "conversation": queue.CONVERSATION,
        "job_seconds": int(keys.WAKE_UPS.total_seconds()),
    }


class Seating:
    """What the sweeper looks after."""

    def __init__(self, redis: Connection, seating: Description) -> None:
        self._redis = redis
        self._seating = json.dumps(seating)
        self._sweep = script(redis, "clock", "seating", "sweep_seats")

    async def sweep(self) -> int:
        """Wake the conversations whose wake-up was lost or whose worker is dead; return how many."""
        woken = await self._sweep(
            keys=[keys.SEATED],
            args=[
                self._seating,
                _AT_ONCE,
                keys.CONVERSATION_PREFIX,
                keys.INBOX_PREFIX,
                keys.HOLD_PREFIX,
                _LOOK_AGAIN_MS,
            ],
        )
        return int(woken)
