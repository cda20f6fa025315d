"""Lanes: what an account computes at a time, and who may leave and come back."""

import asyncio
from itertools import count
from weakref import WeakValueDictionary

import pytest

from gateway.domain.ids import AccountId
from workers import lanes
from workers.lanes import at_work, inside_lane, lane_of, outside_lane

ACCOUNT, OTHER = AccountId("acct_" + "0" * 32), AccountId("acct_" + "1" * 32)


@pytest.fixture(autouse=True)
def _own_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with no lanes: those of an earlier test that ended in an error live until they are collected."""
    monkeypatch.setattr(lanes, "_lanes", WeakValueDictionary())


class _Crowd:
    """Tasks that say when they compute, and stop when they are told."""

    def __init__(self) -> None:
        self.computing: list[str] = []
        self.go_on = asyncio.Event()

    async def compute(self, name: str, account_id: AccountId = ACCOUNT) -> None:
        async with lane_of(account_id):
            self.computing.append(name)
            await self.go_on.wait()

    async def wait_outside(self, name: str) -> None:
        async with lane_of(ACCOUNT), outside_lane():
            self.computing.append(name)
            await self.go_on.wait()


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_so_many_of_an_account() -> None:
    """I44: of ten turns of one account one computes at a time; another account's begins at once."""
    crowd = _Crowd()
    async with asyncio.TaskGroup() as tasks:
        for number in range(10):
            tasks.create_task(crowd.compute(f"busy {number}"))
        tasks.create_task(crowd.compute("quiet", OTHER))
        await _settle()
        assert crowd.computing == ["busy 0", "quiet"]
        crowd.go_on.set()
    assert len(crowd.computing) == 11


async def test_who_waits_is_not_in_the_way() -> None:
    """I44: any number of turns may wait for a network at once."""
    crowd = _Crowd()
    async with asyncio.TaskGroup() as tasks:
        for number in range(10):
            tasks.create_task(crowd.wait_outside(str(number)))
        await _settle()
        assert len(crowd.computing) == 10
        crowd.go_on.set()


async def test_back_in_the_lane() -> None:
    """A turn that comes back waits until there is room."""
    crowd = _Crowd()
    called = asyncio.Event()

    async def call() -> None:
        async with lane_of(ACCOUNT):
            async with outside_lane():
                await called.wait()
            crowd.computing.append("back")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(call())
        tasks.create_task(crowd.compute("first"))
        await _settle()
        called.set()
        await _settle()
        assert "back" not in crowd.computing
        crowd.go_on.set()
    assert crowd.computing[-1] == "back"


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_no_place_is_lost(error: type[BaseException]) -> None:
    """However a call ends, in whatever nesting, its place is free afterwards, and is not given back twice."""

    async def fail() -> None:
        async with lane_of(ACCOUNT), outside_lane(), inside_lane(), outside_lane():
            raise error

    for _ in range(5):
        with pytest.raises(error):
            await fail()
    crowd = _Crowd()
    tasks = [asyncio.create_task(crowd.compute(str(number))) for number in range(2)]
    await _settle()
    assert len(crowd.computing) == 1
    crowd.go_on.set()
    await asyncio.gather(*tasks)


async def test_cancelled_while_it_waits_for_room() -> None:
    """A turn that is cancelled at the entrance leaves the lane as it was."""
    crowd = _Crowd()
    inside = asyncio.create_task(crowd.compute("inside"))
    await _settle()
    late = asyncio.create_task(crowd.compute("late"))
    await _settle()
    late.cancel()
    with pytest.raises(asyncio.CancelledError):
        await late
    crowd.go_on.set()
    await inside
    async with lane_of(ACCOUNT):
        pass


async def test_without_a_lane() -> None:
    """Code that runs for no account's turn is not held up."""
    async with outside_lane(), inside_lane():
        pass


@pytest.fixture
def slow_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock by which whoever computes takes an hour."""
    monkeypatch.setattr(lanes, "_now", count(0, 3600).__next__)


async def _compute_twice(crowd: _Crowd) -> None:
    crowd.go_on.set()
    await crowd.compute("once")
    await crowd.compute("twice")


@pytest.mark.usefixtures("slow_clock")
async def test_a_lane_rests_while_others_are_at_work() -> None:
    """I44: with another account at work in the same worker, a lane rests as long as it computed, but not for ever."""
    crowd = _Crowd()
    with at_work(ACCOUNT), at_work(OTHER):
        computing = asyncio.create_task(_compute_twice(crowd))
        await _settle()
        assert crowd.computing == ["once"]
        await computing
    assert crowd.computing == ["once", "twice"]


@pytest.mark.usefixtures("slow_clock")
async def test_a_lane_does_not_rest_for_nobody() -> None:
    """An account that is alone in a worker has all of it, also after the others have gone."""
    crowd = _Crowd()
    with at_work(OTHER):
        pass
    with at_work(ACCOUNT):
        computing = asyncio.create_task(_compute_twice(crowd))
        await _settle()
        assert crowd.computing == ["once", "twice"]
        await computing
