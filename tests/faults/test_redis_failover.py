"""The master dies and its replica takes over: the gateway follows, and what replication lost comes back from Twilio."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.store import Store, keys, open_store
from gateway.domain.ids import hash_texter
from gateway.domain.phone import PhoneNumber
from tests.examples import NUMBER, PEPPER, TEXTER, inbound_form, message_sid
from tests.faults.sentinels import WatchedGateway, watched_gateway
from tests.journeys.processes import wait_until

_FAILOVER_SECONDS = 30.0
_STOPPED = PhoneNumber("+12025557400")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedGateway]:
    """A gateway whose Redis has a replica and a sentinel."""
    with watched_gateway(tmp_path) as gateway:
        gateway.set_up_customer()
        yield gateway


def _is_taken(gateway: WatchedGateway, number: int, words: str) -> bool:
    """Post a text as Twilio would, again and again; anything but 503 and 200 is wrong."""
    (answer,) = gateway.post(inbound_form(words, sid=message_sid(number)))
    assert answer.status in (200, 503)
    return answer.status == 200


def _consent(gateway: WatchedGateway, texter: PhoneNumber) -> str | None:
    state: str | None = gateway.redis.client.hget(keys.consent(NUMBER, hash_texter(PEPPER, texter)), "state")
    return state


def test_failover(watched: WatchedGateway) -> None:
    """I28, I38: web and worker follow the new master; a STOP that it never got is re-derived from Twilio's list."""
    processes = (*watched.webs, *watched.workers)
    assert _is_taken(watched, 1, "one")
    wait_until(lambda: watched.has_outcome(message_sid(1), "answered"))
    _text_behind_the_replica(watched)
    wait_until(lambda: _is_taken(watched, 2, "two"), _FAILOVER_SECONDS)
    wait_until(lambda: watched.has_outcome(message_sid(2), "answered"), _FAILOVER_SECONDS)
    assert watched.phone.received() == [f"{_NOTE}one", f"{_NOTE}two"]

    assert _consent(watched, _STOPPED) is None, "what replication has not brought is lost, and nobody can know"
    watched.run("reconcile", "--since", "30m")
    assert _consent(watched, _STOPPED) == "out"
    assert _is_taken(watched, 3, "STOP")
    assert _consent(watched, TEXTER) == "out"
    assert all(process.is_running for process in processes)
    asyncio.run(_read_a_lot(watched))


_NOTE = "I am an offline stand-in for a model, so I only repeat what you wrote: "


def _text_behind_the_replica(gateway: WatchedGateway) -> None:
    """Have a STOP confirmed that the replica does not get, and lose the master."""
    gateway.redis.client.wait(1, 1000)
    gateway.replica.freeze()
    gateway.redis.client.client_kill_filter(_type="slave")
    gateway.phone.text("STOP", texter=_STOPPED)
    gateway.lose_the_master()
    gateway.redis.thaw()


async def _read_a_lot(gateway: WatchedGateway) -> None:
    """Ask for more at once than there are connections: whoever gets none waits for one, and is not refused."""
    for _ in range(10):
        store: Store = open_store(gateway.redis_url)
        found = await asyncio.gather(*[store.connection.read_hash("tg:nothing") for _ in range(100)])
        assert found == [{}] * 100
        await store.close()
