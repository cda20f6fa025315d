"""The jobs: a wake-up that does no harm, and the sweep that finds what was forgotten."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store, keys, open_store
from gateway.dev.valkey import find_free_port
from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret
from tests.examples import FOREVER
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS, Interlude, WorkerDied
from workers.jobs import Turns, answer, erase_old, keep_doing, sweep, wake_conversation
from workers.tools import Tools


async def queued(store: Store) -> list[str]:
    """Read the ids of the queued jobs."""
    return list(await store.connection.zrange(QUEUE, 0, -1))


async def forget(desk: Desk) -> None:
    """Lose every queued wake-up, and let what waits grow old."""
    await desk.store.connection.delete(QUEUE, *(f"arq:job:{job}" for job in await queued(desk.store)))
    await desk.store.connection.zadd(keys.SEATED, {desk.conversation_id: 0})


async def test_wake_up(desk: Desk) -> None:
    """A wake-up answers what waits; repeated, it does nothing."""
    await desk.text("Hi")
    for _ in range(3):
        turns = Turns(desk.tools, most=5)
        await wake_conversation({"turns": turns}, desk.conversation_id)
        await turns.drain(5)
    assert desk.carrier.texts == [WORDS]


@pytest.mark.parametrize("junk", ["", "conv_", "conv_" + "g" * 32, "agt_" + "0" * 32, "*", 7, None, ["conv"]])
async def test_junk(desk: Desk, junk: Any) -> None:
    """I65: a job that names no conversation is refused before anything is asked of Redis."""
    with capture_logs() as logs:
        await wake_conversation({"turns": Turns(desk.tools, most=5)}, junk)
    assert [line["event"] for line in logs] == ["job.refused"]
    assert await desk.store.connection.keys("tg:hold:*") == []


async def test_hold_lost(desk: Desk) -> None:
    """I35: a lost hold ends the job without noise: whoever has it goes on."""
    desk.model.interlude = desk.steal_hold
    await desk.text("Hi")
    with capture_logs() as logs:
        await answer(desk.conversation_id, desk.tools)
    assert [(line["event"], line["reason"]) for line in logs] == [("turn.interrupted", "hold_lost")]


async def test_redis_down(desk: Desk) -> None:
    """A Redis that went away ends a job without noise: what waits is safe there."""
    gone = open_store(Secret(f"redis://127.0.0.1:{find_free_port()}/0"))
    tools = replace(desk.tools, store=gone)
    with capture_logs() as logs:
        await answer(desk.conversation_id, tools)
    await gone.close()
    assert [line["event"] for line in logs] == ["turn.interrupted"]


async def test_surprise(desk: Desk) -> None:
    """What nobody foresaw ends one job, not the worker; the turn stays open and is tried again."""
    desk.model.answers.append(ZeroDivisionError("canary"))
    await desk.text("Hi")
    with capture_logs() as logs:
        await answer(desk.conversation_id, desk.tools)
    assert [line["event"] for line in logs] == ["turn.failed"]
    await desk.wait_until_free()
    await answer(desk.conversation_id, desk.tools)
    assert desk.carrier.texts == [WORDS]


async def test_death_is_not_swallowed(desk: Desk) -> None:
    """A job that is being ended is ended: only errors are caught at this edge."""

    async def die() -> None:
        raise WorkerDied

    desk.model.interlude = die
    await desk.text("Hi")
    with pytest.raises(WorkerDied):
        await answer(desk.conversation_id, desk.tools)


async def test_forgotten_conversation(desk: Desk) -> None:
    """I3: a conversation whose wake-up was lost is woken by the sweep, once, by a job that holds its id alone."""
    await desk.text("Hi")
    await forget(desk)
    for _ in range(3):
        await sweep(desk.tools)
    (job_id,) = await queued(desk.store)
    job = json.loads(await desk.store.connection.get(f"arq:job:{job_id}") or "{}")
    assert (job["f"], job["a"], job["k"]) == ("wake_conversation", [desk.conversation_id], {})


async def test_nothing_forgotten(desk: Desk) -> None:
    """The sweep leaves alone what has just come, and what was answered."""
    await desk.text("Hi")
    await desk.store.connection.delete(QUEUE)
    await sweep(desk.tools)
    await desk.work()
    await sweep(desk.tools)
    assert await queued(desk.store) == []
    assert await desk.store.connection.exists(keys.WAITING, keys.SEATED) == 0


def _thinking(called: asyncio.Event, gate: asyncio.Event) -> Interlude:
    async def think() -> None:
        called.set()
        await gate.wait()

    return think


async def test_so_many_at_once(desk: Desk) -> None:
    """A worker that is at as many conversations as it may be begins the next one when one has ended."""
    turns, called, gate = Turns(desk.tools, most=1), asyncio.Event(), asyncio.Event()
    desk.model.interlude = _thinking(called, gate)
    await desk.text("Hi")
    _, api_conversation = await desk.ask("Hi over the API")
    await turns.begin(desk.conversation_id)
    second = asyncio.create_task(turns.begin(api_conversation))
    await called.wait()
    assert not second.done()
    gate.set()
    await second
    await turns.drain(5)
    assert sorted(desk.model.last_words) == ["Hi", "Hi over the API"]


async def test_drained(desk: Desk) -> None:
    """I36: what has not ended in time is cancelled and left to the next sweep."""
    turns, called = Turns(desk.tools, most=5), asyncio.Event()
    desk.model.interlude = _thinking(called, asyncio.Event())
    await desk.text("Hi")
    await turns.begin(desk.conversation_id)
    await called.wait()
    await turns.drain(0)
    assert await desk.holder() is None
    assert await desk.store.seating.sweep() == 1


async def test_chores_go_on(desk: Desk) -> None:
    """I38: neither an absent Redis nor a surprise ends a worker's chores."""
    troubles, done = [StoreDown(), ZeroDivisionError("canary")], asyncio.Event()

    async def clean_up(_tools: Tools) -> None:
        if troubles:
            raise troubles.pop(0)
        done.set()

    with capture_logs() as logs:
        chore = asyncio.create_task(keep_doing(clean_up, desk.tools, seconds=0))
        await asyncio.wait_for(done.wait(), 5)
    chore.cancel()
    assert [line["event"] for line in logs] == ["chore.skipped", "chore.failed"]


async def test_old_things_go(desk: Desk) -> None:
    """I70: a worker erases what is older than the operator keeps it, and notes how much memory is used."""
    await desk.text("Hi")
    await desk.work()
    await erase_old(replace(desk.tools, retention=replace(FOREVER, texts=timedelta(0), traces=timedelta(0))))
    assert await desk.history() == []
    assert await desk.store.connection.zcard(keys.MEMORY) == 1
