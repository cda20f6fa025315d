"""Codes of Twilio's that concern more than one texter become a notice, whichever way they come."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from gateway.domain.errors import CarrierRefused
from gateway.domain.ids import MessageId, derive_conversation_id
from gateway.domain.notice import NoticeKind
from gateway.domain.phone import PhoneNumber, mask_phone
from gateway.domain.receipt import Receipt
from gateway.domain.trace import Step
from gateway.flows.numbers import bind_number
from gateway.flows.receipts import receive_receipt
from tests.examples import NOW, NUMBER, PEPPER, TEXTER
from tests.workers.desk import Desk

OTHER_NUMBER = PhoneNumber("+12025550177")
ALERTS = (30034, 30007, 30024, 21408, 21612, 30450, 14107)


async def _alerts(desk: Desk) -> list[tuple[str, str | None, str]]:
    posted, _ = await desk.store.notices.read_all(limit=100, cursor=None)
    alerts = [each.notice for each in posted if each.notice.kind is NoticeKind.CARRIER_ALERT]
    return [(notice.reason, notice.number, notice.next_step) for notice in alerts]


async def _refuse(desk: Desk, code: int, *, number: str = NUMBER) -> None:
    desk.carrier.answers.append(CarrierRefused(twilio_code=code))
    await desk.text("Hi", recipient=number)
    await desk.work(derive_conversation_id(PEPPER, "sms", desk.customer.account.id, number, TEXTER))


async def _tell(desk: Desk, turn_id: str, code: int) -> None:
    step = Step(at=datetime.now(UTC), name="part.receipt", details={"part": 0, "status": "undelivered"})
    sid = MessageId("SM" + "7" * 32)
    receipt = Receipt(turn_id=turn_id, part=0, status="undelivered", sid=sid, error_code=str(code))
    await receive_receipt(receipt, step, store=desk.store)


@pytest.mark.parametrize("code", ALERTS)
async def test_refused_at_once(desk: Desk, code: int) -> None:
    """I48: a POST that is refused with such a code is told once an hour, with our number, masked in logs (I61)."""
    with capture_logs() as logs:
        await _refuse(desk, code)
        await _refuse(desk, code)
    ((reason, number, next_step),) = await _alerts(desk)
    assert (reason, number) == (str(code), NUMBER)
    (line,) = [line for line in logs if line["event"] == "twilio.alert"]
    assert (line["log_level"], line["number"], line["twilio_code"], line["next"]) == (
        *("warning", mask_phone(NUMBER), code),
        next_step,
    )
    assert not any(phone in str(line) for phone in (TEXTER, NUMBER))


@pytest.mark.parametrize("code", ALERTS)
async def test_told_by_a_receipt(desk: Desk, code: int) -> None:
    """I51: a receipt with such a code is told alike, once with the refusal that came before it."""
    sid = await desk.text("Hi")
    await desk.work()
    turn_id = (await desk.turn(sid))["id"]
    for _ in range(2):
        await _tell(desk, turn_id, code)
    told = await _alerts(desk)
    await _refuse(desk, code)
    assert await _alerts(desk) == told
    assert [(reason, number) for reason, number, _ in told] == [(str(code), NUMBER)]


async def test_each_number_and_code(desk: Desk) -> None:
    """The hour of silence is that of a number and a code: another of either is told at once."""
    await bind_number(OTHER_NUMBER, desk.customer.agent.id, store=desk.store, now=NOW)
    for number, code in ((NUMBER, 30034), (OTHER_NUMBER, 30034), (NUMBER, 30007)):
        await _refuse(desk, code, number=number)
    told = [(reason, number) for reason, number, _ in await _alerts(desk)]
    assert sorted(told) == sorted([("30034", NUMBER), ("30034", OTHER_NUMBER), ("30007", NUMBER)])


@pytest.mark.parametrize("code", [21211, 30003, 30005, 30008, 39999])
async def test_one_texter_alone(desk: Desk, code: int) -> None:
    """I48: what concerns one phone is in its trace, and no news to the operator."""
    sid = await desk.text("Hi")
    await desk.work()
    await _tell(desk, (await desk.turn(sid))["id"], code)
    await _refuse(desk, code)
    assert await _alerts(desk) == []


async def test_a_receipt_of_nothing(desk: Desk) -> None:
    """I51: whoever signs a receipt for a turn that is not ours raises no alarm."""
    await _tell(desk, "turn_unknown", 30034)
    assert await _alerts(desk) == []
