"""A Redis that fills up in the middle: no script is stopped half-way, and a hold outlives it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from gateway.adapters.store import Store
from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret
from gateway.domain.turn import Closing, Outcome
from tests.adapters.texts import CONVERSATION, STEP, a_conversation, hold_of, open_turn, save_texts
from tests.examples import AGES, NOW
from tests.setting_up import set_up_customer
from tests.web.contents import contents


@contextmanager
def _full(url: Secret) -> Iterator[None]:
    with Redis.from_url(url.reveal()) as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)


async def _open_turn(store: Store) -> tuple[object, ...]:
    customer = await set_up_customer(store)
    await save_texts(store, a_conversation(customer), "one")
    hold = await hold_of(store)
    return hold, await open_turn(store, hold)
