"""The jobs that a worker still has when it is told to stop, or when it loses Redis."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.exceptions import ConnectionError as RedisLostError

from gateway.adapters.store.connection import make_pool
from gateway.domain.secret import Secret
from workers.__main__ import _close


@pytest.fixture
async def worker(redis_url: Secret) -> AsyncIterator[Worker]:
    """An arq worker that has not begun to look for jobs."""

    async def do_nothing(_ctx: object) -> None: ...

    pool = make_pool(redis_url)
    yield Worker(
        functions=[func(cast(Any, do_nothing))], redis_pool=ArqRedis(connection_pool=pool), handle_signals=False
    )
    await pool.disconnect()


@pytest.mark.filterwarnings("ignore:Call to deprecated close:DeprecationWarning")  # by arq
async def test_jobs_that_end_badly(worker: Worker) -> None:
    """Neither a job that is cut off nor one that lost Redis ends the process, or leaves another running (I38)."""

    async def lose_redis() -> None:
        raise RedisLostError

    jobs = [asyncio.create_task(work) for work in (lose_redis(), asyncio.sleep(60), asyncio.sleep(60))]
    worker.tasks = {str(number): job for number, job in enumerate(jobs)}
    await asyncio.sleep(0)
    await _close(worker)
    assert all(job.done() for job in jobs)
