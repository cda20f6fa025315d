"""Managed agents: each gets the next free number of the pool, and gives it back."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from gateway.adapters.store import Store, open_store
from gateway.domain.agent import Agent
from gateway.domain.errors import NotFound
from gateway.domain.ids import AgentId
from gateway.domain.number import Keywords, Policy, Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus
from gateway.flows.accounts import close_account, speak_for
from gateway.flows.agents import AgentWishes, create_agent, delete_agent
from gateway.flows.numbers import NumberWishes, add_number, bind_number, release_number, set_number
from gateway.flows.sms import choose_sms, show_sms
from tests.examples import NOW, TEXTER, TEXTER_HASH
from tests.setting_up import Customer, set_up_customer

_POOL = [PhoneNumber(f"+120255502{index:02}") for index in range(20)]


@pytest.fixture
async def customer(store: Store) -> Customer:
    """An account with a compliance profile."""
    return await _make_customer(store, "Corner Cafe", "+12025550199", profile=True)


async def _make_customer(store: Store, name: str, number: str, *, profile: bool) -> Customer:
    customer = await set_up_customer(store, name=name, number=PhoneNumber(number))
    if profile:
        await _complete(customer, store)
    return customer


async def _complete(customer: Customer, store: Store) -> None:
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=store, now=NOW)


async def _make_agent(customer: Customer, store: Store) -> Agent:
    return await create_agent(customer.key, AgentWishes(), store=store, now=NOW)


async def _manage(agent: Agent, store: Store) -> SmsSetup:
    return await choose_sms(agent, SmsMode.MANAGED, store=store, now=NOW)


async def _add(number: PhoneNumber, store: Store) -> None:
    await add_number(number, NumberWishes(), store=store, now=NOW)


async def test_the_way_to_a_number(store: Store) -> None:
    """Contract 5: without a profile `needs_compliance`, without a number `pending`, then `active`, by itself."""
    customer = await _make_customer(store, "Bakery", "+12025550198", profile=False)
    agent = await _make_agent(customer, store)
    lacking = await _manage(agent, store)
    assert lacking.status is SmsStatus.NEEDS_COMPLIANCE
    options = "--brand BRAND --help-contact CONTACT"
    assert f"accounts set {customer.account.id} {options}" in (lacking.reason or "")
    await speak_for(customer.account.id, brand="Bakery", help_contact=None, store=store, now=NOW)
    half = await show_sms(agent, store=store, now=NOW)
    assert (half.status, "--brand" in (half.reason or "")) == (SmsStatus.NEEDS_COMPLIANCE, False)
    await _complete(customer, store)
    assert (await show_sms(agent, store=store, now=NOW)).status is SmsStatus.PENDING
    await _add(_POOL[0], store)
    assert (await store.numbers.read(_POOL[0])).agent_id == agent.id
    served = SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.ACTIVE, number=_POOL[0])
    assert await show_sms(agent, store=store, now=NOW) == served
    assert await _manage(agent, store) == served


async def test_a_completed_profile_serves_at_once(store: Store) -> None:
    """Contract 5: who waits for the profile alone has a number as soon as that is complete, without asking again."""
    customer = await _make_customer(store, "Bakery", "+12025550198", profile=False)
    agent = await _make_agent(customer, store)
    await _add(_POOL[0], store)
    await _manage(agent, store)
    assert (await store.numbers.read(_POOL[0])).agent_id is None
    await _complete(customer, store)
    assert (await store.numbers.read(_POOL[0])).agent_id == agent.id


@pytest.mark.parametrize("how", ["mode", "delete", "close"])
async def test_who_goes_gives_the_number_back(store: Store, customer: Customer, how: str) -> None:
    """Contract 5: another mode, deletion and a closed account return the number, whole, to who waits for it."""
    other = await _make_customer(store, "Bakery", "+12025550198", profile=True)
    first, second = await _make_agent(customer, store), await _make_agent(other, store)
    await _add(_POOL[0], store)
    await _manage(first, store)
    await store.numbers.admit_guests(_POOL[0], {TEXTER_HASH: TEXTER})
    await _manage(second, store)
    match how:
        case "mode":
            await choose_sms(first, SmsMode.NONE, store=store, now=NOW)
        case "delete":
            await delete_agent(first, store=store, now=NOW)
        case _:
            await close_account(customer.account.id, store=store, now=NOW)
    number = await store.numbers.read(_POOL[0])
    assert (number.account_id, number.agent_id, number.use) == (other.account.id, second.id, Use.POOL)
    assert await store.numbers.read_guests(_POOL[0]) == []
    assert await store.numbers.find_of_agent(first.id) in (None, customer.number.number)


async def test_nothing_of_the_agent_before_stays(store: Store, customer: Customer) -> None:
    """I12: name, contact, label, policy, code and words of the agent before are not the next one's; keywords are."""
    first = await _make_agent(customer, store)
    await _add(_POOL[0], store)
    await _manage(first, store)
    wishes = NumberWishes(
        brand="Bakery",
        help_contact="555",
        label="Shop",
        policy=Policy.CODE,
        stop_words=("basta",),
        keywords=Keywords.TWILIO,
    )
    await set_number(_POOL[0], wishes, store=store, now=NOW)
    await delete_agent(first, store=store, now=NOW)
    number = await store.numbers.read(_POOL[0])
    assert (number.brand, number.help_contact, number.label, number.join_code) == (None, None, None, None)
    assert (number.policy, number.stop_words, number.keywords) == (Policy.OPEN, (), Keywords.TWILIO)


async def test_the_agent_of_a_closed_account_waits_no_more(store: Store, customer: Customer) -> None:
    """Contract 4: a closed account gets no number of the pool, however long it has waited."""
    agent = await _make_agent(customer, store)
    await _manage(agent, store)
    await close_account(customer.account.id, store=store, now=NOW)
    await _add(_POOL[0], store)
    with pytest.raises(NotFound):
        await _manage(agent, store)  # a request that was under way
    assert (await store.numbers.read(_POOL[0])).agent_id is None


async def test_what_is_bound_by_hand_is_not_the_pools(store: Store, customer: Customer) -> None:
    """Contract 4: a number that the operator bound by hand goes to nobody else, also when its agent is gone."""
    by_hand, managed = await _make_agent(customer, store), await _make_agent(customer, store)
    await add_number(_POOL[0], NumberWishes(use=Use.OWN), store=store, now=NOW)
    assert (await _manage(by_hand, store)).status is SmsStatus.PENDING
    await bind_number(_POOL[0], by_hand.id, store=store, now=NOW)
    await _add(_POOL[1], store)
    assert (await show_sms(by_hand, store=store, now=NOW)).number == _POOL[0]
    assert (await store.numbers.read(_POOL[1])).agent_id is None
    await release_number(_POOL[1], store=store, now=NOW)
    await choose_sms(by_hand, SmsMode.NONE, store=store, now=NOW)
    assert (await store.numbers.read(_POOL[0])).agent_id == by_hand.id
    await delete_agent(by_hand, store=store, now=NOW)
    assert (await _manage(managed, store)).status is SmsStatus.PENDING
    await _add(_POOL[0], store)
    assert (await store.numbers.read(_POOL[0])).agent_id is None
    await add_number(_POOL[0], NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert (await store.numbers.read(_POOL[0])).agent_id == managed.id


@pytest.mark.parametrize("use", [Use.OWN, Use.SANDBOX])
async def test_what_is_kept_out_of_the_pool(store: Store, customer: Customer, use: Use) -> None:
    """Contract 5: a number that was added for something else is nobody's next one, until it is set free."""
    agent = await _make_agent(customer, store)
    await _manage(agent, store)
    await add_number(_POOL[0], NumberWishes(use=use), store=store, now=NOW)
    await set_number(_POOL[0], NumberWishes(label="Shop"), store=store, now=NOW)
    assert (await show_sms(agent, store=store, now=NOW)).status is SmsStatus.PENDING
    await set_number(_POOL[0], NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert (await store.numbers.read(_POOL[0])).agent_id == agent.id
    await set_number(_POOL[0], NumberWishes(label="Cafe"), store=store, now=NOW)
    assert (await _manage(await _make_agent(customer, store), store)).status is SmsStatus.PENDING


async def test_a_free_number_may_be_bound_by_hand(store: Store, customer: Customer) -> None:
    """Contract 4: a number that the operator binds leaves the pool for good; managed agents wait for another."""
    by_hand, managed = await _make_agent(customer, store), await _make_agent(customer, store)
    await _add(_POOL[0], store)
    await bind_number(_POOL[0], by_hand.id, store=store, now=NOW)
    assert (await _manage(managed, store)).status is SmsStatus.PENDING
    await delete_agent(by_hand, store=store, now=NOW)
    assert (await show_sms(managed, store=store, now=NOW)).status is SmsStatus.PENDING


@pytest.fixture
async def doors(redis_url: Secret) -> AsyncIterator[list[Store]]:
    """Connections of their own, as many processes have them."""
    async with AsyncExitStack() as stack:
        opened = [open_store(redis_url) for _ in range(4)]
        for door in opened:
            stack.push_async_callback(door.close)
        yield opened


async def test_two_agents_never_get_one_number(store: Store, customer: Customer, doors: list[Store]) -> None:
    """Contract 5: thirty agents that ask at once for seven numbers, which come meanwhile, get each of them once."""
    agents = [await _make_agent(customer, store) for _ in range(30)]
    asked = [_manage(agent, doors[index % 4]) for index, agent in enumerate(agents)]
    added = [_add(number, doors[index % 4]) for index, number in enumerate(_POOL[:7])]
    await asyncio.gather(*asked, *added)
    shown = [await show_sms(agent, store=store, now=NOW) for agent in agents]
    got = [setup.number for setup in shown if setup.number]
    assert sorted(got) == sorted(_POOL[:7])
    assert [setup.status for setup in shown].count(SmsStatus.PENDING) == 23


@dataclass(slots=True)
class _Book:
    """Who should have which number: a model of the pool, in plain lists."""

    free: list[PhoneNumber] = field(default_factory=list)
    queue: list[AgentId] = field(default_factory=list)
    had: dict[AgentId, PhoneNumber] = field(default_factory=dict)

    def serve(self) -> None:
        while self.free and self.queue:
            self.had[self.queue.pop(0)] = self.free.pop(0)

    def leave(self, agent: AgentId) -> None:
        if agent in self.queue:
            self.queue.remove(agent)
        if agent in self.had:
            self.free.append(self.had.pop(agent))
        self.serve()


@pytest.mark.parametrize("seed", range(4))
async def test_first_come_first_served(store: Store, customer: Customer, seed: int) -> None:
    """Contract 5: whatever comes and goes, who came first has the number that has been free longest."""
    dice, book = random.Random(seed), _Book()  # noqa: S311 - no secret
    agents: dict[AgentId, Agent] = {}
    unused = list(_POOL)
    for _ in range(60):
        match dice.choice(["add", "agent", "agent", "none", "delete", "release"]):
            case "add" if unused:
                number = unused.pop(dice.randrange(len(unused)))
                await _add(number, store)
                book.free.append(number)
            case "agent":
                agent = await _make_agent(customer, store)
                agents[agent.id] = agent
                await _manage(agent, store)
                book.queue.append(agent.id)
            case "none" | "delete" as how if agents:
                agent = agents.pop(dice.choice(sorted(agents)))
                if how == "delete":
                    await delete_agent(agent, store=store, now=NOW)
                else:
                    await choose_sms(agent, SmsMode.NONE, store=store, now=NOW)
                book.leave(agent.id)
            case "release" if book.had:
                agent_id = dice.choice(sorted(book.had))
                number = book.had.pop(agent_id)
                await release_number(number, store=store, now=NOW)
                unused.append(number)
                book.queue.append(agent_id)
        book.serve()
        found = {agent: await store.numbers.find_of_agent(agent) for agent in agents}
        assert {agent: number for agent, number in found.items() if number} == book.had
