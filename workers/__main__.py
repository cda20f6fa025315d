"""A worker process: `python -m workers`, which is what `textgate work` becomes."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import stamina.instrumentation
import structlog
import uvloop
from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.exceptions import RedisError

from config.logging import configure_logging
from config.settings import SettingsError, WorkerSettings, read_settings
from gateway.adapters.key_ring import EdgeRing, Opener
from gateway.adapters.queue import CHECK, QUEUE, WAKE, deserialize, serialize
from gateway.adapters.store import Store, open_store
from gateway.adapters.store.connection import make_pool
from gateway.domain.errors import StoreDown
from gateway.domain.limits import TurnLimits
from workers.carrier import TwilioCarrier
from workers.egress import Egress
from workers.jobs import (
    Checks,
    Turns,
    answer_in_quarantine,
    check_credential,
    erase_old,
    keep_doing,
    sweep,
    wake_conversation,
)
from workers.pictures import TwilioPictures
from workers.quarantine import Quarantine, serve
from workers.tools import Tools

_POLL_SECONDS = 0.1
_SPARE = 20
_JOBS = 100
_JOB_SECONDS = 60
_DRAIN_SECONDS = 17
"""A send that is under way may take 12 more, and who supervises us kills after 30."""
_BEAT_SECONDS = 3.0
_SWEEP_SECONDS = 2.0
_ERASE_SECONDS = 60.0
_COMPLAIN_SECONDS = 60.0
_NEEDED = re.compile(
    r"TEXTGATE_.*|PYTHON.*|LC_.*|PATH|HOME|LANG|LANGUAGE|TZ|TMPDIR|USER|SHELL|VIRTUAL_ENV|SSL_CERT_(FILE|DIR)"
)

log = structlog.get_logger()


def keep_needed(environment: Mapping[str, str]) -> dict[str, str]:
    """Keep of an environment what a worker needs.

    litellm takes a provider's key, base URL or proxy from some two hundred variables when it thinks one is
    missing; so none is left to it, whatever its name.
    """
    return {name: value for name, value in environment.items() if _NEEDED.fullmatch(name)}


def main(arguments: Sequence[str]) -> int:
    """Work until SIGTERM, or be a worker's quarantine; the exit code is 1 when the settings are not complete."""
    needed = keep_needed(os.environ)
    os.environ.clear()
    os.environ.update(needed)
    try:
        settings = read_settings(WorkerSettings, os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    configure_logging()
    stamina.instrumentation.set_on_retry_hooks([])  # they log the arguments of what is tried again
    match arguments:
        case ["--quarantine", handle]:
            uvloop.run(work_in_quarantine(settings, int(handle)))
        case _:
            uvloop.run(work(settings))
    return 0


async def work(settings: WorkerSettings) -> None:
    """Answer conversations until told to stop."""
    from workers.warm_up import warm_up  # after the environment is clean, and it takes seconds

    async with _open_tools(settings, Quarantine()) as tools:
        await warm_up()
        await _run_until_stopped(settings, tools)
    log.info("worker.stopped")


async def work_in_quarantine(settings: WorkerSettings, handle: int) -> None:
    """Make the last tries that come over a socket, one after the other, until its other end is gone."""
    async with _open_tools(settings, None) as tools:
        await serve(handle, partial(answer_in_quarantine, tools=tools))


@asynccontextmanager
async def _open_tools(settings: WorkerSettings, quarantine: Quarantine | None) -> AsyncIterator[Tools]:
    from workers.llm import LiteLlm  # after the environment is clean, and it takes seconds

    store, egress = open_store(settings.redis_url, seats=settings.seats), Egress(settings.allowed_private_hosts)
    carrier, pictures = _open_carrier(settings), _open_pictures(settings)
    model = LiteLlm(
        egress.transport_to,
        allowed_private=settings.allowed_private_hosts,
        deadline_seconds=settings.model_deadline_s,
        seeing=settings.seeing_models,
    )
    tools = Tools(
        store=store,
        opener=Opener(settings.open_keys),
        model=model,
        carrier=carrier,
        limits=TurnLimits(
            max_answer_age=timedelta(seconds=settings.max_answer_age_s),
            max_tries=settings.max_tries,
            caps=settings.caps,
            spend=settings.spend_caps,
        ),
        retention=settings.retention,
        voice=settings.voice,
        quarantine=quarantine,
        hosted=settings.hosted,
        pictures=pictures,
        prices=settings.prices,
        model_seconds=settings.model_deadline_s,
        rates=settings.rates,
    )
    try:
        yield tools
    finally:
        await carrier.close()
        await pictures.close()
        await egress.close()
        await store.close()


def _open_carrier(settings: WorkerSettings) -> TwilioCarrier:
    user, password = settings.twilio_login
    return TwilioCarrier(
        api_url=settings.twilio_api_url,
        account_sid=settings.twilio_account_sid,
        user=user,
        password=password,
        callback_url=f"{settings.public_urls[0]}/webhooks/twilio/status",
        edge=_edge_ring(settings),
    )


def _open_pictures(settings: WorkerSettings) -> TwilioPictures:
    user, password = settings.twilio_login
    return TwilioPictures(
        api_url=settings.twilio_api_url,
        account_sid=settings.twilio_account_sid,
        user=user,
        password=password,
        edge=_edge_ring(settings),
    )


def _edge_ring(settings: WorkerSettings) -> EdgeRing | None:
    return EdgeRing(settings.edge_keys) if settings.edge_keys else None


async def _run_until_stopped(settings: WorkerSettings, tools: Tools) -> None:
    name = f"{socket.gethostname()}-{os.getpid()}"
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    turns, checks = Turns(tools, settings.worker_concurrency), Checks(tools)
    beating = asyncio.create_task(_beat(name, tools.store))
    chores = [
        asyncio.create_task(keep_doing(sweep, tools, seconds=_SWEEP_SECONDS)),
        asyncio.create_task(keep_doing(erase_old, tools, seconds=_ERASE_SECONDS)),
    ]
    while not stopping.is_set():
        await _wait_for_redis(tools.store, stopping)
        try:
            await _run_arq(settings, {"turns": turns, "checks": checks}, stopping)
        except (RedisError, OSError):
            log.warning("worker.redis_lost")  # arq ends with its connection; we begin again
    for chore in chores:
        chore.cancel()
    await asyncio.gather(turns.drain(_DRAIN_SECONDS), checks.drain(_DRAIN_SECONDS))
    beating.cancel()
    with contextlib.suppress(StoreDown):
        await tools.store.liveness.leave(name)


async def _beat(name: str, store: Store) -> None:
    while True:
        try:
            await store.liveness.beat(name)
        except StoreDown:
            log.warning("worker.unheard")
        await asyncio.sleep(_BEAT_SECONDS)


async def _wait_for_redis(store: Store, stopping: asyncio.Event) -> None:
    """Wait until Redis takes writes: arq ends at once with one that only answers. Say so once a minute."""
    loop = asyncio.get_running_loop()
    complain_at = loop.time()
    while not stopping.is_set():
        try:
            await store.check_writes()
        except StoreDown as error:
            if loop.time() >= complain_at:
                log.warning("worker.waiting_for_redis", reason=error.message)
                complain_at = loop.time() + _COMPLAIN_SECONDS
            await asyncio.sleep(1)
        else:
            return


async def _run_arq(settings: WorkerSettings, context: dict[str, Any], stopping: asyncio.Event) -> None:
    """Run one arq worker until we are told to stop, or it loses Redis: RedisError or OSError then."""
    if stopping.is_set():
        return
    worker = _make_worker(settings, context)
    running = asyncio.create_task(worker.async_run())
    told = asyncio.create_task(stopping.wait())
    log.info("worker.started", concurrency=settings.worker_concurrency)
    await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    try:
        if running.done():
            running.result()
    finally:
        await _close(worker)
        await asyncio.gather(running, return_exceptions=True)  # arq does not wait for its own loop


async def _close(worker: Worker) -> None:
    """Cancel what is left of arq's jobs: the next worker heeds them. Whatever they end with, we don't."""
    left, pool = list(worker.tasks.values()), worker.pool
    for task in left:
        task.cancel()
    # arq would hand us the first error or cancellation of any of them, and that would end the process
    await asyncio.gather(*left, return_exceptions=True)
    worker.tasks.clear()
    with contextlib.suppress(RedisError, OSError):
        await worker.close()
    with contextlib.suppress(RedisError, OSError):
        await pool.aclose(close_connection_pool=True)


def _make_worker(settings: WorkerSettings, context: dict[str, Any]) -> Worker:
    redis = ArqRedis(
        connection_pool=make_pool(settings.redis_url, max_connections=_JOBS + _SPARE),
        job_serializer=serialize,
        job_deserializer=deserialize,
        default_queue_name=QUEUE,
    )
    return Worker(
        functions=[
            func(wake_conversation, name=WAKE, timeout=_JOB_SECONDS, keep_result=0),
            func(check_credential, name=CHECK, timeout=_JOB_SECONDS, keep_result=0),
        ],
        redis_pool=redis,
        queue_name=QUEUE,
        ctx=context,
        handle_signals=False,
        max_jobs=_JOBS,
        poll_delay=_POLL_SECONDS,
        keep_result=0,
        health_check_interval=5,
        job_serializer=serialize,
        job_deserializer=deserialize,
        log_results=False,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
