"""A Redis that fills up in the middle of a turn: no script stops half-way, and a hold outlives it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from gateway.adapters.store import Store
from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret
from gateway.domain.turn import Closing, Hold, Outcome, Turn
from tests.adapters.texts import STEP, a_conversation, hold_of, open_turn, save_texts
from tests.setting_up import set_up_customer
from tests.web.contents import contents

_CLOSING = Closing(outcome=Outcome.FAILED, said=(), failure="upstream_unavailable")


@contextmanager
def _full(url: Secret) -> Iterator[None]:
    with Redis.from_url(url.reveal()) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


async def _open(store: Store) -> tuple[Hold, Turn]:
    customer = await set_up_customer(store)
    await save_texts(store, a_conversation(customer), "Hello")
    hold = await hold_of(store)
    return hold, await open_turn(store, hold)


async def test_a_turn_closes_as_a_whole(store: Store, redis_url: Secret) -> None:
    """I16, I37: a turn that ends when Redis is full ends as a whole: no script is stopped half-way."""
    hold, turn = await _open(store)
    with _full(redis_url):
        await store.turns.close(hold, turn, _CLOSING, STEP)
    assert await store.holds.release(hold)
    assert [dead.turn_id for dead in await store.dead.read_all(limit=9)] == [turn.id]
    assert (await store.turns.find(turn.id) or {})["outcome"] == _CLOSING.outcome


async def test_a_dead_turn_is_retried_as_a_whole(store: Store, redis_url: Secret) -> None:
    """I16, I40: a dead turn that is retried when Redis is full is off the list and in the inbox, or neither."""
    hold, turn = await _open(store)
    await store.turns.close(hold, turn, _CLOSING, STEP)
    await store.holds.release(hold)
    with _full(redis_url):
        assert await store.dead.retry(turn.id) == 1
    assert not await store.dead.read_all(limit=9)
    assert (await open_turn(store, await hold_of(store))).waiting == turn.waiting


async def test_nothing_new_is_begun_when_full(store: Store, redis_url: Secret) -> None:
    """I16: a full Redis gives no hold and takes no text, and keeps nothing of them."""
    customer = await set_up_customer(store)
    before = contents(redis_url)
    with _full(redis_url):
        with pytest.raises(StoreDown, match="maxmemory"):
            await hold_of(store)
        with pytest.raises(StoreDown, match="maxmemory"):
            await save_texts(store, a_conversation(customer), "Hello")
    assert contents(redis_url) == before


async def test_a_hold_outlives_a_full_redis(store: Store, redis_url: Secret) -> None:
    """I16, I33: who answers keeps the hold while Redis is full, and can let go of it."""
    hold, _ = await _open(store)
    with _full(redis_url):
        await store.holds.renew(hold)
        await store.holds.drop(hold, forgiven=False)
    await hold_of(store)


async def test_a_full_redis_is_told_from_one_that_is_gone(store: Store, redis_url: Secret) -> None:
    """I16, I45: whoever asks whether writes are taken hears why not, and nothing is written by asking."""
    before = contents(redis_url)
    with _full(redis_url), pytest.raises(StoreDown, match="maxmemory"):
        await store.check_writes()
    with Redis.from_url(redis_url.reveal()) as client:
        client.replicaof("127.0.0.1", 1)
        with pytest.raises(StoreDown, match="replica"):
            await store.check_writes()
        client.replicaof("NO", "ONE")
        client.config_set("min-replicas-to-write", 1)
        with pytest.raises(StoreDown, match="min-replicas-to-write"):
            await store.check_writes()
        client.config_set("min-replicas-to-write", 0)
    await store.check_writes()
    assert contents(redis_url) == before
