"""Agents on a real Redis: kept, found, and listed page by page."""

from dataclasses import replace

import pytest

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store, keys
from gateway.domain.account import Plan
from gateway.domain.agent import AgentStatus
from gateway.domain.credential import Provider
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.llm import Llm, LlmMode, LlmWishes
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.texting import Texting
from gateway.flows.accounts import issue_key
from gateway.flows.agents import AgentWishes, create_agent, read_own_agent, revise_agent
from gateway.flows.llm import LlmMeans
from tests.examples import NOW, SEAL_KEYS
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with one agent."""
    return await set_up_customer(store)


async def _more(store: Store, customer: Customer, number: int) -> list[str]:
    wishes = AgentWishes(system_prompt="p")
    return [(await create_agent(customer.key, wishes, store=store, now=NOW)).id for _ in range(number)]


async def _walk(store: Store, customer: Customer | None, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor: str | None = None
    while True:
        owner = customer.account.id if customer else None
        agents, cursor = await store.agents.read_all(owner, limit=limit, cursor=cursor)
        pages.append([agent.id for agent in agents])
        if cursor is None:
            return pages


async def test_an_agent_reads_back(store: Store, customer: Customer) -> None:
    """What is kept of an agent is what was made, empty and odd values included."""
    wishes = AgentWishes(
        system_prompt="\u00e9\0\U0001f600", customer_ref="", metadata={"a": [1, None, {}]}, llm={"model": "m"}
    )
    agent = await create_agent(customer.key, wishes, store=store, now=NOW)
    assert await store.agents.read(agent.id) == agent == await store.agents.find(agent.id)


async def test_no_agent_is_none_or_not_found(store: Store) -> None:
    """`find` may return None where `read` raises NotFound."""
    assert await store.agents.find("agt_x") is None
    with pytest.raises(NotFound):
        await store.agents.read("agt_x")


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (6, [6, 1]), (100, [7])])
async def test_pages_hold_every_agent_once(store: Store, customer: Customer, limit: int, sizes: list[int]) -> None:
    """Pages of any length walk through all agents, oldest first, and the last one names no next."""
    made = [customer.agent.id, *await _more(store, customer, 6)]
    pages = await _walk(store, customer, limit)
    assert [len(page) for page in pages] == sizes
    assert [agent_id for page in pages for agent_id in page] == made


async def test_an_agent_made_meanwhile_shifts_nothing(store: Store, customer: Customer) -> None:
    """A cursor names a place and no count: what is made between two pages comes at the end."""
    made = [customer.agent.id, *await _more(store, customer, 2)]
    first, cursor = await store.agents.read_all(customer.account.id, limit=2, cursor=None)
    made += await _more(store, customer, 1)
    rest, end = await store.agents.read_all(customer.account.id, limit=10, cursor=cursor)
    assert [agent.id for agent in (*first, *rest)] == made
    assert end is None


async def test_an_account_lists_its_own(store: Store, customer: Customer) -> None:
    """I63: a list of one account holds nobody else's agents; the operator's list holds all."""
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    assert await _walk(store, customer, 10) == [[customer.agent.id]]
    assert await _walk(store, other, 10) == [[other.agent.id]]
    assert await _walk(store, None, 10) == [[customer.agent.id, other.agent.id]]


async def test_another_accounts_agent_is_not_found(store: Store, customer: Customer) -> None:
    """I63: another account's agent is as absent as none, in the same words; a second key of the account finds it."""
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    with pytest.raises(NotFound) as foreign:
        await read_own_agent(other.key, customer.agent.id, store=store)
    with pytest.raises(NotFound) as absent:
        await read_own_agent(other.key, "agt_x", store=store)
    assert foreign.value.message.replace(customer.agent.id, "agt_x") == absent.value.message
    second = await issue_key(customer.account.id, label="", plan=Plan.FREE, store=store, now=NOW)
    assert await read_own_agent(second.key, customer.agent.id, store=store) == customer.agent


async def test_an_agent_of_before(store: Store, customer: Customer) -> None:
    """An agent that was kept before it had tiers and keys of its own is read as what it was: byok, with its model."""
    fields = ("llm_tier", "llm_provider", "llm_base_url", "llm_label", "llm_fingerprint", "credential_id")
    await store.connection.execute_command("HDEL", keys.agent(customer.agent.id), *fields)
    await store.connection.execute_command("HSET", keys.agent(customer.agent.id), "llm_model", "m")
    assert (await store.agents.read(customer.agent.id)).llm == Llm(mode=LlmMode.BYOK, model="m")


async def test_two_new_keys_at_once(store: Store, customer: Customer) -> None:
    """Of two changes of an own key that were begun alike, the second is told, and leaves the first one's key."""
    means = LlmMeans(sealer=Sealer(SEAL_KEYS))
    own: LlmWishes = {"provider": Provider.OPENAI, "model": "m", "api_key": Secret("sk-first")}
    first = await revise_agent(customer.agent, {}, store=store, now=NOW, llm=own, means=means)
    own["api_key"] = Secret("sk-second")
    with pytest.raises(Conflict):
        await revise_agent(customer.agent, {}, store=store, now=NOW, llm=own, means=means)
    assert await store.agents.read(first.id) == first
    kept = await store.credentials.find_own(first.id)
    assert kept
    assert kept.fingerprint == first.llm.fingerprint
    assert len(await store.connection.keys(keys.credential("*"))) == 2


async def test_paused_meanwhile(store: Store, customer: Customer) -> None:
    """Contract 4: an agent that its operator pauses while a developer changes it is changed, and stays paused."""
    await revise_agent(customer.agent, {"status": AgentStatus.PAUSED}, store=store, now=NOW)
    revised = await revise_agent(customer.agent, {"system_prompt": "new"}, store=store, now=NOW)
    assert (revised.status, revised.system_prompt) == (AgentStatus.PAUSED, "new")
    assert await store.agents.read(customer.agent.id) == revised


async def test_two_changes_at_once(store: Store, customer: Customer) -> None:
    """Contract 5: changes of different fields that were begun alike all count, those of its texting and llm, too."""
    agent = replace(customer.agent, customer_ref="r")
    await revise_agent(customer.agent, {"customer_ref": "r"}, store=store, now=NOW)
    changes: list[dict[str, object]] = [
        {"system_prompt": "p"},
        {"customer_ref": None},
        {"metadata": {"a": 1}},
        {"texting": replace(agent.texting, gather_ms=7, max_segments=3)},
        {"texting": replace(agent.texting, apology="", emoji=False)},
    ]
    for change in changes:
        await revise_agent(agent, change, store=store, now=NOW)
    await revise_agent(agent, {}, store=store, now=NOW, llm={"model": "m"})
    last = await revise_agent(agent, {}, store=store, now=NOW, llm={"label": "l"})
    texting = replace(agent.texting, gather_ms=7, max_segments=3, apology="", emoji=False)
    llm = replace(agent.llm, model="m", label="l")
    assert last == replace(
        agent, system_prompt="p", customer_ref=None, metadata={"a": 1}, texting=texting, llm=llm, updated_at=NOW
    )
    assert await store.agents.read(agent.id) == last
    lifted = await revise_agent(last, {"texting": replace(texting, max_segments=9)}, store=store, now=NOW)
    assert lifted.texting == replace(texting, max_segments=9)


@pytest.mark.parametrize("stored", [None, "{}", '{"max_segments": null, "gather_ms": 300}'])
async def test_a_ceiling_that_was_never_said(store: Store, customer: Customer, stored: str | None) -> None:
    """Contract 5: an agent that was saved without a ceiling of segments has one of four."""
    name = keys.agent(customer.agent.id)
    await store.connection.execute_command(
        *(("HSET", name, "texting", stored) if stored else ("HDEL", name, "texting"))
    )
    assert (await store.agents.read(customer.agent.id)).texting == Texting()
