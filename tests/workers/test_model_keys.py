"""What a provider thinks of a key, and what a model can't take."""

from datetime import UTC, datetime, timedelta

from gateway.domain.credential import Credential, Health
from gateway.domain.ids import TurnId
from gateway.domain.model_errors import (
    ModelBusy,
    ModelDeclined,
    ModelOverQuota,
    ModelRejectedKey,
    ModelTooLong,
)
from gateway.domain.reply import REFUSAL
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS


async def credential(desk: Desk) -> Credential:
    """Read the customer's BYOK record."""
    found = await desk.store.credentials.find(desk.customer.key.id)
    assert found is not None
    return found


async def test_rejected(desk: Desk) -> None:
    """I42: a 401 marks the record rejected, with a reason its owner can read, and the key then rests."""
    desk.model.answers.append(ModelRejectedKey())
    await desk.text("Hi")
    await desk.work()
    await desk.text("Hi?")
    await desk.work()
    assert len(desk.model.asked) == 1
    told = (await credential(desk)).describe()
    assert (told["health"], "401" in str(told["health_reason"])) == ("rejected", True)


async def test_tried_again(desk: Desk) -> None:
    """Contract §5: five minutes later the next text tries a rejected key again, and success mends the record."""
    long_ago = datetime.now(UTC) - timedelta(minutes=6)
    record = await credential(desk)
    await desk.store.credentials.note_health(record.id, Health.REJECTED, at=long_ago)
    await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [WORDS]
    assert (await credential(desk)).health is Health.OK


async def test_tried_again_by_one(desk: Desk) -> None:
    """Contract 5: of many texts that find a rejected key rested one tries it; the others wait five minutes more."""
    long_ago = datetime.now(UTC) - timedelta(minutes=6)
    record = await credential(desk)
    await desk.store.credentials.note_health(record.id, Health.REJECTED, at=long_ago)
    stale = await credential(desk)
    now = datetime.now(UTC)
    may = [await desk.store.credentials.may_try(stale, now, by=TurnId(f"turn_{number}")) for number in range(5)]
    assert may == [True, False, False, False, False]
    await desk.text("Hi")
    await desk.work()
    assert desk.model.asked == []
    assert (await credential(desk)).checked_at == stale.checked_at
    later = now + timedelta(minutes=6)
    assert await desk.store.credentials.may_try(await credential(desk), later, by=TurnId("turn_later"))


async def test_tried_again_by_whom_a_worker_left(desk: Desk) -> None:
    """Contract 5: the turn whose worker died before it tried a rejected key again still does; then the key rests."""
    record = await credential(desk)
    await desk.store.credentials.note_health(record.id, Health.REJECTED, at=datetime.now(UTC) - timedelta(minutes=6))
    await desk.text("Hi")
    await desk.work_until_dead("credentials.may_try", after=True)
    await desk.wait_until_free()
    desk.model.answers.append(ModelRejectedKey())
    await desk.work()
    assert len(desk.model.asked) == 1
    await desk.text("Hi?")
    await desk.work()
    assert len(desk.model.asked) == 1


async def test_silent_while_rejected(desk: Desk) -> None:
    """Contract 5: a silent provider is not asked again by each text when its rejected key is tried."""
    record = await credential(desk)
    await desk.store.credentials.note_health(record.id, Health.REJECTED, at=datetime.now(UTC) - timedelta(minutes=6))
    desk.model.answers.append(ModelBusy())
    for _ in range(3):
        await desk.text("Hi")
        await desk.work()
    assert len(desk.model.asked) == 1


async def test_last_answer(desk: Desk) -> None:
    """Contract 5: `checked_at` of a key in use is when its provider last took it, to within five minutes."""
    record = await credential(desk)
    await desk.store.credentials.note_health(record.id, Health.OK, at=datetime.now(UTC) - timedelta(hours=1))
    moments = []
    for _ in range(2):
        await desk.text("Hi")
        await desk.work()
        moments.append((await credential(desk)).checked_at)
    assert moments[0] == moments[1]
    assert moments[0]
    assert datetime.now(UTC) - moments[0] < timedelta(minutes=1)


async def test_replaced_meanwhile(desk: Desk) -> None:
    """A verdict on a key that was erased meanwhile brings nothing of it back."""
    record = await credential(desk)
    await desk.store.credentials.clear(desk.customer.key.id)
    await desk.store.credentials.note_health(record.id, Health.REJECTED, at=datetime.now(UTC))
    assert await desk.store.connection.exists(f"tg:credential:{record.id}") == 0


async def test_quota(desk: Desk) -> None:
    """Contract §5: a spent quota is that turn's reason, and leaves the record as it is."""
    desk.model.answers.append(ModelOverQuota())
    sid = await desk.text("Hi")
    await desk.work()
    assert (await desk.turn(sid))["failure"] == "upstream_over_quota"
    assert (await credential(desk)).health is not Health.REJECTED


async def test_too_long(desk: Desk) -> None:
    """I42: a conversation that the model can't take is shortened, and asked once more."""
    for words in ("one", "two", "three"):
        await desk.text(words)
        await desk.work()
    desk.model.answers.append(ModelTooLong())
    await desk.text("four")
    await desk.work()
    long, short = desk.model.asked[-2:]
    assert (len(long.prompt), len(short.prompt)) == (8, 4)
    assert long.prompt[-1] == short.prompt[-1]
    assert desk.carrier.texts[-1] == WORDS


async def test_declined(desk: Desk) -> None:
    """I42: what the model declines is answered with the refusal text, not with an apology."""
    desk.model.answers.append(ModelDeclined())
    sid = await desk.text("Something awful")
    await desk.work()
    assert desk.carrier.texts == [REFUSAL]
    assert (await desk.trace(sid)).outcome == "answered"
