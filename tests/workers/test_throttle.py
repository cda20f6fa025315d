"""A worker waits for its number's rate, before the fence: whatever happens meanwhile counts."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from gateway.domain.errors import CarrierBusy, CarrierUnknown
from gateway.domain.ids import derive_conversation_id
from gateway.domain.phone import PhoneNumber, mask_phone
from gateway.domain.throttle import Rates
from gateway.domain.turn import FENCE_SECONDS, OutboundPart
from gateway.flows.numbers import bind_number
from tests.examples import LIMITS, NOW, NUMBER, PEPPER, TEXTER
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS
from tests.workers.parts import THREE_PARTS, part_states

TEN = Rates(long=10)
_MILLISECOND = 0.001
"""As finely as Redis's clock is read."""
TEXTERS = [PhoneNumber(f"+1202555010{digit}") for digit in range(4)]


@pytest.fixture
def throttled(desk: Desk) -> Desk:
    """A desk whose number sends ten segments a second."""
    desk.tools = replace(desk.tools, rates=TEN)
    return desk


async def _occupy(desk: Desk, segments: int) -> None:
    assert await desk.store.throttle.reserve(NUMBER, {0: segments}, TEN, patience=100) == {0: 0}


def _fenced_since(began: float, parts: list[OutboundPart]) -> list[float]:
    """Tell how long after a moment parts were fenced, which is when their two seconds began."""
    return sorted(part.not_after - FENCE_SECONDS - began for part in parts)


async def test_replies_of_one_number(throttled: Desk) -> None:
    """Replies to several people leave one number no faster than its rate, whoever is answered first."""
    for texter in TEXTERS:
        await throttled.text("Hi", sender=texter)
    account = throttled.customer.account.id
    talks = [derive_conversation_id(PEPPER, "sms", account, NUMBER, texter) for texter in TEXTERS]
    began = time.monotonic()
    await asyncio.gather(*map(throttled.work, talks))
    assert throttled.carrier.texts == [WORDS] * 4
    for place, moment in enumerate(_fenced_since(began, throttled.carrier.taken)):
        assert moment >= place * 0.1 - _MILLISECOND


async def test_parts_of_a_reply(throttled: Desk) -> None:
    """I49: each part waits until the segments before it are paid for, and they stay in order."""
    throttled.model.answers.append("".join(THREE_PARTS))
    await throttled.text("Tell me everything")
    began = time.monotonic()
    await throttled.work()
    assert throttled.carrier.texts == list(THREE_PARTS)
    for place, moment in enumerate(_fenced_since(began, throttled.carrier.taken)):
        assert moment >= place * 1.1 - _MILLISECOND  # 1,600 letters are eleven segments


@pytest.mark.parametrize("trouble", [CarrierBusy(), CarrierUnknown()], ids=["busy", "in doubt"])
async def test_parts_behind_one_that_left_late(
    throttled: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """I49: when a part had to be sent again, those behind it keep their distance, and their order."""
    monkeypatch.setattr("workers.doubt.FENCE_SECONDS", 0)
    monkeypatch.setattr("workers.doubt.POST_SECONDS", 0)
    monkeypatch.setattr("workers.doubt.SECOND_LOOK_SECONDS", 1.5)
    throttled.carrier.answers.append(trouble)
    throttled.carrier.interlude = partial(asyncio.sleep, 1.5)
    throttled.model.answers.append("".join(THREE_PARTS))
    await throttled.text("Tell me everything")
    await throttled.work()
    assert throttled.carrier.texts == [THREE_PARTS[0], *THREE_PARTS]
    moments = [part.not_after for part in throttled.carrier.taken]
    for before, after in pairwise(moments[1:]):
        assert after - before >= 1.1 - _MILLISECOND


async def test_stop_while_waiting(throttled: Desk) -> None:
    """I19: who opts out while a part waits for its number's turn gets nothing any more."""
    await _occupy(throttled, 10)
    sid = await throttled.text("Hi")
    working = await _start(throttled)
    await throttled.text("STOP")
    await working
    assert throttled.carrier.taken == []
    assert (await throttled.trace(sid)).outcome == "opted_out"


async def test_too_old_after_the_wait(throttled: Desk) -> None:
    """I39: what would leave when its text is too old is not waited for: it is stale at once, and reserves nothing."""
    throttled.tools = replace(throttled.tools, limits=replace(LIMITS, max_answer_age=timedelta(seconds=5)))
    await _occupy(throttled, 600)
    sid = await throttled.text("Hi")
    with capture_logs() as logs:
        async with asyncio.timeout(3):
            await throttled.work()
    assert throttled.carrier.taken == []
    assert [line["number"] for line in logs if line["event"] == "reply.too_late"] == [mask_phone(NUMBER)]
    assert await part_states(throttled, sid) == ["withdrawn"]
    assert (await throttled.trace(sid)).outcome == "stale"


async def test_cut_off_while_waiting(throttled: Desk) -> None:
    """I36: a worker that is cut off while a part waits has sent nothing; whoever comes next sends it, once."""
    await _occupy(throttled, 10)
    await throttled.text("Hi")
    working = await _start(throttled)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await throttled.wait_until_free()
    before = await _reserved(throttled)
    await throttled.store.seating.sweep()
    await throttled.work()
    assert throttled.carrier.texts == [WORDS]
    assert len(throttled.model.asked) == 1
    assert await _reserved(throttled) == before, "the number's time is not taken up twice"


async def test_hold_is_kept_while_waiting(throttled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I35: the hold is renewed while a part waits, so that nobody else takes the conversation meanwhile."""
    monkeypatch.setattr("workers.answer._HEARTBEAT_SECONDS", 0.02)
    renewed = []
    renew = throttled.store.holds.renew

    async def count(hold: object) -> None:
        renewed.append(hold)
        await renew(hold)  # type: ignore[arg-type]

    monkeypatch.setattr(throttled.store.holds, "renew", count)
    await _occupy(throttled, 5)
    await throttled.text("Hi")
    await throttled.work()
    assert throttled.carrier.texts == [WORDS]
    assert len(renewed) > 3


async def test_another_number(throttled: Desk) -> None:
    """A number that is busy slows no other one, also not of the same agent."""
    other = PhoneNumber("+12025550177")
    await bind_number(other, throttled.customer.agent.id, store=throttled.store, now=NOW)
    await _occupy(throttled, 900)
    await throttled.text("Hi", recipient=other)
    async with asyncio.timeout(5):
        await throttled.work(derive_conversation_id(PEPPER, "sms", throttled.customer.account.id, other, TEXTER))
    assert throttled.carrier.texts == [WORDS]


async def _start(desk: Desk) -> "asyncio.Task[None]":
    """Have a worker begin, and wait until what it has to send waits for the number."""
    before = await _reserved(desk)
    working = asyncio.create_task(desk.work())
    async with asyncio.timeout(5):
        while await _reserved(desk) == before:
            await desk.store.ping()
    return working


async def _reserved(desk: Desk) -> str | None:
    return await desk.store.connection.read_field(f"tg:throttle:{NUMBER}", "free_ms")
