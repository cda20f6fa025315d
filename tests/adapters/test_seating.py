"""Seats: so many conversations of an account at work at once, whoever writes; the others wait their turn."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store, keys, open_store
from gateway.domain.conversation import Conversation
from gateway.domain.ids import AccountId, ConversationId, TurnId
from gateway.domain.secret import Secret
from gateway.domain.turn import Gathering, Released, Turn
from tests.adapters.texts import NOWHERE, a_message, a_saving, hold_of
from tests.examples import LIMITS

SEATS = 3
_ACCOUNT = NOWHERE.account_id
_TURN = TurnId("turn_" + "2" * 32)
_OTHER = AccountId("acct_" + "1" * 32)


@pytest.fixture
async def store(redis_url: Secret, store: Store) -> AsyncIterator[Store]:
    """A store with few seats for each account."""
    narrow = open_store(redis_url, seats=SEATS)
    yield narrow
    await narrow.close()


def _conversation(number: int, account_id: AccountId = _ACCOUNT) -> Conversation:
    return replace(NOWHERE, id=ConversationId(f"conv_{number:032x}"), account_id=account_id)


async def _text(store: Store, conversation: Conversation, number: int) -> None:
    assert await store.messages.save(a_message(number), a_saving(admit_to=conversation)) == ""


async def _woken(store: Store) -> list[str]:
    return [job.split(":")[1] for job in await store.connection.zrange(QUEUE, 0, -1)]


async def _empty(store: Store, conversation: Conversation) -> None:
    await store.connection.delete(keys.inbox(conversation.id))


async def test_an_account_has_so_many_seats(store: Store) -> None:
    """I44: of ten texts at once three are woken, the others wait; another account is woken at once."""
    crowd = [_conversation(number) for number in range(10)]
    await asyncio.gather(*(_text(store, conversation, number) for number, conversation in enumerate(crowd)))
    assert len(await _woken(store)) == SEATS
    assert await store.connection.zcard(keys.BACKLOG_PREFIX + _ACCOUNT) == len(crowd) - SEATS
    await _text(store, _conversation(99, _OTHER), 99)
    assert (await _woken(store))[-1] == _conversation(99).id


async def test_who_waits_longest_is_next(store: Store) -> None:
    """A seat that is let go goes to the conversation that has waited longest, which the releaser answers next."""
    crowd = [_conversation(number) for number in range(5)]
    for number, conversation in enumerate(crowd):
        await _text(store, conversation, number)
    hold = await store.holds.take(crowd[0].id)
    assert hold
    await _empty(store, crowd[0])
    assert await store.holds.release(hold) == Released(following=crowd[3].id)
    assert await _woken(store) == [conversation.id for conversation in crowd[:3]]
    assert await store.holds.take(crowd[3].id)


async def test_no_seat_no_hold(store: Store) -> None:
    """I44: a wake-up for a conversation that waits for a seat, be it a stray one, is not heeded."""
    crowd = [_conversation(number) for number in range(5)]
    for number, conversation in enumerate(crowd):
        await _text(store, conversation, number)
    holds = [await store.holds.take(conversation.id) for conversation in crowd]
    assert [hold is not None for hold in holds] == [True] * SEATS + [False] * 2
    assert await store.holds.take(_conversation(77).id) is None


async def test_one_seat_for_all_texts_of_a_conversation(store: Store) -> None:
    """Five texts of one texter take one seat and one wake-up."""
    for number in range(5):
        await _text(store, _conversation(0), number)
    assert await _woken(store) == [_conversation(0).id]
    assert await store.connection.zcard(keys.SEATS_PREFIX + _ACCOUNT) == 1


async def _lapse(store: Store, *conversations: Conversation) -> None:
    for conversation in conversations:
        await store.connection.zadd(keys.SEATED, {conversation.id: 0})


async def test_a_lost_wake_up_is_repeated(store: Store) -> None:
    """I3, I33: a conversation whose wake-up nobody heeds is woken again, once however many sweep at a time."""
    await _text(store, _conversation(0), 0)
    assert await store.seating.sweep() == 0, "it is young"
    await store.connection.delete(QUEUE)
    await _lapse(store, _conversation(0))
    assert sum(await asyncio.gather(*(store.seating.sweep() for _ in range(10)))) == 1
    assert await _woken(store) == [_conversation(0).id]


async def test_a_held_conversation_is_let_alone(store: Store) -> None:
    """The sweep wakes nobody for a conversation that is held, whatever its seat says."""
    await _text(store, _conversation(0), 0)
    assert await store.holds.take(_conversation(0).id)
    await _lapse(store, _conversation(0))
    assert await store.seating.sweep() == 0
    assert await store.connection.zscore(keys.SEATED, _conversation(0).id) > 0


async def test_a_dead_workers_seat_is_not_lost(store: Store) -> None:
    """I33: the seat of a worker that died stays its conversation's, and serves the next when nothing waits in it."""
    crowd = [_conversation(number) for number in range(4)]
    for number, conversation in enumerate(crowd):
        await _text(store, conversation, number)
    await _empty(store, crowd[0])
    await _lapse(store, crowd[0], crowd[1])
    assert await store.seating.sweep() == 1
    assert (await _woken(store))[SEATS:] in ([crowd[3].id, crowd[1].id], [crowd[1].id, crowd[3].id])
    assert await store.connection.zcard(keys.SEATS_PREFIX + _ACCOUNT) == SEATS


async def test_a_seat_lasts_as_long_as_its_hold(store: Store) -> None:
    """A renewed hold renews its seat; a dropped one is looked into by the next sweep."""
    await _text(store, _conversation(0), 0)
    hold = await hold_of(store, _conversation(0).id)
    await _lapse(store, _conversation(0))
    await store.holds.renew(hold)
    assert await store.connection.zscore(keys.SEATED, _conversation(0).id) > 0
    await store.holds.drop(hold, forgiven=False)
    assert await store.seating.sweep() == 1


async def test_more_seats_are_taken_at_once(store: Store, redis_url: Secret) -> None:
    """When an operator raises the limit, the next seat that is let go lets in as many as there is room for."""
    crowd = [_conversation(number) for number in range(8)]
    for number, conversation in enumerate(crowd):
        await _text(store, conversation, number)
    wide = open_store(redis_url, seats=6)
    hold = await wide.holds.take(crowd[0].id)
    assert hold
    await _empty(store, crowd[0])
    assert await wide.holds.release(hold) == Released(following=crowd[3].id)
    await wide.close()
    assert (await _woken(store))[SEATS:] == [crowd[4].id, crowd[5].id, crowd[6].id]


async def test_a_burst_is_gathered(store: Store) -> None:
    """A young first text waits for others; once it is old enough, whatever came is one turn."""
    conversation = replace(_conversation(0), gather_ms=60_000)
    await _text(store, conversation, 0)
    hold = await hold_of(store, conversation.id)
    gathering = await store.turns.open(hold, _TURN, LIMITS, alone=True)
    assert isinstance(gathering, Gathering)
    assert 50 < gathering.seconds <= 60
    await _text(store, conversation, 1)
    await store.connection.zadd(keys.WAITING, {conversation.id: 0})
    turn = await store.turns.open(hold, _TURN, LIMITS, alone=True)
    assert isinstance(turn, Turn)
    assert len(turn.waiting) == 2
