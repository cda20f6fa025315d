"""Sending: each part fenced, handed over once, and its fate written down."""

import asyncio
import time
from typing import Any

import pytest

from gateway.domain.errors import (
    CarrierBusy,
    CarrierRefused,
    CarrierUnknown,
    Failed,
    OptedOut,
)
from gateway.domain.turn import FENCE_SECONDS
from tests.workers.desk import Desk, step_names
from tests.workers.fakes import WORDS, sent_sid
from tests.workers.parts import THREE_PARTS, TWO_PARTS, part_states


async def test_long_reply(desk: Desk) -> None:
    """A reply over 1,600 characters goes out in parts, in order, each with its own SID."""
    desk.model.answers.append("".join(THREE_PARTS))
    sid = await desk.text("Tell me everything")
    await desk.work()
    assert desk.carrier.texts == list(THREE_PARTS)
    turn = await desk.turn(sid)
    assert [turn[f"part:{index}:sid"] for index in range(3)] == [sent_sid(number) for number in (1, 2, 3)]
    assert {part.turn_id for part in desk.carrier.taken} == {turn["id"]}
    assert [part.index for part in desk.carrier.taken] == [0, 1, 2]


@pytest.mark.parametrize(
    ("failure", "states", "outcome", "detail"),
    [
        (OptedOut(), ["cancelled", "cancelled"], "opted_out", {"reason": "opted out"}),
        (CarrierRefused(twilio_code=21211), ["failed", "pending"], "failed", {"twilio_code": 21211}),
    ],
    ids=["opted out", "refused"],
)
async def test_final_answers(
    desk: Desk, failure: Failed, states: list[str], outcome: str, detail: dict[str, Any]
) -> None:
    """I48: what Twilio refuses for good is tried once; the rest stays here."""
    desk.model.answers.append("".join(TWO_PARTS))
    desk.carrier.answers.append(failure)
    sid = await desk.text("Hi")
    await desk.work()
    await desk.work()
    assert desk.carrier.texts == [TWO_PARTS[0]]
    assert await part_states(desk, sid) == states
    trace = await desk.trace(sid)
    assert trace.outcome == outcome
    assert next(step.details for step in trace.steps if step.name == f"part.{states[0]}") == {"part": 0, **detail}


async def test_unknown_at_part_two(desk: Desk) -> None:
    """I50: a failure at part 2 of 3 sends neither part 1 again nor part 3 out of place."""
    desk.model.answers.append("".join(THREE_PARTS))
    desk.carrier.answers.extend([sent_sid(1), CarrierUnknown(), CarrierUnknown()])
    sid = await desk.text("Hi")
    await desk.work()
    await desk.work()
    assert desk.carrier.texts == [THREE_PARTS[0], THREE_PARTS[1], THREE_PARTS[1]]
    assert await part_states(desk, sid) == ["sent", "unknown", "pending"]
    said = "\n".join(THREE_PARTS[:2])
    assert await desk.history() == [("user", "Hi"), ("assistant", said)]  # what may have reached the texter


async def test_busy(desk: Desk) -> None:
    """I47: a busy Twilio is asked again, behind a fresh fence each time, and the part is taken once."""
    desk.carrier.answers.extend([CarrierBusy(), CarrierBusy()])
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [WORDS] * 3
    fences = [part.not_after for part in desk.carrier.taken]
    assert fences == sorted(set(fences))
    names = step_names(await desk.trace(sid))
    assert [name for name in names if name.startswith("part.")] == [
        *("part.fenced", "part.pending") * 2,
        *("part.fenced", "part.sent"),
    ]
    assert await part_states(desk, sid) == ["sent"]


async def test_busy_at_part_two(desk: Desk) -> None:
    """I50: trying part 2 again does not send part 1 again."""
    desk.model.answers.append("".join(TWO_PARTS))
    desk.carrier.answers.extend([sent_sid(1), CarrierBusy()])
    await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [TWO_PARTS[0], TWO_PARTS[1], TWO_PARTS[1]]


async def test_busy_for_good(desk: Desk) -> None:
    """I47: the trying ends; a part that Twilio never took has failed, and the turn is closed."""
    desk.carrier.answers.extend([CarrierBusy()] * 50)
    sid = await desk.text("Hi")
    await desk.work()
    assert 1 < len(desk.carrier.taken) <= 5
    assert await part_states(desk, sid) == ["failed"]
    assert (await desk.trace(sid)).outcome == "failed"


async def test_fence_begins_before_the_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that the fence itself takes counts: a part leaves within 2 s of the last look at consent."""
    fence, looked = desk.store.parts.fence, []

    async def slow_fence(*args: Any) -> Any:
        looked.append(time.monotonic())
        passage = await fence(*args)
        await asyncio.sleep(0.05)
        return passage

    monkeypatch.setattr(desk.store.parts, "fence", slow_fence)
    await desk.text("Hi")
    await desk.work()
    assert desk.carrier.taken[0].not_after <= looked[0] + FENCE_SECONDS


async def test_hold_lost_while_thinking(desk: Desk) -> None:
    """I35: a worker that lost its conversation while the model thought writes nothing and sends nothing."""
    desk.model.interlude = desk.steal_hold
    sid = await desk.text("Hi")
    with pytest.raises(Failed, match="Another worker"):
        await desk.work()
    assert desk.carrier.taken == []
    assert "parts" not in await desk.turn(sid)
    assert await desk.holder() == "another worker's token"
    assert (await desk.trace(sid)).outcome == "admitted"


async def test_hold_lost_while_sending(desk: Desk) -> None:
    """I35: a worker that lost its conversation in a POST stores that fact, and sends no further part."""
    desk.model.answers.append("".join(TWO_PARTS))
    desk.carrier.interlude = desk.steal_hold
    sid = await desk.text("Hi")
    with pytest.raises(Failed, match="Another worker"):
        await desk.work()
    assert desk.carrier.texts == [TWO_PARTS[0]]
    assert await part_states(desk, sid) == ["sent", "pending"]
    assert await desk.holder() == "another worker's token"


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        (sent_sid(1), "sent", "answered"),
        (CarrierRefused(twilio_code=30006), "failed", "failed"),
        (OptedOut(), "cancelled", "opted_out"),
    ],
    ids=["taken", "refused", "out"],
)
async def test_cancelled_in_a_post(desk: Desk, answer: str | Exception, state: str, outcome: str) -> None:
    """I36, I48: a worker told to stop in the middle of a POST stores what Twilio said before it goes."""
    desk.carrier.answers.append(answer)
    posting, finish = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        posting.set()
        await finish.wait()

    desk.carrier.interlude = wait
    sid = await desk.text("Hi")
    working = asyncio.create_task(desk.work())
    await asyncio.wait_for(posting.wait(), 5)
    working.cancel()
    await asyncio.wait([working], timeout=0.05)
    assert not working.done()
    finish.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert (await desk.turn(sid))["part:0"] == state
    assert (await desk.turn(sid)).get("part:0:sid") == (answer if isinstance(answer, str) else None)
    await desk.wait_until_free()
    await desk.work()
    assert len(desk.carrier.taken) == 1
    assert (await desk.trace(sid)).outcome == outcome


async def test_cancelled_while_thinking(desk: Desk) -> None:
    """A worker told to stop while the model thinks lets go at once, and the next one answers."""
    thinking = asyncio.Event()

    async def wait() -> None:
        thinking.set()
        await asyncio.Event().wait()

    desk.model.interlude = wait
    await desk.text("Hi")
    working = asyncio.create_task(desk.work())
    await asyncio.wait_for(thinking.wait(), 5)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await desk.wait_until_free()
    await desk.work()
    assert desk.carrier.texts == [WORDS]
