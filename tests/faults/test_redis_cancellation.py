"""Commands cancelled at any moment, over a connection that is now quick, now slow: nobody gets another's reply."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import BlockingConnectionPool

from gateway.adapters.store import Store, open_store
from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret
from tests.faults.slow_proxy import SlowProxy, Weather

_OPERATIONS = 20_000
"""What takes some eight seconds; a hundred thousand did no worse when this was written."""
_READERS = 100
_KEYS = 50


@pytest.fixture
def proxy(redis_url: Secret) -> Iterator[SlowProxy]:
    """A proxy before an empty Redis."""
    proxy = SlowProxy()
    proxy.lead_to(int(redis_url.reveal().rpartition(":")[2].partition("/")[0]))
    yield proxy
    proxy.close()


@pytest.fixture
async def distant_store(redis_url: Secret, proxy: SlowProxy) -> AsyncIterator[Store]:
    """A store whose connections go through the proxy."""
    before, _, after = redis_url.reveal().rpartition(":")
    store = open_store(Secret(f"{before}:{proxy.port}/{after.partition('/')[2]}"))
    yield store
    await store.close()


async def test_no_reply_goes_to_another(distant_store: Store, proxy: SlowProxy) -> None:
    """I43: of 20,000 reads, a third cancelled at random moments, each gets its own value or none; no slot is lost."""
    redis, chance = distant_store.connection, random.Random(43)  # noqa: S311 - no secret
    for number in range(_KEYS):
        await redis.set(f"key-{number}", f"value-{number}")
    left, read = _OPERATIONS, 0

    async def keep_reading() -> None:
        nonlocal left, read
        while left > 0:
            left -= 1
            had_reply = await _read_or_cancel(distant_store, chance)
            read += had_reply

    weather = asyncio.create_task(_change_weather(proxy, chance))
    await asyncio.gather(*[keep_reading() for _ in range(_READERS)])
    weather.cancel()
    assert read > _OPERATIONS / 2
    assert isinstance(redis.connection_pool, BlockingConnectionPool)
    assert not redis.connection_pool._in_use_connections


async def _read_or_cancel(store: Store, chance: random.Random) -> bool:
    """Read one key, by a command or in a pipeline; tell whether there was a reply. A wrong one fails the test."""
    number = chance.randrange(_KEYS)
    reading = asyncio.create_task(_read_one(store, number) if chance.random() < 0.7 else _read_two(store, number))
    if chance.random() < 0.33:
        await asyncio.sleep(chance.random() * 0.01)
        reading.cancel()
    try:
        found = await reading
    except (asyncio.CancelledError, StoreDown):
        return False
    assert set(found) == {f"value-{number}"}
    return True


async def _read_one(store: Store, number: int) -> list[str]:
    return [await store.connection.get(f"key-{number}")]


async def _read_two(store: Store, number: int) -> list[str]:
    async with store.connection.pipeline() as pipe:
        pipe.get(f"key-{number}")
        pipe.get(f"key-{number}")
        return await pipe.execute()


async def _change_weather(proxy: SlowProxy, chance: random.Random) -> None:
    while True:
        proxy.weather = Weather(delay_seconds=chance.choice([0.0, 0.0, 0.0, 0.002, 0.01]))
        await asyncio.sleep(0.05)
