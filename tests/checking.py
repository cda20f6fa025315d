"""A worker that does nothing but check credentials, in the test's own process, on a real queue."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from gateway.adapters.key_ring import Opener
from gateway.adapters.queue import CHECK, JOB_PREFIX, QUEUE
from gateway.adapters.store import Store
from gateway.domain.payer import HostedModels
from gateway.domain.secret import Secret
from tests.examples import OPEN_KEYS
from tests.setting_up import Customer
from tests.workers.desk import open_desk
from tests.workers.fakes import ScriptedModel
from workers.jobs import Checks, check_credential

_LOOK_SECONDS = 0.02


@asynccontextmanager
async def checking_worker(
    store: Store, customer: Customer, *, ring: Secret = OPEN_KEYS, hosted: HostedModels | None = None
) -> AsyncIterator[ScriptedModel]:
    """Have a worker with that ring take checks off the queue; gives the model that it tries keys with."""
    desk = open_desk(store, customer)
    checks = Checks(replace(desk.tools, opener=Opener(ring), hosted=hosted))
    await store.liveness.beat("checking")
    working = asyncio.create_task(_work(store, checks))
    try:
        yield desk.model
    finally:
        working.cancel()
        await checks.drain(0)
        await store.liveness.leave("checking")


async def _work(store: Store, checks: Checks) -> None:
    while True:
        for job_id in await store.connection.zrange(QUEUE, 0, -1):
            job = json.loads(await store.connection.get(f"{JOB_PREFIX}{job_id}") or "{}")
            if job.get("f") == CHECK:
                await store.connection.zrem(QUEUE, job_id)
                await store.connection.delete(f"{JOB_PREFIX}{job_id}")
                await check_credential({"checks": checks}, *job["a"])
        await asyncio.sleep(_LOOK_SECONDS)
