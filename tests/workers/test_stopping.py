"""What keeps a reply from being sent: a STOP, a doubt, a number that is gone, Twilio's own block."""

from gateway.domain.errors import CarrierBusy, OptedOut
from tests.examples import NUMBER, TEXTER, TEXTER_HASH
from tests.workers.desk import Desk
from tests.workers.parts import THREE_PARTS, TWO_PARTS, part_states


async def test_stop_while_the_model_thinks(desk: Desk) -> None:
    """A STOP that was taken before the fence wins: nothing is sent, and the history keeps nothing of it."""
    desk.model.interlude = lambda: desk.text("STOP")
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.taken == []
    assert await part_states(desk, sid) == ["cancelled"]
    assert (await desk.trace(sid)).outcome == "opted_out"
    assert await desk.history() == []


async def test_stop_between_parts(desk: Desk) -> None:
    """A STOP between two parts keeps the second one here."""
    desk.model.answers.append("".join(TWO_PARTS))
    desk.carrier.interlude = lambda: desk.text("STOP")
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [TWO_PARTS[0]]
    assert await part_states(desk, sid) == ["sent", "cancelled"]


async def test_stop_with_parts_queued(desk: Desk) -> None:
    """I19: a STOP cancels every part that has not left, each with its reason; a START then brings none of them back."""
    desk.model.answers.append("".join(THREE_PARTS))
    desk.carrier.interlude = lambda: desk.text("STOP")
    sid = await desk.text("Hi")
    await desk.work()
    assert await part_states(desk, sid) == ["sent", "cancelled", "cancelled"]
    cancelled = [step.details for step in (await desk.trace(sid)).steps if step.name == "part.cancelled"]
    assert cancelled == [{"part": part, "reason": "opted out"} for part in (1, 2)]
    await desk.text("START")
    await desk.work()
    assert desk.carrier.texts == [THREE_PARTS[0]]


async def test_stop_between_tries(desk: Desk) -> None:
    """Consent is asked again for every try: a STOP while Twilio is busy ends the trying."""
    desk.carrier.answers.append(CarrierBusy())
    desk.carrier.interlude = lambda: desk.text("STOP")
    sid = await desk.text("Hi")
    await desk.work()
    assert len(desk.carrier.taken) == 1
    assert (await desk.trace(sid)).outcome == "opted_out"


async def test_stop_before_the_turn(desk: Desk) -> None:
    """Who is out when the worker comes is not even thought about: the model is not asked."""
    sid = await desk.text("Hi")
    await desk.text("STOP")
    await desk.work()
    assert (desk.model.asked, desk.carrier.taken) == ([], [])
    assert (await desk.trace(sid)).outcome == "opted_out"


async def test_number_released_while_the_model_thinks(desk: Desk) -> None:
    """A number that was released before the fence sends nothing any more."""
    desk.model.interlude = lambda: desk.store.numbers.release(NUMBER)
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.taken == []
    assert await part_states(desk, sid) == ["withdrawn"]
    assert (await desk.trace(sid)).outcome == "stale"


async def test_twilios_block_is_an_opt_out(desk: Desk) -> None:
    """I26: what Twilio refuses with 21610 puts the texter out in our ledger, too, and the next text meets silence."""
    desk.carrier.answers.append(OptedOut())
    await desk.text("Hi")
    await desk.work()
    rows = await desk.store.consents.read_history(NUMBER, TEXTER_HASH)
    assert [(row.state, row.source) for row in rows] == [("unset", "first-text"), ("out", "21610")]
    sid = await desk.text("Hello?")
    assert (await desk.trace(sid)).steps[0].details == {"reason": "opted out"}


async def test_twilios_block_is_older_than_a_start(desk: Desk) -> None:
    """I25, I26: who opts in while Twilio refuses a part with 21610 stays in: START has lifted that block."""
    desk.carrier.answers.append(OptedOut())
    desk.carrier.interlude = lambda: desk.text("START")
    await desk.text("Hi")
    await desk.work()
    rows = await desk.store.consents.read_history(NUMBER, TEXTER_HASH)
    assert [(row.state, row.source) for row in rows] == [("unset", "first-text"), ("in", "keyword")]


async def test_consent_of_another_texter(desk: Desk) -> None:
    """A STOP is one texter's: what another one said to the same number doesn't matter."""
    await desk.text("STOP", sender="+12025550100")
    await desk.text("Hi")
    await desk.work()
    assert [part.recipient for part in desk.carrier.taken] == [TEXTER]


async def test_a_doubt_between_parts(desk: Desk) -> None:
    """I22: while the texter is asked whether they opt out, no further part leaves; what they got is remembered."""
    desk.model.answers.append("".join(TWO_PARTS))
    desk.carrier.interlude = lambda: desk.text("wrong number")
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [TWO_PARTS[0]]
    assert await part_states(desk, sid) == ["sent", "withdrawn"]
    assert [role for role, _ in await desk.history()] == ["user", "assistant"]
    await desk.text("no, go on")
    await desk.work()
    assert len(desk.carrier.texts) == 2
