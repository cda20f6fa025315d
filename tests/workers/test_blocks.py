"""Blocks: whom an operator has blocked meets silence on every number, but for what the law wants heard."""

import asyncio

import pytest

from gateway.domain.consent import ConsentState
from gateway.domain.phone import PhoneNumber
from gateway.flows.numbers import bind_number
from tests.examples import NOW, NUMBER, TEXTER_HASH
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS

_OTHER_NUMBER = PhoneNumber("+12025550188")
_LONG = "Every day but Monday. " * 120


async def _block(desk: Desk) -> None:
    await desk.store.blocks.add(TEXTER_HASH, now=NOW)


async def test_silence_on_every_number(desk: Desk) -> None:
    """Who is blocked gets no turn and no answer, whichever number they text, and their words are not kept."""
    await bind_number(_OTHER_NUMBER, desk.customer.agent.id, store=desk.store, now=NOW)
    await _block(desk)
    for number in (NUMBER, _OTHER_NUMBER):
        sid = await desk.text("Hello", recipient=number)
        assert (await desk.trace(sid)).steps[0].details == {"reason": "blocked"}
        message = await desk.store.messages.find(sid) or {}
        assert message["answer"] == ""
        assert "body" not in message
    assert await desk.store.connection.zcard("tg:waiting") == 0


@pytest.mark.parametrize(("body", "state"), [("STOP", ConsentState.OUT), ("HELP", ConsentState.UNSET)])
async def test_keywords_are_heeded(desk: Desk, body: str, state: ConsentState) -> None:
    """I20, I24: a STOP and a HELP of somebody who is blocked are answered as ever."""
    await desk.text("Hi")
    await _block(desk)
    sid = await desk.text(body)
    assert (await desk.store.messages.find(sid) or {})["answer"]
    assert (await desk.store.consents.read_standing(NUMBER, TEXTER_HASH)).state is state


async def test_what_waits_is_not_answered(desk: Desk) -> None:
    """What waited when its texter was blocked costs no model call, and is not remembered."""
    sid = await desk.text("Hello")
    await _block(desk)
    await desk.work()
    assert (desk.model.asked, desk.carrier.taken, await desk.history()) == ([], [], [])
    assert ((await desk.trace(sid)).outcome, (await desk.turn(sid))["failure"]) == ("stale", "blocked")


async def test_pending_parts_are_withdrawn(desk: Desk) -> None:
    """A block between two parts of a reply holds back the second at its fence."""
    desk.model.answers.append(_LONG)
    desk.carrier.interlude = lambda: _block(desk)
    sid = await desk.text("When are you open?")
    await desk.work()
    turn = await desk.turn(sid)
    assert (turn["part:0"], turn["part:1"]) == ("sent", "withdrawn")
    reasons = [step.details.get("reason") for step in (await desk.trace(sid)).steps if "part" in step.details]
    assert "blocked" in reasons
    assert len(desk.carrier.taken) == 1


async def test_unblocked(desk: Desk) -> None:
    """Unblocked, a texter is answered again; unblocked twice they were not blocked; a second block changes no date."""
    await _block(desk)
    await asyncio.gather(_block(desk), _block(desk))
    assert await desk.store.blocks.find(TEXTER_HASH) == NOW
    assert await desk.store.blocks.remove(TEXTER_HASH)
    assert not await desk.store.blocks.remove(TEXTER_HASH)
    await desk.text("Hello")
    await desk.work()
    assert desk.carrier.texts == [WORDS]
