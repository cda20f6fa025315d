"""Wait until a number may send: each kind of number sends so many segments a second, whichever worker sends them."""

import asyncio
import time
from collections.abc import Mapping

import structlog

from gateway.domain.phone import mask_phone
from gateway.domain.segment import count_segments
from gateway.domain.turn import Hold, Part, PartState, Turn
from workers.presence import leave
from workers.tools import Tools

Slots = Mapping[int, float]
"""By its index, the moment on the monotonic clock at which a part may leave."""
_UNSENT = (PartState.PENDING, PartState.SENDING, PartState.UNKNOWN)
"""Those that may yet leave: what is in doubt may turn out not to have left."""
_NEVER = float("inf")
_LONG_SECONDS = 1.0

log = structlog.get_logger()


async def reserve_slots(turn: Turn, tools: Tools) -> Slots:
    """Reserve a number's time for what is unsent of a reply, in one piece, so that nobody else's comes in between.

    What was reserved by a worker that died is its successor's: a number's time is not taken up twice for one reply.
    """
    unsent = {part.index: count_segments(part.text) for part in turn.parts if part.state in _UNSENT}
    number = turn.conversation.number
    if not unsent or number is None:
        return {}
    waits = await tools.store.throttle.reserve(
        number,
        unsent,
        tools.rates,
        patience=turn.fresh_until - time.monotonic(),
        turn_id=turn.id,
    )
    now = time.monotonic()  # after the answer: earlier than that the number may not send
    if waits is None:
        log.warning("reply.too_late", turn_id=turn.id, number=mask_phone(number))
        return dict.fromkeys(unsent, _NEVER)
    longest = max(waits.values())
    if longest >= _LONG_SECONDS:
        log.info("reply.waits", turn_id=turn.id, number=mask_phone(number), seconds=round(longest, 1))
    return {index: now + wait for index, wait in waits.items()}


async def make_room(slots: Slots, hold: Hold, tools: Tools) -> None:
    """Give back the seat and all else that a turn takes up, when from now on it waits more than it works.

    However many texters one number keeps waiting, its account's other numbers and its API are answered meanwhile.
    """
    last = max(slots.values(), default=0.0)
    if time.monotonic() + _LONG_SECONDS <= last < _NEVER:
        await tools.store.holds.step_aside(hold)
        leave()


def keep_apart(part: Part, slots: Slots) -> Slots:
    """Have what stands behind a part that left late leave later, too: a reply must not leave all at once for that."""
    late = time.monotonic() - slots.get(part.index, _NEVER)
    if late < _LONG_SECONDS:
        return slots
    return {index: begins + late if index > part.index else begins for index, begins in slots.items()}


async def wait_for_slot(turn: Turn, part: Part, slots: Slots) -> bool:
    """Wait until a part may leave; False when the texts are too old to be answered by then."""
    begins = slots.get(part.index, 0.0)
    if turn.is_stale or begins > turn.fresh_until:
        return False
    await asyncio.sleep(max(0.0, begins - time.monotonic()))
    return time.monotonic() <= turn.fresh_until
