"""Room for bytes: none are lost, whenever whoever waits for them is cancelled."""

import asyncio
from collections.abc import Callable
from itertools import product

import pytest

from workers.room import Room, Share

_SIZE, _STEPS = 2, 12


class _Turns:
    """Turns that hold one byte each of a room for two, for a few steps."""

    def __init__(self, count: int) -> None:
        self.room = Room(_SIZE)
        self.tasks = [asyncio.create_task(self._hold()) for _ in range(count)]

    async def _hold(self) -> None:
        share = Share(self.room)
        try:
            await share.take(1)
            assert self.room.free >= 0
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        finally:
            share.shrink_to(0)

    async def end(self) -> list[BaseException | None]:
        return await asyncio.wait_for(asyncio.gather(*self.tasks, return_exceptions=True), 5)


async def _step(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("step", range(_STEPS))
async def test_cancelled_at_any_point(step: int) -> None:
    """Whichever turn is cancelled at whichever point, the others have their room, and all of it is free in the end."""
    for victims in product((0, 1, 2, 3, 4, 5), repeat=2):
        turns = _Turns(6)
        await _step(step)
        for victim in victims:
            turns.tasks[victim].cancel()
        ends = await turns.end()
        assert all(end is None for number, end in enumerate(ends) if number not in victims)
        assert all(end is None or isinstance(end, asyncio.CancelledError) for end in ends)
        assert turns.room.free == _SIZE


async def _wait(room: Room) -> asyncio.Task[None]:
    waiting = asyncio.create_task(room.take(_SIZE))
    await _step(1)
    return waiting


@pytest.mark.parametrize("is_served_first", [True, False])
async def test_room_for_whoever_is_being_cancelled(is_served_first: bool) -> None:  # noqa: FBT001 - a parameter
    """Room that is given back in the very moment in which who waits for it is cancelled goes to the next in line."""
    room = Room(_SIZE)
    await room.take(_SIZE)
    cancelled, following = await _wait(room), await _wait(room)
    deeds: list[Callable[[], object]] = [lambda: room.give_back(_SIZE), cancelled.cancel]
    for deed in deeds if is_served_first else reversed(deeds):
        deed()
    await asyncio.wait_for(following, 5)
    assert (cancelled.cancelled(), room.free) == (True, 0)
    room.give_back(_SIZE)
    assert room.free == _SIZE


async def test_who_stands_behind_is_served() -> None:
    """Who wants little is not kept waiting by somebody who wanted more and is gone."""
    room = Room(_SIZE)
    await room.take(1)
    large = await _wait(room)
    small = asyncio.create_task(room.take(1))
    await _step(1)
    assert not small.done()
    large.cancel()
    await asyncio.wait_for(small, 5)
    assert room.free == 0
