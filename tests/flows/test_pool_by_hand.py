"""Numbers that operators add and bind by hand, beside agents that wait for one of the pool."""

import pytest

from gateway.adapters.store import Store
from gateway.domain.agent import Agent
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.number import Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode
from gateway.flows.accounts import close_account, speak_for
from gateway.flows.agents import AgentWishes, create_agent, delete_agent
from gateway.flows.numbers import NumberWishes, add_number, bind_number, release_number
from gateway.flows.sms import choose_sms
from tests.examples import NOW
from tests.setting_up import Customer, set_up_customer

_NUMBER = PhoneNumber("+12025550220")
_NEXT = PhoneNumber("+12025550221")


@pytest.fixture
async def customer(store: Store) -> Customer:
    """An account with a compliance profile."""
    customer = await set_up_customer(store)
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=store, now=NOW)
    return customer


@pytest.fixture
async def managed(store: Store, customer: Customer) -> Agent:
    """An agent of that account that waits for a number."""
    agent = await create_agent(customer.key, AgentWishes(), store=store, now=NOW)
    await choose_sms(agent, SmsMode.MANAGED, store=store, now=NOW)
    return agent


async def test_a_known_number_stays_what_it_is_for(store: Store, managed: Agent) -> None:
    """Contract 4: `add` of a number that was kept out of the pool gives it a label, and to nobody."""
    await add_number(_NUMBER, NumberWishes(use=Use.OWN), store=store, now=NOW)
    number = await add_number(_NUMBER, NumberWishes(label="Shop"), store=store, now=NOW)
    assert (number.label, number.use, number.agent_id) == ("Shop", Use.OWN, None)
    number = await add_number(_NUMBER, NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert (number.use, number.agent_id) == (Use.POOL, managed.id)


async def test_what_a_waiting_agent_got_is_taken_back(store: Store, managed: Agent) -> None:
    """Contract 4: who binds a number that a waiting agent has just got is told how to have it all the same."""
    other = await set_up_customer(store, name="Bakery", number=PhoneNumber("+12025550198"))
    await add_number(_NUMBER, NumberWishes(), store=store, now=NOW)
    with pytest.raises(Conflict, match=managed.id) as caught:
        await bind_number(_NUMBER, other.agent.id, store=store, now=NOW)
    assert caught.value.code == "number_taken"
    assert f"numbers release {_NUMBER}, then textgate numbers add {_NUMBER} --no-pool" in caught.value.message
    await release_number(_NUMBER, store=store, now=NOW)
    await add_number(_NUMBER, NumberWishes(use=Use.OWN), store=store, now=NOW)
    assert (await bind_number(_NUMBER, other.agent.id, store=store, now=NOW)).agent_id == other.agent.id


async def test_whose_number_is_bound_to_another_waits_again(store: Store, customer: Customer, managed: Agent) -> None:
    """Contract 5: a managed agent whose number is bound to another of its account gets the next one."""
    await add_number(_NUMBER, NumberWishes(), store=store, now=NOW)
    await bind_number(_NUMBER, customer.agent.id, store=store, now=NOW)
    assert await store.numbers.find_of_agent(managed.id) is None
    assert (await add_number(_NEXT, NumberWishes(), store=store, now=NOW)).agent_id == managed.id


async def test_a_number_that_is_free_serves_it_at_once(store: Store, customer: Customer, managed: Agent) -> None:
    """Contract 5: where another number is free, it has that one in the same moment."""
    for number in (_NUMBER, _NEXT):
        await add_number(number, NumberWishes(), store=store, now=NOW)
    await bind_number(_NUMBER, customer.agent.id, store=store, now=NOW)
    assert await store.numbers.find_of_agent(managed.id) == _NEXT


@pytest.mark.parametrize("how", ["close", "delete"])
async def test_nothing_is_bound_to_who_is_gone(
    store: Store, customer: Customer, managed: Agent, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """I12: an account that is closed, or an agent that is deleted, just before a binding gets no number any more."""
    read = store.agents.read

    async def read_and_end(agent_id: str) -> Agent:
        agent = await read(agent_id)
        monkeypatch.undo()
        if how == "close":
            await close_account(customer.account.id, store=store, now=NOW)
        else:
            await delete_agent(agent, store=store, now=NOW)
        return agent

    monkeypatch.setattr(store.agents, "read", read_and_end)
    with pytest.raises(Conflict if how == "close" else NotFound):
        await bind_number(_NUMBER, managed.id, store=store, now=NOW)
    assert await store.numbers.find(_NUMBER) is None
