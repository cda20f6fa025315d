"""Signs of life: which workers are alive, by Redis's own clock."""

from gateway.adapters.store import Store


async def test_workers_count_while_they_are_heard(store: Store) -> None:
    """I45: a worker counts by its last sign of life, once, and no more after it left."""
    for worker in ("one", "two", "one"):
        await store.liveness.beat(worker)
    assert await store.liveness.count_workers(seconds=10) == 2
    await store.liveness.leave("two")
    assert await store.liveness.count_workers(seconds=10) == 1


async def test_a_silent_worker_does_not_count(store: Store) -> None:
    """I45: a worker not heard of for longer than asked is not alive; one long dead is forgotten."""
    now, _ = await store.connection.time()
    await store.connection.zadd("tg:workers", {"frozen": now - 20, "dead": now - 301})
    assert await store.liveness.count_workers(seconds=10) == 0
    assert await store.liveness.count_workers(seconds=60) == 1
    await store.liveness.beat("alive")
    assert await store.connection.zrange("tg:workers", 0, -1) == ["frozen", "alive"]
    assert await store.liveness.count_workers(seconds=10) == 1
