"""Numbers on a real Redis: bound to one agent of one account at a time."""

import asyncio
from dataclasses import replace

import pytest

from gateway.adapters.store import Store
from gateway.domain.errors import Conflict, InvalidRequest, NotFound
from gateway.domain.login import TwilioLogin
from gateway.domain.number import Kind, Number, Use
from gateway.domain.phone import PhoneNumber
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.numbers import bind_number, read_number
from tests.examples import NOW, NUMBER
from tests.setting_up import Customer, set_up_customer

_OTHER_NUMBER = PhoneNumber("+12025550177")


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with a number."""
    return await set_up_customer(store)


async def test_a_binding_reads_back(store: Store, customer: Customer) -> None:
    """What is kept of a binding is what was bound, from the number and from the agent."""
    assert await store.numbers.read(NUMBER) == customer.number == await store.numbers.find(NUMBER)
    assert await store.numbers.find_of_agent(customer.agent.id) == NUMBER
    assert await store.numbers.read_all(limit=10, cursor=None) == ([customer.number], None)


async def test_a_number_of_another_account_is_taken(store: Store, customer: Customer) -> None:
    """I12: a number bound for one account can't be bound for another until it is released."""
    other = await set_up_customer(store, name="Other", number=_OTHER_NUMBER)
    with pytest.raises(Conflict, match="numbers release") as caught:
        await bind_number(NUMBER, other.agent.id, store=store, now=NOW)
    assert caught.value.code == "number_taken"
    assert await store.numbers.read(NUMBER) == customer.number
    assert await store.numbers.find_of_agent(other.agent.id) == _OTHER_NUMBER
    assert await store.numbers.release(NUMBER) == customer.number
    assert (await bind_number(NUMBER, other.agent.id, store=store, now=NOW)).account_id == other.account.id


async def test_a_number_moves_between_agents_of_an_account(store: Store, customer: Customer) -> None:
    """Bound again within the account, a number leaves the agent before."""
    second = await create_agent(customer.key, AgentWishes(), store=store, now=NOW)
    await bind_number(NUMBER, second.id, store=store, now=NOW)
    assert (await store.numbers.read(NUMBER)).agent_id == second.id
    assert await store.numbers.find_of_agent(customer.agent.id) is None
    assert await store.numbers.find_of_agent(second.id) == NUMBER


async def test_a_released_number_is_nobodys(store: Store, customer: Customer) -> None:
    """Released, a number leaves every index, and releasing it again is NotFound."""
    await store.numbers.release(NUMBER)
    assert await store.numbers.find(NUMBER) is None
    assert await store.numbers.find_of_agent(customer.agent.id) is None
    assert await store.numbers.read_all(limit=10, cursor=None) == ([], None)
    for attempt in (store.numbers.release, store.numbers.read):
        with pytest.raises(NotFound, match="numbers add"):
            await attempt(NUMBER)


async def test_two_accounts_at_once_bind_one(store: Store, customer: Customer) -> None:
    """I12: two accounts that bind a free number at the same moment: one has it, the other hears so."""
    other = await set_up_customer(store, name="Other", number=_OTHER_NUMBER)
    free = PhoneNumber("+12025550188")
    agents = [customer.agent.id, other.agent.id] * 5
    results = await asyncio.gather(
        *(bind_number(free, agent_id, store=store, now=NOW) for agent_id in agents), return_exceptions=True
    )
    assert sum(isinstance(result, Conflict) for result in results) == 5
    owner = await store.numbers.read(free)
    assert await store.connection.read_members(f"tg:agent-numbers:{owner.agent_id}") >= {free}


async def test_a_number_needs_an_agent(store: Store) -> None:
    """A number can't be bound to an agent that is not there."""
    with pytest.raises(NotFound):
        await bind_number(NUMBER, "agt_x", store=store, now=NOW)
    assert await store.connection.dbsize() == 0


async def test_numbers_are_listed_by_number(store: Store, customer: Customer) -> None:
    """A list of numbers is in order of the numbers, page by page."""
    numbers = [PhoneNumber(f"+1202555017{digit}") for digit in (3, 1, 2)]
    for number in numbers:
        await bind_number(number, customer.agent.id, store=store, now=NOW)
    first, cursor = await store.numbers.read_all(limit=3, cursor=None)
    second, end = await store.numbers.read_all(limit=3, cursor=cursor)
    assert [number.number for number in (*first, *second)] == [*sorted(numbers), NUMBER]
    assert end is None


@pytest.mark.parametrize("text", ["", "12025550199", "+1 202 555 0199", "+1202555019x", "whatsapp:+12025550199"])
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    """An operator who mistypes a number sees what one looks like."""
    with pytest.raises(InvalidRequest, match=r"\+15550100123") as caught:
        read_number(text)
    assert (caught.value.code, caught.value.field) == ("invalid_number", "number")


async def _bring(store: Store, number: PhoneNumber, customer: Customer, *, sid: str = "AC" + "1" * 32) -> None:
    login = TwilioLogin(account_id=customer.account.id, number=number, account_sid=sid, sealed="sealed")
    new = Number(number=number, kind=Kind.LONG, added_at=NOW)
    await store.numbers.bring(new, customer.agent.id, login, now=NOW)


async def test_a_number_that_is_brought_twice_at_once(store: Store, customer: Customer) -> None:
    """I12: of two accounts that bring one number at the same moment one gets it, whole; the operator's nobody gets."""
    other = await set_up_customer(store, name="Other", number=_OTHER_NUMBER)
    own = PhoneNumber("+12025550111")
    outcomes = await asyncio.gather(*[_bring(store, own, each) for each in (customer, other)], return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]
    login = await store.numbers.find_login(own)
    assert login
    assert (await store.numbers.read(own)).account_id == login.account_id
    for number in (NUMBER, _OTHER_NUMBER):
        with pytest.raises(Conflict, match="in use"):
            await _bring(store, number, customer)
        assert await store.numbers.find_login(number) is None


async def test_a_number_brought_to_an_agent_that_is_gone(store: Store, customer: Customer) -> None:
    """I58: an agent that is deleted while its number is brought leaves no token behind."""
    await store.agents.delete(customer.agent)
    own = PhoneNumber("+12025550111")
    with pytest.raises(NotFound):
        await _bring(store, own, customer)
    assert await store.numbers.find(own) is None


async def test_a_messaging_service_is_its_twilio_accounts(store: Store, customer: Customer) -> None:
    """A number brought again from the same Twilio account keeps its Messaging Service; from another it has none."""
    own, service = PhoneNumber("+12025550111"), "MG" + "1" * 32
    await _bring(store, own, customer)
    await store.numbers.save(replace(await store.numbers.read(own), messaging_service=service))
    await _bring(store, own, customer)
    assert (await store.numbers.read(own)).messaging_service == service
    await _bring(store, own, customer, sid="AC" + "2" * 32)
    assert (await store.numbers.read(own)).messaging_service is None


async def test_a_number_keeps_its_login_when_it_is_set(store: Store, customer: Customer) -> None:
    """What an operator sets of a number that was brought leaves its login alone, and the pool never gets it."""
    own = PhoneNumber("+12025550111")
    await _bring(store, own, customer)
    before = await store.numbers.read(own)
    for use in (None, Use.POOL):
        await store.numbers.save(before, use)
        assert await store.numbers.read(own) == before
