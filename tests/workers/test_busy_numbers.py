"""A Twilio that is busy for one account: its parts wait and keep their order, and nobody else's do."""

import asyncio
import time

import pytest
import stamina

from gateway.domain.errors import CarrierBusy
from gateway.domain.ids import derive_conversation_id
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import OutboundPart
from tests.examples import NUMBER, PEPPER, TEXTER
from tests.setting_up import set_up_customer
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS
from tests.workers.parts import TWO_PARTS

OTHER_NUMBER = PhoneNumber("+12025550177")


async def test_other_accounts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I47: while one account's parts are tried again, in order, another account's part is taken at once."""
    other = await set_up_customer(desk.store, name="Other", number=OTHER_NUMBER)
    stamina.set_testing(False)
    calls: list[tuple[str, str, float]] = []
    send, busy = desk.carrier.send, 2

    async def send_or_be_busy(part: OutboundPart) -> str:
        nonlocal busy
        calls.append((part.sender, part.text, time.monotonic()))
        if part.sender == NUMBER and busy:
            busy -= 1
            raise CarrierBusy
        return await send(part)

    monkeypatch.setattr(type(desk.carrier), "send", lambda _, part: send_or_be_busy(part))
    desk.model.answers.append("".join(TWO_PARTS))
    await desk.text("Tell me everything")
    working = asyncio.create_task(desk.work())
    while not calls:
        await desk.store.ping()
    await desk.text("Hi", recipient=OTHER_NUMBER)
    await desk.work(derive_conversation_id(PEPPER, "sms", other.account.id, OTHER_NUMBER, TEXTER))
    others = [moment for sender, _, moment in calls if sender == OTHER_NUMBER]
    await working
    ours = [(text, moment) for sender, text, moment in calls if sender == NUMBER]
    assert [text for text, _ in ours] == [TWO_PARTS[0]] * 3 + [TWO_PARTS[1]]
    assert len(others) == 1
    assert others[0] < ours[2][1]
    assert [text for _, text in desk.carrier.accepted] == [WORDS, *TWO_PARTS]
