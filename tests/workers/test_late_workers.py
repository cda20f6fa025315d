"""A worker that slept while another took over: it may state what happened, and decides nothing any more."""

import pytest

from gateway.domain.errors import CarrierBusy, CarrierUnknown, HoldLost
from gateway.domain.ids import TurnId
from gateway.domain.turn import Hold, PartState, Turn
from tests.examples import LIMITS
from tests.workers.desk import Desk
from workers.doubt import settle
from workers.tools import step


async def take_over(desk: Desk) -> None:
    """Be another worker: find the part absent at Twilio, and begin to send it again."""
    await desk.steal_hold()
    token = await desk.holder()
    hold = Hold(conversation_id=desk.conversation_id, account_id=desk.customer.account.id, token=str(token))
    turn = await desk.store.turns.open(hold, TurnId("turn_unused"), LIMITS, alone=True)
    assert isinstance(turn, Turn)
    await settle(turn, turn.parts[0], PartState.PENDING, desk.tools)
    await desk.store.parts.fence(hold, turn, turn.parts[0], step("part.fenced", part=0))


async def test_a_send_that_came_to_nothing(desk: Desk) -> None:
    """I35, I46: when a late worker's own send came to nothing, the part is still being sent by the other one."""
    sid = await desk.text("Hi")
    desk.carrier.answers.append(CarrierBusy())
    desk.carrier.interlude = lambda: take_over(desk)
    with pytest.raises(HoldLost):
        await desk.work()
    assert (await desk.turn(sid))["part:0"] == PartState.SENDING


async def test_a_look_that_found_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I35, I46: when a late worker has not found the part at Twilio, it is still being sent by the other one."""
    looks = []

    async def look_late(*_: object) -> None:
        looks.append(1)
        if len(looks) == 2:
            await take_over(desk)

    monkeypatch.setattr(desk.store.parts, "find_sid", look_late)
    sid = await desk.text("Hi")
    desk.carrier.answers.append(CarrierUnknown())
    with pytest.raises(HoldLost):
        await desk.work()
    assert (await desk.turn(sid))["part:0"] == PartState.SENDING
