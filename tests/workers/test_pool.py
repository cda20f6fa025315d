"""A managed number that goes from one account to another: what was said to the first is no word of the second's."""

from collections.abc import Awaitable, Callable

import pytest

from gateway.domain.agent import Agent
from gateway.domain.ids import derive_conversation_id
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode
from gateway.flows.accounts import close_account, speak_for
from gateway.flows.agents import AgentWishes, create_agent, delete_agent
from gateway.flows.numbers import NumberWishes, add_number, bind_number
from gateway.flows.sms import choose_sms
from tests.examples import NOW, PEPPER, TEXTER
from tests.setting_up import QUIET, Customer, set_up_customer
from tests.workers.desk import Desk

_POOLED = PhoneNumber("+12025550177")
Parting = Callable[[Desk, Agent], Awaitable[None]]


async def _manage(desk: Desk, customer: Customer) -> Agent:
    """Make an agent that gets the number, now or as soon as it is free."""
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=desk.store, now=NOW)
    agent = await create_agent(customer.key, AgentWishes(texting=QUIET), store=desk.store, now=NOW)
    await choose_sms(agent, SmsMode.MANAGED, store=desk.store, now=NOW)
    return agent


@pytest.fixture
async def first(desk: Desk) -> Agent:
    """An agent with the only number of the pool."""
    await add_number(_POOLED, NumberWishes(), store=desk.store, now=NOW)
    return await _manage(desk, desk.customer)


@pytest.fixture
async def second(desk: Desk, first: Agent) -> Agent:
    """The agent of another account, which waits for the number."""
    other = await set_up_customer(desk.store, name="Bakery", number=PhoneNumber("+12025550198"))
    return await _manage(desk, other)


async def _work(desk: Desk, agent: Agent) -> None:
    await desk.work(derive_conversation_id(PEPPER, "sms", agent.account_id, _POOLED, TEXTER))


async def _delete(desk: Desk, agent: Agent) -> None:
    await delete_agent(agent, store=desk.store, now=NOW)


async def _change_mode(desk: Desk, agent: Agent) -> None:
    await choose_sms(agent, SmsMode.SANDBOX, store=desk.store, now=NOW)


async def _close(desk: Desk, agent: Agent) -> None:
    await close_account(agent.account_id, store=desk.store, now=NOW)


@pytest.mark.parametrize("part", [_delete, _change_mode, _close])
@pytest.mark.parametrize("when", ["before the turn", "while the model thinks"])
async def test_what_waits_is_stale(desk: Desk, first: Agent, second: Agent, part: Parting, when: str) -> None:
    """I12: what was texted to an agent is answered by nobody once its number is another account's."""
    sid = await desk.text("Hello", recipient=_POOLED)
    if when == "before the turn":
        await part(desk, first)
    else:
        desk.model.interlude = lambda: part(desk, first)
    await _work(desk, first)
    await _work(desk, second)
    assert desk.carrier.taken == []
    assert len(desk.model.asked) == (0 if when == "before the turn" else 1)
    assert (await desk.trace(sid)).outcome == "stale"
    assert await desk.store.numbers.find_of_agent(second.id) == _POOLED


@pytest.mark.parametrize("part", [_delete, _change_mode])
@pytest.mark.parametrize("when", ["before the turn", "while the model thinks"])
async def test_what_waits_is_stale_within_an_account(desk: Desk, first: Agent, part: Parting, when: str) -> None:
    """I12: nor does another agent of the same account answer it, or send what the first has thought of."""
    heir = await _manage(desk, desk.customer)
    sid = await desk.text("Hello", recipient=_POOLED)
    if when == "before the turn":
        await part(desk, first)
    else:
        desk.model.interlude = lambda: part(desk, first)
    await _work(desk, first)
    assert await desk.store.numbers.find_of_agent(heir.id) == _POOLED
    assert desk.carrier.taken == []
    assert len(desk.model.asked) == (0 if when == "before the turn" else 1)
    assert (await desk.trace(sid)).outcome == "stale"


@pytest.mark.parametrize(("when", "sent"), [("before the turn", 1), ("while the model thinks", 0)])
async def test_what_is_bound_by_hand_is_answered_by_the_new_agent(
    desk: Desk, first: Agent, when: str, sent: int
) -> None:
    """I12: bound by hand to another agent, a number has that one answer what waits; the first says no more."""
    heir = await create_agent(desk.customer.key, AgentWishes(texting=QUIET), store=desk.store, now=NOW)

    async def bind() -> None:
        await bind_number(_POOLED, heir.id, store=desk.store, now=NOW)

    await desk.text("Hello", recipient=_POOLED)
    if when == "before the turn":
        await bind()
    else:
        desk.model.interlude = bind
    await _work(desk, first)
    assert len(desk.carrier.taken) == sent


async def test_the_next_account_begins_anew(desk: Desk, first: Agent, second: Agent) -> None:
    """I12: whoever texts the number later is answered by the next account, whose model hears nothing of before."""
    await desk.text("My secret is 42", recipient=_POOLED)
    await _work(desk, first)
    await _delete(desk, first)
    await desk.text("Who is there?", recipient=_POOLED)
    await _work(desk, second)
    assert len(desk.carrier.taken) == 2
    assert "42" not in str(desk.model.asked[-1])


async def test_an_opt_out_stays_with_the_number(desk: Desk, first: Agent, second: Agent) -> None:
    """I19: who is out of a number is out, whoever has it next."""
    await desk.text("STOP", recipient=_POOLED)
    await _delete(desk, first)
    sid = await desk.text("Hello", recipient=_POOLED)
    assert (await desk.trace(sid)).steps[0].details == {"reason": "opted out"}
