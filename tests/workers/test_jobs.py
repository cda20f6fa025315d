"""The jobs: a wake-up that does no harm, and the sweep that finds what was forgotten."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store, keys, open_store, waiting
from gateway.dev.valkey import find_free_port
from gateway.domain.secret import Secret
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS, WorkerDied
from workers.jobs import sweep, wake_conversation


def context(desk: Desk) -> dict[str, Any]:
    """What arq hands to a job."""
    return {"tools": desk.tools}


async def queued(store: Store) -> list[str]:
    """Read the ids of the queued jobs."""
    return list(await store.connection.zrange(QUEUE, 0, -1))


async def forget(desk: Desk) -> None:
    """Lose every queued wake-up, and let what waits grow old."""
    await desk.store.connection.delete(QUEUE, *(f"arq:job:{job}" for job in await queued(desk.store)))
    await desk.store.connection.zadd(keys.WAITING, {desk.conversation_id: 0})


async def test_wake_up(desk: Desk) -> None:
    """A wake-up answers what waits; repeated, it does nothing."""
    await desk.text("Hi")
    for _ in range(3):
        await wake_conversation(context(desk), desk.conversation_id)
    assert desk.carrier.texts == [WORDS]


@pytest.mark.parametrize("junk", ["", "conv_", "conv_" + "g" * 32, "agt_" + "0" * 32, "*", 7, None, ["conv"]])
async def test_junk(desk: Desk, junk: Any) -> None:
    """I65: a job that names no conversation is refused before anything is asked of Redis."""
    with capture_logs() as logs:
        await wake_conversation(context(desk), junk)
    assert [line["event"] for line in logs] == ["job.refused"]
    assert await desk.store.connection.keys("tg:hold:*") == []


async def test_hold_lost(desk: Desk) -> None:
    """I35: a lost hold ends the job without noise: whoever has it goes on."""
    desk.model.interlude = desk.steal_hold
    await desk.text("Hi")
    with capture_logs() as logs:
        await wake_conversation(context(desk), desk.conversation_id)
    assert [(line["event"], line["reason"]) for line in logs] == [("turn.interrupted", "hold_lost")]


async def test_redis_down(desk: Desk) -> None:
    """A Redis that went away ends job and sweep without noise: what waits is safe there."""
    gone = open_store(Secret(f"redis://127.0.0.1:{find_free_port()}/0"))
    tools = {"tools": replace(desk.tools, store=gone)}
    with capture_logs() as logs:
        await wake_conversation(tools, desk.conversation_id)
        await sweep(tools)
    await gone.close()
    assert [line["event"] for line in logs] == ["turn.interrupted", "sweep.skipped"]


async def test_surprise(desk: Desk) -> None:
    """What nobody foresaw ends one job, not the worker; the turn stays open and is tried again."""
    desk.model.answers.append(ZeroDivisionError("canary"))
    await desk.text("Hi")
    with capture_logs() as logs:
        await wake_conversation(context(desk), desk.conversation_id)
    assert [line["event"] for line in logs] == ["turn.failed"]
    await desk.wait_until_free()
    await wake_conversation(context(desk), desk.conversation_id)
    assert desk.carrier.texts == [WORDS]


async def test_death_is_not_swallowed(desk: Desk) -> None:
    """A job that is being ended is ended: only errors are caught at this edge."""

    async def die() -> None:
        raise WorkerDied

    desk.model.interlude = die
    await desk.text("Hi")
    with pytest.raises(WorkerDied):
        await wake_conversation(context(desk), desk.conversation_id)


async def test_forgotten_conversation(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I3: a conversation whose wake-up was lost is woken by the sweep, once, by a job that holds its id alone."""
    monkeypatch.setattr(waiting, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    await desk.text("Hi")
    await forget(desk)
    for _ in range(3):
        await sweep(context(desk))
    (job_id,) = await queued(desk.store)
    job = json.loads(await desk.store.connection.get(f"arq:job:{job_id}") or "{}")
    assert (job["f"], job["a"], job["k"]) == ("wake_conversation", [desk.conversation_id], {})


async def test_held_conversation(desk: Desk) -> None:
    """The sweep leaves alone what somebody is at."""
    await desk.text("Hi")
    await forget(desk)
    await desk.store.turns.take_hold(desk.conversation_id)
    await sweep(context(desk))
    assert await queued(desk.store) == []


async def test_nothing_forgotten(desk: Desk) -> None:
    """The sweep leaves alone what has just come, and what was answered."""
    await desk.text("Hi")
    await desk.store.connection.delete(QUEUE)
    await sweep(context(desk))
    await desk.work()
    await sweep(context(desk))
    assert await queued(desk.store) == []
    assert await desk.store.connection.exists(keys.WAITING) == 0
