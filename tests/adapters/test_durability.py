"""Consent on the disk before the answer; sentinels; what readiness knows."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis import Redis

from gateway.adapters.store import Store, open_store
from gateway.adapters.store.connection import make_pool
from gateway.dev.children import spawn
from gateway.dev.valkey import EmbeddedRedis, find_free_port, start_redis
from gateway.domain.compliance import Voice
from gateway.domain.message import InboundMessage
from gateway.domain.secret import Secret
from gateway.flows.receive import receive_text
from tests.examples import NOW, PEPPER, TEXTER_HASH, inbound_form
from tests.setting_up import set_up_customer

VOICE = Voice(brand="Corner Cafe", help_contact=None)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Valkey of the test's own, whose configuration it may change."""
    started = start_redis(tmp_path, port=find_free_port())
    yield started
    started.process.terminate()
    started.process.wait(10)


@pytest.fixture
async def own_store(server: EmbeddedRedis) -> AsyncIterator[Store]:
    """A store on it, with a customer."""
    store = open_store(server.url)
    await set_up_customer(store)
    yield store
    await store.close()


@pytest.mark.parametrize("policy", ["always", "everysec"])
async def test_stop_reaches_the_disk(server: EmbeddedRedis, own_store: Store, policy: str) -> None:
    """I28: when STOP is answered, it is on the disk, whichever way the server syncs its file."""
    with Redis.from_url(server.url.reveal()) as client:
        client.config_set("appendfsync", policy)
        message = InboundMessage.from_form(inbound_form("STOP"), now=NOW)
        received = await receive_text(message, store=own_store, voice=VOICE, pepper=PEPPER, now=NOW)
        synced = client.execute_command("WAITAOF", 0, 0, 0)
        pending = client.info("persistence")["aof_pending_bio_fsync"]
        repeated = await receive_text(message, store=own_store, voice=VOICE, pepper=PEPPER, now=NOW)
        still_pending = client.info("persistence")["aof_pending_bio_fsync"]
    assert (received.outcome, pending) == ("said", 0)
    assert (repeated.outcome, still_pending) == ("repeated", 0)
    assert synced is not None
    assert (await own_store.messages.read_line(message, TEXTER_HASH)).consent == "out"


async def test_stop_without_a_file(server: EmbeddedRedis, own_store: Store) -> None:
    """A server without an append-only file still takes a STOP: `doctor` complains, the texter is heard."""
    with Redis.from_url(server.url.reveal()) as client:
        client.config_set("appendonly", "no")
    message = InboundMessage.from_form(inbound_form("STOP"), now=NOW)
    received = await receive_text(message, store=own_store, voice=VOICE, pepper=PEPPER, now=NOW)
    assert received.outcome == "said"


@pytest.fixture
def sentinel(server: EmbeddedRedis, tmp_path: Path) -> Iterator[int]:
    """A sentinel that watches the server; gives its port."""
    password = server.url.reveal().split(":")[2].partition("@")[0]
    with Redis.from_url(server.url.reveal()) as client:
        place = client.connection_pool.connection_kwargs
        master = f"{place['host']} {place['port']}"
    port, settings = find_free_port(), tmp_path / "sentinel.conf"
    settings.write_text(
        f"port {port}\nbind 127.0.0.1\nsentinel monitor main {master} 1\nsentinel auth-pass main {password}\n"
    )
    binary = str(server.process.args[0]) if isinstance(server.process.args, list) else ""
    process = spawn([binary, str(settings), "--sentinel"], stdout=subprocess.DEVNULL)
    yield port
    process.terminate()
    process.wait(10)


async def test_sentinel(server: EmbeddedRedis, own_store: Store, sentinel: int) -> None:
    """A store named by its sentinels reaches the Redis that they call the master."""
    await own_store.ping()
    password = server.url.reveal().split(":")[2].partition("@")[0]
    store = open_store(Secret(f"redis+sentinel://:{password}@127.0.0.1:{sentinel}/main/0"))
    for _ in range(200):
        try:
            await store.ping()
            break
        except Exception:  # noqa: BLE001 - it is still starting
            await own_store.ping()
    assert await store.connection.dbsize() == await own_store.connection.dbsize() > 0
    await store.close()


def test_pool_of_sentinels() -> None:
    """Places, master name, database and credentials of a sentinel URL arrive where they belong."""
    pool = make_pool(Secret("redis+sentinel://bob:p%40ss@one:26379,two:26380/main/3"))
    options = pool.connection_kwargs
    assert (options["db"], options["username"], options["password"]) == (3, "bob", "p@ss")
