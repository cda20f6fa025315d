"""Who steps aside: a reply that waits for its number needs no seat; a next turn has one again."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store, keys, open_store
from gateway.domain.conversation import Conversation
from gateway.domain.ids import ConversationId
from gateway.domain.secret import Secret
from gateway.domain.turn import Hold, Released
from tests.adapters.texts import NOWHERE, a_message, a_saving

SEATS = 2
_CROWD = [replace(NOWHERE, id=ConversationId(f"conv_{number:032x}")) for number in range(4)]
_FIRST, _SECOND, _THIRD, _FOURTH = (conversation.id for conversation in _CROWD)
_SEATED = keys.SEATS_PREFIX + NOWHERE.account_id
_BACKLOG = keys.BACKLOG_PREFIX + NOWHERE.account_id


@pytest.fixture
async def store(redis_url: Secret, store: Store) -> AsyncIterator[Store]:
    """A store with two seats for each account."""
    narrow = open_store(redis_url, seats=SEATS)
    yield narrow
    await narrow.close()


async def _text(store: Store, *conversations: Conversation, first: int = 0) -> None:
    for number, conversation in enumerate(conversations, first):
        assert await store.messages.save(a_message(number), a_saving(admit_to=conversation)) == ""


async def _aside(store: Store) -> Hold:
    """Have the first of the crowd step aside."""
    await _text(store, *_CROWD)
    hold = await store.holds.take(_FIRST)
    assert hold
    await store.holds.step_aside(hold)
    return hold


async def _woken(store: Store) -> list[str]:
    return [job.split(":")[1] for job in await store.connection.zrange(QUEUE, 0, -1)]


async def _seated(store: Store) -> set[str]:
    return set(await store.connection.zrange(_SEATED, 0, -1))


async def test_the_seat_goes_to_the_next(store: Store) -> None:
    """I44: whoever has stood longest in the backlog is woken and has the seat; the hold is kept."""
    hold = await _aside(store)
    assert await _seated(store) == {_SECOND, _THIRD}
    assert await _woken(store) == [_FIRST, _SECOND, _THIRD]
    assert await store.connection.get(keys.hold(_FIRST)) == hold.token
    assert await store.holds.take(_THIRD)


async def test_the_heartbeat_takes_no_seat(store: Store) -> None:
    """I44: neither a renewed hold, nor a sweep, nor another text of the texter takes a seat for who waits aside."""
    hold = await _aside(store)
    await store.connection.zadd(keys.SEATED, {_FIRST: 0})
    await store.holds.renew(hold)
    assert await store.connection.zscore(keys.SEATED, _FIRST) > 0
    await store.connection.zadd(keys.SEATED, {_FIRST: 0})
    assert await store.seating.sweep() == 0
    await _text(store, _CROWD[0], first=7)
    assert await _seated(store) == {_SECOND, _THIRD}
    assert await store.connection.zrange(_BACKLOG, 0, -1) == [_FOURTH]


async def test_a_next_turn_has_a_seat_again(store: Store) -> None:
    """I3, I44: what has come meanwhile stands in line behind the others, and is woken when it has a seat."""
    hold = await _aside(store)
    assert await store.holds.release(hold) == Released(following=None)
    assert await store.connection.zrange(_BACKLOG, 0, -1) == [_FOURTH, _FIRST]
    for following in (_SECOND, _THIRD):
        held = await store.holds.take(following)
        assert held
        await store.connection.delete(keys.inbox(following))
        await store.holds.release(held)
    assert await _seated(store) == {_FOURTH, _FIRST}
    assert await store.holds.take(_FIRST)


async def test_nothing_is_left_of_who_is_done(store: Store) -> None:
    """A conversation that let go after its reply, with nothing waiting, stands nowhere."""
    hold = await _aside(store)
    await store.connection.delete(keys.inbox(_FIRST))
    assert await store.holds.release(hold) == Released(following=None)
    assert await store.connection.zscore(keys.SEATED, _FIRST) is None
    assert await store.connection.zrange(_BACKLOG, 0, -1) == [_FOURTH]


@pytest.mark.parametrize("is_dropped", [True, False])
async def test_a_dead_workers_reply_comes_first(store: Store, *, is_dropped: bool) -> None:
    """I33: who stood aside when its worker died, or was told to stop, is the next to have a seat."""
    hold = await _aside(store)
    if is_dropped:
        await store.holds.drop(hold, forgiven=True)
    else:
        await store.connection.delete(keys.hold(_FIRST))
        await store.connection.zadd(keys.SEATED, {_FIRST: 0})
    assert await store.seating.sweep() == 0
    assert await _seated(store) == {_SECOND, _THIRD}
    assert await store.connection.zrange(_BACKLOG, 0, -1) == [_FIRST, _FOURTH]


async def test_a_dead_workers_reply_is_woken(store: Store) -> None:
    """I33: where a seat is free, the sweep wakes it at once."""
    await _text(store, _CROWD[0])
    hold = await store.holds.take(_FIRST)
    assert hold
    await store.holds.step_aside(hold)
    await store.holds.drop(hold, forgiven=True)
    assert await store.seating.sweep() == 1
    assert await store.holds.take(_FIRST)
