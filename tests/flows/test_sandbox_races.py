"""A sandbox in which much happens at once: what is saved is what was so at that moment."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.consent import ConsentState
from gateway.domain.ids import TexterHash
from gateway.domain.line import Line
from gateway.domain.message import InboundMessage
from gateway.domain.number import Use
from gateway.domain.sandbox import hint_text
from gateway.flows.agents import delete_agent
from gateway.flows.numbers import NumberWishes, add_number, bind_number, set_number
from tests.domain.values import VOICE
from tests.examples import NOW, TEXTER_HASH
from tests.flows.sandbox_texts import SANDBOX, find_joined, make_agent, text
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody beside a sandbox."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    return await set_up_customer(store)


def _meanwhile(store: Store, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], Awaitable[object]]) -> None:
    """Have something happen once, after the first look at a text's line and before what was decided is saved."""
    look = store.messages.read_line

    async def look_and_wait(message: InboundMessage, texter_hash: TexterHash) -> Line:
        line = await look(message, texter_hash)
        monkeypatch.setattr(store.messages, "read_line", look)
        await deed()
        return line

    monkeypatch.setattr(store.messages, "read_line", look_and_wait)


async def test_left_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I19: a text that was decided for an agent does not get to it when its texter has left it meanwhile."""
    _, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    _meanwhile(store, monkeypatch, lambda: text(store, "leave"))
    assert (await text(store, "Hello")).outcome == "said"
    assert await store.connection.zcard(keys.WAITING) == 0


async def test_gone_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I70: nobody joins an agent that was deleted while its code was looked up."""
    agent, code = await make_agent(customer, store)
    _meanwhile(store, monkeypatch, lambda: delete_agent(agent, store=store, now=NOW))
    assert (await text(store, f"join {code}")).say == hint_text(VOICE)
    assert await find_joined(store) is None


async def test_bound_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I12: a number that is a sandbox no longer, and somebody's, is not talked about as one."""

    async def bind() -> None:
        await set_number(SANDBOX, NumberWishes(use=Use.OWN), store=store, now=NOW)
        await bind_number(SANDBOX, customer.agent.id, store=store, now=NOW)

    _meanwhile(store, monkeypatch, bind)
    assert (await text(store, "Hello")).outcome == "admitted"


async def test_hinted_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I69: of two strangers' texts at the same moment one is told how to join."""
    _meanwhile(store, monkeypatch, lambda: text(store, "Hi"))
    assert (await text(store, "Hello")).reason == "stranger"


async def test_all_at_once(store: Store, customer: Customer) -> None:
    """I37: codes, LEAVE, STOP and START at once leave a texter at one agent or none, as the indexes tell alike."""
    made = [await make_agent(customer, store) for _ in range(2)]
    bodies = [f"join {code}" for _, code in made] + ["leave", "Hello", "STOP", "START"]
    for _ in range(5):
        await asyncio.gather(*(text(store, body) for body in bodies))
        is_at = await find_joined(store)
        joined = [agent.id for agent, _ in made if await store.connection.read_members(keys.joined(agent.id))]
        assert joined == ([is_at] if is_at else [])
        standing = await store.consents.read_standing(SANDBOX, TEXTER_HASH)
        assert not (is_at and standing.state is ConsentState.OUT)
