"""The throttle: when a number's next segment may leave, for all workers, by Redis's clock."""

import asyncio
import json
from dataclasses import replace

import pytest

from gateway.adapters.store import Store, keys, open_store
from gateway.domain.number import Kind
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.throttle import UNLIMITED, USUAL, Rates
from tests.examples import NUMBER
from tests.setting_up import set_up_customer

OTHER = PhoneNumber("+12025550177")
PATIENCE = 100.0
_TURN = "turn_" + "0" * 32
SLACK = 0.5
"""What passes between two looks of a test, at most."""


async def _reserve(store: Store, *segments: int, number: PhoneNumber = NUMBER, rates: Rates = USUAL) -> list[float]:
    waits = await store.throttle.reserve(number, dict(enumerate(segments)), rates, patience=PATIENCE)
    assert waits is not None
    return list(waits.values())


def _is_about(wait: float, seconds: float) -> bool:
    return seconds - SLACK < wait <= seconds


@pytest.mark.parametrize(("kind", "seconds"), [(Kind.LONG, 9.0), (Kind.TOLL_FREE, 3.0), (Kind.SHORT, 0.09)])
async def test_rate_of_a_kind(store: Store, kind: Kind, seconds: float) -> None:
    """An idle number sends at once; what comes next waits until the nine segments before it are paid for."""
    await set_up_customer(store)
    await store.numbers.save(replace(await store.numbers.read(NUMBER), kind=kind))
    assert await _reserve(store, 9) == [0]
    (wait,) = await _reserve(store, 1)
    assert _is_about(wait, seconds)


async def test_a_reply_in_one_piece(store: Store) -> None:
    """Parts of one reply stand in a row, each after the segments before it, and nobody else's comes in between."""
    assert await _reserve(store, 2, 1, 3) == [0, 2, 3]
    (wait,) = await _reserve(store, 1)
    assert _is_about(wait, 6)


async def test_shared_by_workers(store: Store, redis_url: Secret) -> None:
    """Reservations of two workers at once fall on moments of their own; another number is not slowed by them."""
    other_worker = open_store(redis_url)
    try:
        workers = [store, other_worker] * 10
        waits = await asyncio.gather(*(_reserve(worker, 1) for worker in workers))
    finally:
        await other_worker.close()
    for rank, (wait,) in enumerate(sorted(waits)):
        assert _is_about(wait, rank)
    assert await _reserve(store, 1, number=OTHER) == [0]


async def test_too_long_a_wait(store: Store) -> None:
    """What would have to wait longer than it is worth reserves nothing: nobody waits behind it."""
    assert await _reserve(store, 5) == [0]
    for _ in range(3):
        assert await store.throttle.reserve(NUMBER, {0: 1, 1: 1}, USUAL, patience=5.0) is None
    (wait,) = await _reserve(store, 1)
    assert _is_about(wait, 5)


async def test_no_limit(store: Store) -> None:
    """A kind without a rate never waits, and leaves nothing behind."""
    for _ in range(3):
        assert await _reserve(store, 500, 500, rates=UNLIMITED) == [0, 0]
    assert await store.connection.keys("tg:throttle:*") == []


async def test_forgotten_when_idle(store: Store) -> None:
    """What is known of a number's business lapses with it."""
    await _reserve(store, 3)
    (name,) = await store.connection.keys("tg:throttle:*")
    assert 0 < await store.connection.pttl(name) <= 3000


async def test_a_clock_set_back(store: Store) -> None:
    """I57: when Redis's clock is set back by an hour, nobody waits for it to catch up."""
    await _reserve(store, 2)
    (name,) = await store.connection.keys("tg:throttle:*")
    for field in ("free_ms", "seen_ms"):
        await store.connection.execute_command("HINCRBYFLOAT", name, field, 3_600_000)
    (wait,) = await _reserve(store, 1)
    assert _is_about(wait, 2)


async def _reserve_for(store: Store, segments: dict[int, int], *, patience: float = PATIENCE) -> dict[int, float]:
    waits = await store.throttle.reserve(NUMBER, segments, USUAL, patience=patience, turn_id=_TURN)
    assert waits is not None
    return waits


async def _open_turn(store: Store) -> None:
    await store.connection.execute_command("HSET", keys.turn(_TURN), "id", _TURN)


async def test_a_turn_reserves_once(store: Store) -> None:
    """Whoever resumes a turn has what was reserved for it, and the number's time is not taken up again."""
    await _open_turn(store)
    await _reserve(store, 3)
    for _ in range(5):
        waits = await _reserve_for(store, {0: 2, 1: 4})
        assert _is_about(waits[0], 3)
        assert _is_about(waits[1], 5)
    assert _is_about((await _reserve_for(store, {1: 4}))[1], 5)
    (wait,) = await _reserve(store, 1)
    assert _is_about(wait, 9)


async def test_a_time_that_has_passed(store: Store) -> None:
    """Who comes after its time leaves at once, its parts as far apart as at first; another's time is not touched."""
    await _open_turn(store)
    await _reserve_for(store, {0: 2, 1: 4, 2: 1})
    (before,) = await _reserve(store, 1)
    assert _is_about(before, 7)
    await _pass_time(store, 60)
    waits = await _reserve_for(store, {0: 2, 1: 4, 2: 1})
    assert waits == {0: 0, 1: 2, 2: 6}
    assert await store.throttle.reserve(NUMBER, {0: 2, 1: 4}, USUAL, patience=1, turn_id=_TURN) is None
    (after,) = await _reserve(store, 1)
    assert _is_about(after, 8)


async def _pass_time(store: Store, seconds: int) -> None:
    """Have what was reserved for the turn lie so much further back."""
    begins = json.loads(await store.connection.read_field(keys.turn(_TURN), "slots") or "")
    past = {part: at - seconds * 1000 for part, at in begins.items()}
    await store.connection.execute_command("HSET", keys.turn(_TURN), "slots", json.dumps(past))


async def test_a_turn_resumed_on_a_clock_set_back(store: Store) -> None:
    """I57: when Redis's clock is set back by an hour, a reply that is resumed does not wait for it to catch up."""
    await _open_turn(store)
    await _reserve_for(store, {0: 2, 1: 4})
    await _pass_time(store, -3600)
    await store.connection.execute_command("HINCRBY", keys.turn(_TURN), "slots_seen_ms", 3_600_000)
    waits = await _reserve_for(store, {0: 2, 1: 4})
    assert _is_about(waits[1], 2)


async def test_a_turn_forgotten_meanwhile(store: Store) -> None:
    """I70: nothing is written down of a turn that was forgotten while it was at work."""
    await _reserve_for(store, {0: 2})
    assert await store.connection.exists(keys.turn(_TURN)) == 0


async def test_another_kind(store: Store) -> None:
    """A number of which another kind is said sends at its rate from the next reservation on."""
    await set_up_customer(store)
    await _reserve(store, 3)
    await store.numbers.save(replace(await store.numbers.read(NUMBER), kind=Kind.SHORT))
    first, second = await _reserve(store, 100, 1)
    assert _is_about(first, 3)
    assert round(second - first, 2) == 1
