"""Replies that wait for their number: they take up nobody's seat, no place in their worker, and no lane."""

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.adapters.store import keys, open_store
from gateway.domain.secret import Secret
from gateway.domain.throttle import Rates
from tests.examples import NUMBER
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS
from workers import lanes
from workers.jobs import Turns

TEN = Rates(long=10)


@pytest.fixture
async def narrow(desk: Desk, redis_url: Secret) -> AsyncIterator[Desk]:
    """A desk whose account has one seat, and whose number sends ten segments a second."""
    store = open_store(redis_url, seats=1)
    desk.store, desk.tools = store, replace(desk.tools, store=store, rates=TEN)
    yield desk
    await store.close()


async def _begin_to_wait(desk: Desk, turns: Turns, *, segments: int) -> None:
    """Have a reply wait until the number has sent so many segments."""
    assert await desk.store.throttle.reserve(NUMBER, {0: segments}, TEN, patience=1000) == {0: 0}
    await desk.text("Hi")
    await turns.begin(desk.conversation_id)
    async with asyncio.timeout(5):
        while await desk.store.connection.zcard(keys.SEATS_PREFIX + desk.customer.account.id):
            await desk.store.ping()


async def test_others_are_answered_meanwhile(narrow: Desk) -> None:
    """I44: with one seat and one place, an API message is answered while a reply waits for its number."""
    turns = Turns(narrow.tools, most=1)
    await _begin_to_wait(narrow, turns, segments=600)
    message, conversation = await narrow.ask("Hi over the API")
    async with asyncio.timeout(5):
        await turns.begin(conversation)
        while not await narrow.reply_to(message):
            await narrow.store.ping()
    assert narrow.carrier.taken == []
    assert await narrow.holder()
    await turns.drain(0)


async def test_it_does_not_count_as_at_work(narrow: Desk) -> None:
    """I44: no other account's lane rests for a reply that only waits."""
    gc.collect()
    before, turns = len(lanes._lanes), Turns(narrow.tools, most=1)
    await _begin_to_wait(narrow, turns, segments=600)
    async with asyncio.timeout(5):
        while len(lanes._lanes) > before:
            await narrow.store.ping()
    await turns.drain(0)


async def test_what_comes_meanwhile(narrow: Desk) -> None:
    """I1, I37: a text that comes while a reply waits is answered after it, from a seat of its own."""
    turns = Turns(narrow.tools, most=1)
    await _begin_to_wait(narrow, turns, segments=15)
    await narrow.text("And now?")
    await turns.drain(10)
    assert narrow.carrier.texts == [WORDS]
    again = Turns(narrow.tools, most=1)
    await again.begin(narrow.conversation_id)
    await again.drain(10)
    assert narrow.carrier.texts == [WORDS, WORDS]
    assert narrow.model.last_words == ["Hi", "And now?"]
    assert await narrow.store.connection.exists(keys.SEATED, keys.WAITING) == 0


async def test_a_place_is_given_back_once(narrow: Desk) -> None:
    """A worker that may be at one conversation is at one again after replies have waited, not at two."""
    turns = Turns(narrow.tools, most=1)
    await _begin_to_wait(narrow, turns, segments=15)
    await turns.drain(10)
    assert turns._room._value == 1
