"""Accounts side by side: what one of them does is no other one's wait."""

from pathlib import Path

import httpx

from benchmarks.fairness import BUSY, QUIET, Stage, stage
from gateway.adapters.store import keys
from tests.journeys.processes import PATIENCE

_SEATS, _TEXTS = 5, 50


async def test_a_provider_that_hangs(tmp_path: Path) -> None:
    """I44: while one account's provider hangs on fifty texts, its seats are taken and another account is answered."""
    async with stage(tmp_path, _SEATS) as scene:
        await scene.steer(gate="closed")
        await scene.flood(_TEXTS)
        assert await scene.answer_time(await scene.text(QUIET)) < PATIENCE
        assert await _calls(scene) <= _SEATS
        busy = await scene.store.numbers.find(BUSY)
        assert busy
        assert busy.account_id
        assert await scene.store.connection.zcard(keys.SEATS_PREFIX + busy.account_id) == _SEATS
        assert await scene.store.connection.zcard(keys.BACKLOG_PREFIX + busy.account_id) == _TEXTS - _SEATS
        last = await scene.text(BUSY)
        await scene.steer()
        await scene.answer_time(last)
        assert await _calls(scene) == _TEXTS + 1


async def _calls(scene: Stage) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        return len((await client.get(f"http://{scene.busy_model}/control/calls")).json())
