"""Parts whose POST nobody saw end: settled by Twilio's own word, never by a guess."""

from collections.abc import Sequence

import pytest

from gateway.domain.errors import CarrierBusy, CarrierUnknown
from tests.workers.desk import Desk, step_names
from tests.workers.fakes import MOST_TRIES, WORDS, sent_sid
from workers.tools import step

FOUND = f"SM{0xF00D:032x}"


async def ends(desk: Desk, sid: str) -> tuple[str, str]:
    """Read how the first part and the turn of a message ended."""
    return (await desk.turn(sid))["part:0"], (await desk.trace(sid)).outcome


async def test_found_at_twilio(desk: Desk) -> None:
    """I46: a part whose outcome was unknown and that Twilio has is not sent again."""
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.list_shows.append([FOUND])
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [WORDS]
    assert await ends(desk, sid) == ("sent", "answered")
    assert (await desk.turn(sid))["part:0:sid"] == FOUND


async def test_absent_twice(desk: Desk) -> None:
    """I46: a part is sent again only when it was absent at two looks."""
    desk.carrier.answers.append(CarrierUnknown())
    sid = await desk.text("Hi")
    await desk.work()
    assert (desk.carrier.texts, len(desk.carrier.looked_for)) == ([WORDS, WORDS], 2)
    assert await ends(desk, sid) == ("sent", "answered")


async def test_absent_once(desk: Desk) -> None:
    """I46: a list that lags behind does not make a second text."""
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.list_shows.extend([[], [FOUND]])
    sid = await desk.text("Hi")
    await desk.work()
    assert (desk.carrier.texts, len(desk.carrier.looked_for)) == ([WORDS], 2)
    assert await ends(desk, sid) == ("sent", "answered")


async def test_callback_comes_first(desk: Desk) -> None:
    """I51: a receipt that carries our id settles the matter before anybody looks."""

    async def receipt() -> None:
        part = desk.carrier.taken[0]
        told = step("part.receipt", part=0, status="sent")
        await desk.store.parts.note_receipt(part.turn_id, 0, status="sent", sid=FOUND, step=told)

    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.interlude = receipt
    sid = await desk.text("Hi")
    await desk.work()
    assert (desk.carrier.texts, len(desk.carrier.looked_for)) == ([WORDS], 0)
    assert (await desk.turn(sid))["part:0:sid"] == FOUND


async def test_callback_comes_during_the_last_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I46, I51: a part whose receipt comes while Twilio's list is read is not taken for somebody else's."""
    find_foreign = desk.store.parts.find_foreign

    async def look(sids: Sequence[str]) -> set[str]:
        if sids:
            told = step("part.receipt", part=0, status="sent")
            turn_id = desk.carrier.taken[0].turn_id
            await desk.store.parts.note_receipt(turn_id, 0, status="sent", sid=FOUND, step=told)
        return await find_foreign(sids)

    monkeypatch.setattr(desk.store.parts, "find_foreign", look)
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.list_shows.extend([[], [FOUND]])
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [WORDS]
    assert await ends(desk, sid) == ("sent", "answered")


async def test_unknown_to_the_end(desk: Desk) -> None:
    """I46: a part that stays unknown is not sent a third time; its turn waits on the dead list."""
    desk.carrier.answers.extend([CarrierUnknown(), CarrierUnknown()])
    sid = await desk.text("Hi")
    await desk.work()
    assert len(desk.carrier.taken) == 2
    assert await ends(desk, sid) == ("unknown", "unknown")
    assert [turn.turn_id for turn in await desk.store.dead.read_all(limit=9)] == [(await desk.turn(sid))["id"]]


async def test_found_after_the_second_time(desk: Desk) -> None:
    """I46: Twilio is asked after the second time, too: what it has is no doubt any more."""
    desk.carrier.answers.extend([CarrierUnknown(), CarrierUnknown()])
    desk.carrier.list_shows.extend([[], [], [sent_sid(2)]])
    sid = await desk.text("Hi")
    await desk.work()
    assert len(desk.carrier.taken) == 2
    assert await ends(desk, sid) == ("sent", "answered")


async def test_twilio_can_not_say(desk: Desk) -> None:
    """I46: while Twilio can't say, nothing is sent again."""
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.list_shows.extend([CarrierBusy() for _ in range(MOST_TRIES)])
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [WORDS]
    assert await ends(desk, sid) == ("unknown", "unknown")


async def test_same_words_twice(desk: Desk) -> None:
    """A message that is known as another part is not taken for this one, though its words are the same."""
    await desk.text("Hi")
    await desk.work()
    desk.carrier.answers.append(CarrierUnknown())
    sid = await desk.text("Hi again")
    await desk.work()
    assert desk.carrier.texts == [WORDS] * 3
    assert await ends(desk, sid) == ("sent", "answered")


async def test_worker_died_while_sending(desk: Desk) -> None:
    """I33: the next worker asks Twilio what the dead one left between fence and SID."""
    sid = await desk.text("Hi")
    await desk.work_until_dead("parts.settle", after=False)
    await desk.wait_until_free()
    await desk.work()
    assert desk.carrier.texts == [WORDS]
    assert await ends(desk, sid) == ("sent", "answered")
    assert "part.sent" in step_names(await desk.trace(sid))
