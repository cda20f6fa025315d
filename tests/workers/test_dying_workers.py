"""Workers that die: the next one goes on from what was written down."""

import pytest

from gateway.adapters.store import keys
from tests.workers.desk import MAX_TRIES, Desk
from tests.workers.fakes import WORDS, WorkerDied
from tests.workers.parts import THREE_PARTS, part_states

BEFORE, AFTER = False, True


@pytest.mark.parametrize(
    ("deed", "after", "asked", "handed_over", "outcome"),
    [
        pytest.param("turns.open", AFTER, 1, 1, "answered", id="before the model is asked"),
        pytest.param("turns.record_reply", BEFORE, 2, 1, "answered", id="before the reply is recorded"),
        pytest.param("turns.record_reply", AFTER, 1, 1, "answered", id="after the reply is recorded"),
        pytest.param("parts.fence", BEFORE, 1, 1, "answered", id="before the fence"),
        pytest.param("parts.fence", AFTER, 1, 1, "answered", id="after the fence, before the POST"),
        pytest.param("parts.settle", BEFORE, 1, 1, "answered", id="after the POST, before the SID is stored"),
        pytest.param("parts.settle", AFTER, 1, 1, "answered", id="after the SID is stored"),
        pytest.param("turns.close", BEFORE, 1, 1, "answered", id="before the turn is closed"),
        pytest.param("turns.close", AFTER, 1, 1, "answered", id="after the turn is closed"),
    ],
)
async def test_death(desk: Desk, deed: str, *, after: bool, asked: int, handed_over: int, outcome: str) -> None:
    """I33, I34, I46: wherever a worker dies, the next one ends the turn: one question, at most one text."""
    sid = await desk.text("Hi")
    await desk.work_until_dead(deed, after=after)
    await desk.wait_until_free()
    await desk.work()
    assert (len(desk.model.asked), desk.carrier.texts) == (asked, [WORDS] * handed_over)
    assert (await desk.trace(sid)).outcome == outcome
    assert await part_states(desk, sid) == ["sent" if outcome == "answered" else "unknown"]
    assert [said for said in await desk.history() if said[0] == "user"] == [("user", "Hi")]


@pytest.mark.parametrize(
    ("deed", "after", "texts", "states"),
    [
        pytest.param("parts.fence", BEFORE, THREE_PARTS, ["sent", "sent", "sent"], id="before its fence"),
        pytest.param("parts.fence", AFTER, THREE_PARTS, ["sent", "sent", "sent"], id="after its fence"),
        pytest.param("parts.settle", BEFORE, THREE_PARTS, ["sent", "sent", "sent"], id="after its POST"),
        pytest.param("parts.settle", AFTER, THREE_PARTS, ["sent", "sent", "sent"], id="after its SID"),
    ],
)
async def test_death_at_part_two(desk: Desk, deed: str, *, after: bool, texts: tuple[str], states: list[str]) -> None:
    """I50: a worker that dies at part 2 of 3 leaves part 1 sent once; part 2 is never sent a second time."""
    desk.model.answers.append("".join(THREE_PARTS))
    sid = await desk.text("Hi")
    await desk.work_until_dead(deed, after=after, calls=2)
    await desk.wait_until_free()
    await desk.work()
    assert desk.carrier.texts == list(texts)
    assert await part_states(desk, sid) == states


async def test_what_came_meanwhile(desk: Desk) -> None:
    """A resumed turn answers what it was opened for; what came since is the next turn."""
    await desk.text("First")
    await desk.work_until_dead("turns.record_reply", after=AFTER)
    await desk.text("Second")
    await desk.wait_until_free()
    await desk.work()
    assert desk.model.last_words == ["First", "Second"]
    assert desk.carrier.texts == [WORDS, WORDS]


async def test_stop_while_nobody_works(desk: Desk) -> None:
    """A STOP between a worker's death and the next worker's fence wins over the recorded reply."""
    sid = await desk.text("Hi")
    await desk.work_until_dead("parts.fence", after=BEFORE)
    await desk.text("STOP")
    await desk.wait_until_free()
    await desk.work()
    assert desk.carrier.taken == []
    assert (await desk.trace(sid)).outcome == "opted_out"


async def test_poison(desk: Desk) -> None:
    """I40: a turn that kills every worker is given up after MAX_TRIES, and the next text is answered."""
    sid = await desk.text("Hi")
    for _ in range(MAX_TRIES):
        await desk.work_until_dead("turns.record_reply", after=BEFORE)
        await desk.wait_until_free()
    await desk.work()
    assert len(desk.model.asked) == MAX_TRIES
    assert desk.carrier.taken == []
    assert ((await desk.trace(sid)).outcome, (await desk.turn(sid))["failure"]) == ("failed", "too_many_tries")
    await desk.text("Hello?")
    await desk.work()
    assert desk.carrier.texts == [WORDS]


async def test_silent_death(desk: Desk) -> None:
    """I33: a worker that could not even let go keeps the conversation only as long as its hold lives."""
    sid = await desk.text("Hi")

    async def die() -> None:
        await desk.store.connection.delete(keys.hold(desk.conversation_id))  # the hold ran out
        raise WorkerDied

    desk.model.interlude = die
    with pytest.raises(WorkerDied):
        await desk.work()
    await desk.work()
    assert desk.carrier.texts == [WORDS]
    assert (await desk.trace(sid)).outcome == "answered"


async def test_hold_lives_for_seconds(desk: Desk) -> None:
    """I33: the hold of a worker at work ends by itself within 20 s of its death."""
    lives: list[int] = []

    async def look() -> None:
        lives.append(await desk.store.connection.pttl(keys.hold(desk.conversation_id)))

    desk.model.interlude = look
    await desk.text("Hi")
    await desk.work()
    assert 0 < lives[0] <= 20_000
