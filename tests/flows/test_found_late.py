"""Texts that only Twilio's list brings: what they may still do on numbers that people join."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.adapters.store import Store
from gateway.domain.number import Policy, Use
from gateway.flows.numbers import NumberWishes, add_number, set_number
from gateway.flows.receive import FOUND_LATE, OUTDATED, Missed, Received, receive_text
from tests.domain.values import VOICE, a_text
from tests.examples import NOW, NUMBER, PEPPER, TEXTER_HASH, message_sid
from tests.flows.sandbox_texts import SANDBOX, find_joined, make_agent, text
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody beside a sandbox."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    return await set_up_customer(store)


async def _find(store: Store, body: str, *, sid: int, minutes: int = 0, to: str = SANDBOX) -> Received:
    """Receive a text of so many minutes ago as `reconcile` does."""
    found = replace(a_text(body, sid=message_sid(sid), To=to), received_at=NOW - timedelta(minutes=minutes))
    missed = Missed(answered=False)
    return await receive_text(found, store=store, voice=VOICE, pepper=PEPPER, now=NOW, missed=missed)


async def test_a_leave_counts(store: Store, customer: Customer) -> None:
    """I19: a LEAVE that no webhook brought ends the texter's being at the agent, in silence."""
    _, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    assert (await _find(store, "leave", sid=800)).reason == FOUND_LATE
    assert await find_joined(store) is None
    assert (await _find(store, "leave", sid=800)).outcome == "repeated"


async def test_a_later_joining_outlasts_a_leave(store: Store, customer: Customer) -> None:
    """I19: a LEAVE from before they joined takes nobody from the agent that they are at now."""
    agent, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    assert (await _find(store, "leave", sid=800, minutes=5)).reason == OUTDATED
    assert await find_joined(store) == agent.id


async def test_a_join_does_not_count(store: Store, customer: Customer) -> None:
    """I19: whoever never heard what they join has joined nothing, and the ledger does not say that they are in."""
    _, code = await make_agent(customer, store)
    assert (await _find(store, f"join {code}", sid=800)).reason == FOUND_LATE
    assert await find_joined(store) is None
    rows = await store.consents.read_history(SANDBOX, TEXTER_HASH)
    assert [row.state for row in rows if row.state != "unset"] == []


async def test_a_numbers_code_does_not_count(store: Store, customer: Customer) -> None:
    """I19: the same of the code of one number: no guest, and no row in the ledger."""
    number = await set_number(NUMBER, NumberWishes(policy=Policy.CODE), store=store, now=NOW)
    assert (await _find(store, number.join_code or "", sid=800, to=NUMBER)).reason == FOUND_LATE
    assert await store.consents.read_history(NUMBER, TEXTER_HASH) == []
    assert await store.numbers.read_guests(NUMBER) == []
