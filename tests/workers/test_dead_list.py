"""Turns that ended in error wait on the dead list; texts that waited too long are stale."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.errors import CarrierRefused, NotFound
from gateway.domain.model_errors import ModelBusy
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS


async def dead_turns(desk: Desk) -> list[tuple[str, str]]:
    """Read the outcome and the reason of each dead turn."""
    return [(turn.outcome, turn.reason) for turn in await desk.store.dead.read_all(limit=9)]


async def test_ends_in_error(desk: Desk) -> None:
    """I40: a turn that ended in error is on the dead list with its reason; one that did not is not."""
    await desk.text("Hi")
    await desk.work()
    assert await dead_turns(desk) == []
    desk.model.answers.append(ModelBusy())
    await desk.text("Hi again")
    await desk.work()
    assert await dead_turns(desk) == [("apologised", "upstream_unavailable")]


async def test_retry(desk: Desk) -> None:
    """A retried turn leaves the list, and its texts are answered as if they had come just now."""
    desk.carrier.answers.append(CarrierRefused(twilio_code=30034))
    sid = await desk.text("Hi")
    await desk.work()
    turn_id = (await desk.turn(sid))["id"]
    assert await desk.store.dead.retry(turn_id) == 1
    assert await dead_turns(desk) == []
    await desk.work()
    assert desk.carrier.texts == [WORDS, WORDS]
    assert (await desk.trace(sid)).outcome == "answered"


async def test_drop(desk: Desk) -> None:
    """A dropped turn is gone from the list, and can be neither dropped nor retried again."""
    desk.model.answers.append(ModelBusy())
    sid = await desk.text("Hi")
    await desk.work()
    turn_id = (await desk.turn(sid))["id"]
    await desk.store.dead.drop(turn_id)
    assert await dead_turns(desk) == []
    with pytest.raises(NotFound):
        await desk.store.dead.drop(turn_id)
    with pytest.raises(NotFound):
        await desk.store.dead.retry(turn_id)


async def test_unknown_turn(desk: Desk) -> None:
    """What is not on the list can't be retried."""
    with pytest.raises(NotFound):
        await desk.store.dead.retry("turn_nobody")


async def test_too_old(desk: Desk) -> None:
    """I39: a text that waited longer than the limit is marked stale: no model, no text, no apology."""
    sid = await desk.text("Hi")
    desk.tools = replace(desk.tools, limits=replace(desk.tools.limits, max_answer_age=timedelta(seconds=-(10**9))))
    await desk.work()
    assert (desk.model.asked, desk.carrier.taken) == ([], [])
    assert (await desk.trace(sid)).outcome == "stale"


async def test_too_old_to_be_sent(desk: Desk) -> None:
    """I39: a reply that nobody could send until its text was too old is not sent any more."""
    sid = await desk.text("Hi")
    await desk.work_until_dead("turns.record_reply", after=True)
    await desk.wait_until_free()
    desk.tools = replace(desk.tools, limits=replace(desk.tools.limits, max_answer_age=timedelta(seconds=-(10**9))))
    await desk.work()
    assert desk.carrier.taken == []
    assert ((await desk.trace(sid)).outcome, (await desk.turn(sid))["part:0"]) == ("stale", "withdrawn")
    assert await desk.history() == []


async def test_old_beside_new(desk: Desk) -> None:
    """I39: of texts that waited together, the old one is stale and only the new one is answered."""
    old = await desk.text("Are you open today?")
    long_ago = ("HSET", f"tg:message:{old}", "arrived_ms", "1577836800000")
    await desk.store.connection.execute_command(*long_ago)
    new = await desk.text("And tomorrow?")
    desk.tools = replace(desk.tools, limits=replace(desk.tools.limits, max_answer_age=timedelta(days=365)))
    await desk.work()
    assert desk.model.last_words == ["And tomorrow?"]
    assert [(await desk.trace(sid)).outcome for sid in (old, new)] == ["stale", "answered"]
