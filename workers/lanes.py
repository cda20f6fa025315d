"""Lanes: how much of a worker's processor one account has at a time, so that a burst of it does not slow the others.

A worker computes one thing at a time. Fifty turns of one account that all have something to compute would make each
step of another account's turn wait for fifty; so they take turns in their account's lane, and leave it while they wait
for a network.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from weakref import WeakValueDictionary

from gateway.domain.ids import AccountId

WIDTH = 2
"""With one alone, the processor would idle between two."""


class _Place:
    """One turn's place in its lane, taken or left."""

    def __init__(self, lane: asyncio.Semaphore) -> None:
        self._lane = lane
        self._is_taken = False

    async def take(self) -> None:
        if not self._is_taken:
            await self._lane.acquire()
            self._is_taken = True

    def leave(self) -> None:
        if self._is_taken:
            self._is_taken = False
            self._lane.release()


_lanes: WeakValueDictionary[AccountId, asyncio.Semaphore] = WeakValueDictionary()
_place: ContextVar[_Place | None] = ContextVar("place", default=None)


@asynccontextmanager
async def lane_of(account_id: AccountId) -> AsyncIterator[None]:
    """Run the block in an account's lane, once there is room in it."""
    place = _Place(_lanes.setdefault(account_id, asyncio.Semaphore(WIDTH)))
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
