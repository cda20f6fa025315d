"""Waiting for the reply to an API message: heard at once, found when missed, given up in time."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from gateway.adapters.store import Store, open_store
from gateway.adapters.store.replies import ReplyListener
from gateway.domain.errors import StoreDown
from gateway.domain.ids import MessageId
from gateway.domain.secret import Secret

_ONE, _TWO = MessageId("msg_1"), MessageId("msg_2")


@pytest.fixture
async def listener(store: Store) -> AsyncIterator[ReplyListener]:
    """A listener that has subscribed."""
    listening = ReplyListener(store.connection)
    await listening.start()
    async with asyncio.timeout(5):
        while not (await store.connection.execute_command("PUBSUB", "NUMSUB", listening.channel))[1]:
            pass
    yield listening
    await listening.stop()


async def _reply(store: Store, listener: ReplyListener, message_id: MessageId, text: str) -> None:
    await store.connection.set(f"tg:reply:{message_id}", json.dumps({"reply_text": text}))
    await store.connection.publish(listener.channel, message_id)


async def test_a_reply_is_heard(store: Store, listener: ReplyListener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply is heard when it is published, long before the listener would look for itself."""
    monkeypatch.setattr("gateway.adapters.store.replies._LOOK_SECONDS", 30)
    async with listener.expect(_ONE) as reply, asyncio.timeout(5):
        answer, _ = await asyncio.gather(reply(20), _reply(store, listener, _ONE, "ok"))
    assert answer == {"reply_text": "ok"}


async def test_each_hears_its_own(store: Store, listener: ReplyListener) -> None:
    """I43: two who wait in one process each get the reply to their own message."""
    async with listener.expect(_ONE) as one, listener.expect(_TWO) as two, asyncio.timeout(5):
        answers = asyncio.gather(one(4), two(4))
        await _reply(store, listener, _TWO, "two")
        await _reply(store, listener, _ONE, "one")
        assert list(await answers) == [{"reply_text": "one"}, {"reply_text": "two"}]


async def test_a_missed_reply_is_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that was published while nobody listened is found by looking."""
    monkeypatch.setattr("gateway.adapters.store.replies._LOOK_SECONDS", 0.02)
    deaf = ReplyListener(store.connection)
    async with deaf.expect(_ONE) as reply:
        await _reply(store, deaf, _ONE, "ok")
        assert await reply(2) == {"reply_text": "ok"}


async def test_a_reply_of_before(store: Store, listener: ReplyListener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that was there before anybody expected it, as that of a request made again, is given at once."""
    monkeypatch.setattr("gateway.adapters.store.replies._LOOK_SECONDS", 30)
    await store.connection.set(f"tg:reply:{_ONE}", json.dumps({"reply_text": "ok"}))
    async with listener.expect(_ONE) as reply, asyncio.timeout(5):
        assert await reply(20) == {"reply_text": "ok"}


async def test_no_reply_is_none_in_time(listener: ReplyListener) -> None:
    """Who waits in vain gets None when the time is over."""
    async with listener.expect(_ONE) as reply, asyncio.timeout(5):
        assert await reply(0.05) is None
    assert not listener._awaited


async def test_a_reply_to_nobody_does_no_harm(store: Store, listener: ReplyListener) -> None:
    """A reply that nobody waits for any more is heard and dropped, and the next one is heard too."""
    await _reply(store, listener, _TWO, "late")
    async with listener.expect(_ONE) as reply, asyncio.timeout(5):
        await _reply(store, listener, _ONE, "ok")
        assert await reply(4) == {"reply_text": "ok"}


async def test_a_store_that_goes_away_is_heard_of(
    store: Store, listener: ReplyListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I16: who waits while Redis goes away gets StoreDown, not an endless wait."""
    monkeypatch.setattr("gateway.adapters.store.replies._LOOK_SECONDS", 0.02)
    async with listener.expect(_ONE) as reply:
        await store.connection.execute_command("LPUSH", f"tg:reply:{_ONE}", "of another type")
        with pytest.raises(StoreDown):
            await reply(2)


async def test_a_listener_stops_at_any_moment(redis_url: Secret) -> None:
    """I36: stopped before, while or after it connects, at whichever turn of the loop, a listener ends at once."""
    for turns in range(40):
        store = open_store(redis_url)
        listening = ReplyListener(store.connection)
        await listening.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        stopping = asyncio.create_task(listening.stop())
        await asyncio.wait([stopping], timeout=1)
        in_time = stopping.done()
        stopping.cancel()  # and what it waits for, so that a listener that goes on harms this test only
        await asyncio.wait([stopping])
        await store.close()
        assert in_time


async def test_a_listener_that_never_started_stops(store: Store) -> None:
    """Stopping what was not started does nothing."""
    await ReplyListener(store.connection).stop()
