"""Caps on spend, as texters and operators meet them."""

import asyncio
from dataclasses import replace

import pytest

from gateway.domain.cost import CENT, Prices
from gateway.domain.ids import derive_conversation_id
from gateway.domain.phone import PhoneNumber
from gateway.domain.spend import SpendCaps, sum_up
from tests.examples import LIMITS, NUMBER, PEPPER, TEXTER, message_sid
from tests.setting_up import QUIET
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS

_LINE = "This number has reached this month's limit of messages. Please text again next month."
_CEILING = QUIET.max_segments
"""Segments that are taken for an answer of the desk's agent, which discloses nothing."""


def _cap(desk: Desk, **caps: int) -> None:
    """Let a segment cost a cent, and nothing else anything."""
    limits = replace(LIMITS, spend=SpendCaps(**caps), model_guess=0)
    desk.tools = replace(desk.tools, limits=limits, prices=Prices(segments={"US": CENT}))


async def _say(desk: Desk, *texts: str, sender: str = TEXTER) -> list[str]:
    sids = []
    for text in texts:
        sids.append(await desk.text(text, sender=sender))
        await desk.work(derive_conversation_id(PEPPER, "sms", desk.customer.account.id, NUMBER, sender))
    return [(await desk.trace(sid)).outcome for sid in sids]


async def _spent(desk: Desk) -> int:
    today = await desk.store.spending.read_today()
    return sum_up(row.spend for row in await desk.store.spending.read(desk.customer.account.id, today, today)).segments


@pytest.mark.parametrize("cap", ["account_spend_month", "agent_spend_month"])
async def test_told_once(desk: Desk, cap: str) -> None:
    """I53: at a cap on spend its texter hears a neutral line, once, that says nothing of money; the trace names it."""
    _cap(desk, **{cap: (_CEILING + 1) * CENT})
    assert await _say(desk, "1", "2", "3", "4") == ["answered", "answered", "capped", "capped"]
    assert desk.carrier.texts == [WORDS, WORDS, _LINE]
    assert len(desk.model.asked) == 2
    (told,) = [step for step in (await desk.trace(message_sid(3))).steps if step.name == "reply.recorded"]
    assert told.details["cap"] == cap
    assert await _spent(desk) == 3


async def test_the_line_costs_too(desk: Desk) -> None:
    """I53: however many texters are to be told at once, the lines that say so keep to the cap, too."""
    _cap(desk, account_spend_day=(_CEILING + 3) * CENT)
    await asyncio.gather(*(_say(desk, "Hi", sender=PhoneNumber(f"+120255501{last:02}")) for last in range(20)))
    assert len(desk.model.asked) <= 4
    assert await _spent(desk) <= _CEILING + 3
    assert 0 < len(desk.carrier.texts) - len(desk.model.asked) < 16


async def test_the_operator_hears_of_it(desk: Desk) -> None:
    """A cap on spend that is reached is a notice, with the cap's name and the agent's."""
    _cap(desk, agent_spend_day=0)
    assert await _say(desk, "1") == ["capped"]
    posted, _ = await desk.store.notices.read_all(limit=9, cursor=None)
    reason = f"agent_spend_day of {desk.customer.agent.id}"
    assert [(each.notice.kind.value, each.notice.reason) for each in posted] == [("spend.capped", reason)]
    assert desk.carrier.texts == []


async def test_a_refused_turn_is_no_turn(desk: Desk) -> None:
    """What a cap refuses is counted by its outcome alone."""
    _cap(desk, agent_spend_day=0)
    await _say(desk, "1", "2")
    today = await desk.store.spending.read_today()
    spend = sum_up(row.spend for row in await desk.store.spending.read(desk.customer.account.id, today, today))
    assert (spend.turns, spend.outcomes) == (0, {"capped": 2})
