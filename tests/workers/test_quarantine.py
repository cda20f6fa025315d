"""Quarantine: last tries are had in a process of their own, one after the other."""

import asyncio
import json
import sys
from dataclasses import asdict, replace

import pytest

from gateway.adapters.store import Store
from gateway.domain.errors import WorkerLost
from gateway.domain.ids import AccountId, ConversationId
from gateway.domain.turn import Hold
from tests.adapters.texts import a_conversation, hold_of, open_turn, save_texts
from tests.examples import TEXTER, message_sid
from tests.setting_up import set_up_customer
from tests.workers.desk import MAX_TRIES, Desk
from tests.workers.fakes import WORDS
from workers import quarantine
from workers.jobs import Turns
from workers.quarantine import Quarantine


@pytest.fixture(autouse=True)
def _scripted_ward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "COMMAND", (sys.executable, "-m", "tests.workers.ward"))


def _hold(conversation: str) -> Hold:
    return Hold(conversation_id=ConversationId(conversation), account_id=AccountId("acct_1"), token="token")


async def _tried(desk: Desk, times: int) -> None:
    """Have a text waiting whose turn has ended its worker so many times."""
    await desk.text("Hi")
    for _ in range(times):
        await desk.work_until_dead("turns.record_reply", after=False)
        await desk.wait_until_free()


async def test_one_process_for_all_that_wait() -> None:
    """Several conversations are answered by the same process; when nobody needs it any more, it ends."""
    ward = Quarantine()
    first, second = await asyncio.gather(ward.answer(_hold("conv_1")), ward.answer(_hold("conv_2")))
    assert first == second is not None
    assert await ward.answer(_hold("conv_3")) != first


def test_a_hold_arrives_whole() -> None:
    """What is held is the same in both processes, and so is to whom the texter's segments are priced."""
    for texter in (TEXTER, None):
        held = replace(_hold("conv_1"), texter=texter)
        assert quarantine._hold_of(json.loads(quarantine._line(asdict(held)))) == held


async def test_death_is_told() -> None:
    """I40: when the process dies, whoever it was at hears of it; the next is answered by another process."""
    ward = Quarantine()
    died, answered = await asyncio.gather(
        ward.answer(_hold("conv_dies")), ward.answer(_hold("conv_1")), return_exceptions=True
    )
    assert isinstance(died, WorkerLost)
    assert isinstance(answered, str)


async def test_a_blocked_process_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """I35: a process whose loop stands still is given up, and ended."""
    monkeypatch.setattr(quarantine, "_SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(quarantine, "_LEAVING_SECONDS", 0.1)
    with pytest.raises(WorkerLost):
        await Quarantine().answer(_hold("conv_blocks"))


async def test_a_process_that_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarantine that ends before its first word is as one that died."""
    monkeypatch.setattr(quarantine, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(WorkerLost):
        await Quarantine().answer(_hold("conv_1"))


async def test_stopping_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """I36: a worker that is told to stop leaves no process behind."""
    monkeypatch.setattr(quarantine, "_LEAVING_SECONDS", 0.1)
    opened: asyncio.Future[quarantine._Ward] = asyncio.Future()
    open_ward = quarantine._open_ward

    async def opening() -> quarantine._Ward:
        opened.set_result(await open_ward())
        return opened.result()

    monkeypatch.setattr(quarantine, "_open_ward", opening)
    answering = asyncio.create_task(Quarantine().answer(_hold("conv_hangs")))
    process = (await opened)._process
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    assert process.returncode is not None


async def test_only_the_last_try_goes_there(desk: Desk) -> None:
    """I40: a turn that ended its worker once too often is not opened beside others, and asks no model there."""
    await _tried(desk, MAX_TRIES - 1)
    desk.tools = replace(desk.tools, quarantine=Quarantine())
    await desk.work()
    assert len(desk.model.asked) == MAX_TRIES - 1


async def test_the_innocent_is_answered_there(desk: Desk) -> None:
    """I40: a turn that only happened to be beside one that ended its workers is answered at its last try."""
    await _tried(desk, MAX_TRIES - 1)
    await desk.work()
    assert desk.carrier.texts == [WORDS]


async def test_the_sending_has_tries_of_its_own(desk: Desk) -> None:
    """I34, I40: what it took to get a reply is not held against its sending, which goes on where it was left."""
    await _tried(desk, MAX_TRIES - 1)
    for _ in range(MAX_TRIES - 1):
        await desk.work_until_dead("parts.fence", after=False)
        await desk.wait_until_free()
    await desk.work()
    assert desk.carrier.texts == [WORDS]


@pytest.mark.parametrize(
    ("deed", "after", "outcome", "state", "sent"),
    [("parts.fence", False, "failed", "failed", 0), ("parts.fence", True, "unknown", "unknown", 0)],
)
async def test_sending_ends_too(desk: Desk, deed: str, *, after: bool, outcome: str, state: str, sent: int) -> None:
    """I40: a turn whose sending ends each worker is dead at last; what may have gone out is not called unsent."""
    await desk.text("Hi")
    for _ in range(MAX_TRIES):
        await desk.work_until_dead(deed, after=after)
        await desk.wait_until_free()
    await desk.work()
    assert [(turn.outcome, turn.reason) for turn in await desk.store.dead.read_all(limit=9)] == [
        (outcome, "too_many_tries")
    ]
    assert desk.carrier.texts == [WORDS] * sent


async def test_a_stop_before_the_last_try_gives_nothing_back(desk: Desk) -> None:
    """I40: who has not tried a turn can't give a try of it back: it stays a suspect."""
    await _tried(desk, MAX_TRIES - 1)
    opened: asyncio.Event = asyncio.Event()

    class Busy(Quarantine):
        async def answer(self, hold: Hold) -> ConversationId | None:
            del hold
            opened.set()
            return await asyncio.Future()

    desk.tools = replace(desk.tools, quarantine=Busy())
    working = asyncio.create_task(desk.work())
    await opened.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert int((await desk.turn(message_sid(1)))["tries"]) == MAX_TRIES - 1


async def test_forgiveness_has_an_end(store: Store) -> None:
    """I40: a turn whose every try ends as if it were the gateway's fault is not tried for ever."""
    await save_texts(store, a_conversation(await set_up_customer(store)), "Hi")
    tries = []
    for _ in range(25):
        hold = await hold_of(store)
        tries.append((await open_turn(store, hold)).tries)
        await store.holds.drop(hold, forgiven=True)
    assert tries == [1] * 21 + [2, 3, 4, 5]


async def test_a_stop_is_not_the_turns_fault(desk: Desk) -> None:
    """I36, I40: a worker that is told to stop gives the try back, as often as it happens."""
    await desk.text("Hi")
    for _ in range(MAX_TRIES + 1):
        turns, thinking = Turns(desk.tools, most=1), asyncio.Event()

        async def hang(thinking: asyncio.Event = thinking) -> None:
            thinking.set()
            await asyncio.sleep(3600)

        desk.model.interlude = hang
        await turns.begin(desk.conversation_id)
        await thinking.wait()
        await turns.drain(0)
    await desk.work()
    assert desk.carrier.texts == [WORDS]
