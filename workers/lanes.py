"""Lanes: how much of a worker's processor one account has at a time, so that a burst of it does not slow the others.

A worker computes one thing at a time. Fifty turns of one account that all have something to compute would make each
step of another account's turn wait for fifty; so they take turns in their account's lane, and leave it while they wait
for a network. While another account is at work in the same worker, a lane rests after each of its turns for as long as
that took: a burst leaves half of the processor to whoever comes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from weakref import WeakValueDictionary

from gateway.domain.ids import AccountId
from workers.presence import present

_MOST_REST_SECONDS = 0.1
"""A turn that took longer waited for something, and did not compute."""


class _Place:
    """One turn's place in its lane, taken or left."""

    def __init__(self, lane: asyncio.Lock) -> None:
        self._lane = lane
        self._taken_at: float | None = None

    async def take(self) -> None:
        if self._taken_at is None:
            await self._lane.acquire()
            self._taken_at = _now()

    def leave(self) -> None:
        if self._taken_at is None:
            return
        took, self._taken_at = _now() - self._taken_at, None
        if len(_lanes) > 1:
            asyncio.get_running_loop().call_later(min(took, _MOST_REST_SECONDS), self._lane.release)
        else:
            self._lane.release()


def _now() -> float:
    return time.monotonic()


_lanes: WeakValueDictionary[AccountId, asyncio.Lock] = WeakValueDictionary()
_place: ContextVar[_Place | None] = ContextVar("place", default=None)


@contextmanager
def at_work(account_id: AccountId) -> Iterator[None]:
    """Have the other accounts' lanes make room while the block runs, or until it only waits."""
    lanes = [_lane_of(account_id)]  # as long as it is kept, it is counted
    with present(ExitStack()) as place:
        place.callback(lanes.clear)
        yield


def _lane_of(account_id: AccountId) -> asyncio.Lock:
    return _lanes.setdefault(account_id, asyncio.Lock())


@asynccontextmanager
async def lane_of(account_id: AccountId) -> AsyncIterator[None]:
    """Run the block in an account's lane, once there is room in it."""
    place = _Place(_lane_of(account_id))
    before = _place.set(place)
    try:
        await place.take()
        yield
    finally:
        place.leave()
        _place.reset(before)


@asynccontextmanager
async def outside_lane() -> AsyncIterator[None]:
    """Run the block, which waits for others, outside of the lane, and come back into it; not after an error."""
    place = _place.get()
    if place:
        place.leave()
    yield
    if place:
        await place.take()


@asynccontextmanager
async def far_from_lane() -> AsyncIterator[None]:
    """Run the block outside of the lane until its end, even where what it calls would come back into it."""
    async with outside_lane():
        place = _place.set(None)
        try:
            yield
        finally:
            _place.reset(place)


@asynccontextmanager
async def inside_lane() -> AsyncIterator[None]:
    """Run the block inside of the lane again."""
    place = _place.get()
    if place:
        await place.take()
    try:
        yield
    finally:
        if place:
            place.leave()
