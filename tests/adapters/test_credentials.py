"""BYOK records: proposed beside the one in force, kept in the order in which they were asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.credential import UNKNOWN_KEY, Credential, Health
from gateway.domain.ids import CredentialId
from tests.examples import NOW
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with a record in force."""
    return await set_up_customer(store)


async def in_force(store: Store, customer: Customer) -> Credential:
    """Read the record in force."""
    found = await store.credentials.find(customer.key.id)
    assert found
    return found


def another(record: Credential, digit: str) -> Credential:
    """A record like another, by its own id."""
    return replace(record, id=CredentialId("cred_" + digit * 32), label=digit)


async def test_beside(store: Store, customer: Customer) -> None:
    """I58: what is proposed leaves the record in force, and is forgotten when nobody keeps it."""
    before = await in_force(store, customer)
    proposed = another(before, "a")
    await store.credentials.propose(customer.key.id, proposed)
    assert await in_force(store, customer) == before
    assert await store.credentials.find_record(proposed.id) == proposed
    assert 0 < await store.connection.ttl(keys.credential(proposed.id)) <= 120


async def test_kept(store: Store, customer: Customer) -> None:
    """What is kept stays for good, with what was learnt of it meanwhile; of the one before nothing is left."""
    before = await in_force(store, customer)
    proposed = another(before, "a")
    order = await store.credentials.propose(customer.key.id, proposed)
    await store.credentials.note_health(proposed.id, Health.OK, at=NOW)
    kept = await store.credentials.keep(customer.key.id, proposed.id, order)
    assert kept == await in_force(store, customer) == replace(proposed, health=Health.OK, checked_at=NOW)
    assert await store.connection.ttl(keys.credential(proposed.id)) == -1
    assert await store.connection.exists(keys.credential(before.id)) == 0


async def test_withdrawn(store: Store, customer: Customer) -> None:
    """What is withdrawn is gone; the one before stays."""
    before = await in_force(store, customer)
    proposed = another(before, "a")
    order = await store.credentials.propose(customer.key.id, proposed)
    await store.credentials.erase(proposed.id)
    assert await store.credentials.keep(customer.key.id, proposed.id, order) is None
    assert await in_force(store, customer) == before


async def test_overtaken(store: Store, customer: Customer) -> None:
    """A slow wish does not undo a later one that was granted first; what it proposed is erased."""
    before = await in_force(store, customer)
    slow, quick = another(before, "a"), another(before, "b")
    orders = [await store.credentials.propose(customer.key.id, each) for each in (slow, quick)]
    assert await store.credentials.keep(customer.key.id, quick.id, orders[1])
    assert await store.credentials.keep(customer.key.id, slow.id, orders[0]) == slow
    assert await in_force(store, customer) == quick
    assert await store.connection.exists(keys.credential(slow.id)) == 0


async def test_later_wish_that_came_to_nothing(store: Store, customer: Customer) -> None:
    """A later wish that was refused does not stand in the way of an earlier one."""
    before = await in_force(store, customer)
    first, second = another(before, "a"), another(before, "b")
    orders = [await store.credentials.propose(customer.key.id, each) for each in (first, second)]
    await store.credentials.erase(second.id)
    await store.credentials.keep(customer.key.id, first.id, orders[0])
    assert await in_force(store, customer) == first


async def test_cleared_meanwhile(store: Store, customer: Customer) -> None:
    """A record that was cleared, or set untried, while another was being tried is not replaced by that one."""
    before = await in_force(store, customer)
    slow, untried = another(before, "a"), another(before, "b")
    order = await store.credentials.propose(customer.key.id, slow)
    await store.credentials.clear(customer.key.id)
    await store.credentials.keep(customer.key.id, slow.id, order)
    assert await store.credentials.find(customer.key.id) is None
    order = await store.credentials.propose(customer.key.id, slow)
    await store.credentials.set(customer.key.id, untried)
    await store.credentials.keep(customer.key.id, slow.id, order)
    assert await in_force(store, customer) == untried


async def test_reason_of_old(store: Store, customer: Customer) -> None:
    """A record that was rejected before reasons were kept has one all the same: there is but one."""
    record = await in_force(store, customer)
    await store.connection.execute_command("HSET", keys.credential(record.id), "health", "rejected")
    assert (await in_force(store, customer)).health_reason == UNKNOWN_KEY


async def test_news(store: Store, customer: Customer) -> None:
    """That a key works is noted when it was not known, and now and then, but not at each turn."""
    record = replace(await in_force(store, customer), health=Health.OK, checked_at=NOW)
    minutes = {minute: record.is_news(Health.OK, NOW + timedelta(minutes=minute)) for minute in (0, 4, 5, 60)}
    assert minutes == {0: False, 4: False, 5: True, 60: True}
    assert record.is_news(Health.REJECTED, NOW)
    assert replace(record, health=Health.UNVERIFIED).is_news(Health.OK, NOW)
