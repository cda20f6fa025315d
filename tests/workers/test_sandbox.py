"""A sandbox and its workers: only who is at an agent hears from it."""

from collections.abc import Awaitable, Callable

import pytest

from gateway.adapters.store import keys
from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.ids import derive_conversation_id
from gateway.domain.number import Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode
from gateway.flows.agents import AgentWishes, create_agent, delete_agent, revise_agent
from gateway.flows.numbers import NumberWishes, add_number
from gateway.flows.receive import Missed, receive_text
from gateway.flows.sms import choose_sms
from tests.domain.values import VOICE, a_text
from tests.examples import NOW, PEPPER, TEXTER, TEXTER_HASH, message_sid
from tests.setting_up import QUIET
from tests.workers.desk import Desk

_SANDBOX = PhoneNumber("+12025550190")


async def _make(desk: Desk) -> tuple[Agent, str]:
    agent = await create_agent(desk.customer.key, AgentWishes(texting=QUIET), store=desk.store, now=NOW)
    setup = await choose_sms(agent, SmsMode.SANDBOX, store=desk.store, now=NOW)
    return agent, setup.join_code or ""


async def _work(desk: Desk, agent: Agent) -> None:
    await desk.work(derive_conversation_id(PEPPER, "sms", agent.account_id, _SANDBOX, TEXTER, agent.id))


@pytest.fixture
async def joined(desk: Desk) -> tuple[Agent, str]:
    """An agent of a sandbox, which the texter has joined."""
    await add_number(_SANDBOX, NumberWishes(use=Use.SANDBOX), store=desk.store, now=NOW)
    agent, code = await _make(desk)
    await desk.text(f"join {code}", recipient=_SANDBOX)
    return agent, code


async def test_the_joined_agent_answers(desk: Desk, joined: tuple[Agent, str]) -> None:
    """Contract 5: who has joined an agent is answered by it, from the number that it shares."""
    sid = await desk.text("Hello", recipient=_SANDBOX)
    await _work(desk, joined[0])
    assert (await desk.trace(sid)).outcome == "answered"
    assert [part.sender for part in desk.carrier.taken] == [_SANDBOX]


async def _leave(desk: Desk, agent: Agent) -> None:
    await desk.text("leave", recipient=_SANDBOX)


async def _leave_unheard(desk: Desk, agent: Agent) -> None:
    leave = a_text("leave", sid=message_sid(900), To=_SANDBOX)
    missed = Missed(answered=False)
    await receive_text(leave, store=desk.store, voice=VOICE, pepper=PEPPER, now=NOW, missed=missed)


async def _join_another(desk: Desk, agent: Agent) -> None:
    _, code = await _make(desk)
    await desk.text(f"join {code}", recipient=_SANDBOX)


async def _delete(desk: Desk, agent: Agent) -> None:
    await delete_agent(agent, store=desk.store, now=NOW)


async def _change_mode(desk: Desk, agent: Agent) -> None:
    await choose_sms(agent, SmsMode.NONE, store=desk.store, now=NOW)


async def _release(desk: Desk, agent: Agent) -> None:
    await desk.store.numbers.release(_SANDBOX)


@pytest.mark.parametrize("end", [_leave, _leave_unheard, _join_another, _delete, _change_mode, _release])
@pytest.mark.parametrize("when", ["before the turn", "while the model thinks"])
async def test_who_has_left_hears_no_more(
    desk: Desk, joined: tuple[Agent, str], end: Callable[[Desk, Agent], Awaitable[None]], when: str
) -> None:
    """I19: what waits, and what is being thought of, when a texter leaves an agent is not sent any more."""
    agent, _ = joined
    sid = await desk.text("Hello", recipient=_SANDBOX)
    if when == "before the turn":
        await end(desk, agent)
    else:
        desk.model.interlude = lambda: end(desk, agent)
    await _work(desk, agent)
    assert desk.carrier.taken == []
    assert (await desk.trace(sid)).outcome == "stale"
    assert len(desk.model.asked) == (0 if when == "before the turn" else 1)


async def test_a_paused_agent_is_silent(desk: Desk, joined: tuple[Agent, str]) -> None:
    """Contract 4: paused, an agent of a sandbox meets texts with silence, and keeps who has joined it."""
    await revise_agent(joined[0], {"status": AgentStatus.PAUSED}, store=desk.store, now=NOW)
    sid = await desk.text("Hello", recipient=_SANDBOX)
    assert (await desk.trace(sid)).steps[0].details == {"reason": "agent is paused"}
    assert await desk.store.connection.read_field(keys.members(_SANDBOX), TEXTER_HASH) == joined[0].id


async def test_a_stranger_costs_no_model_call(desk: Desk, joined: tuple[Agent, str]) -> None:
    """I69: who has joined nobody wakes no worker, and their words are not kept."""
    sid = await desk.text("Hello", sender="+12025550144", recipient=_SANDBOX)
    assert (await desk.trace(sid)).outcome == "said"
    assert "body" not in (await desk.store.messages.find(sid) or {})
    assert await desk.store.connection.zcard(keys.WAITING) == 0
