"""Workers that are killed, frozen or stuck: within 15 seconds whoever looks after the gateway is told."""

import os
import signal
import time
from pathlib import Path

import httpx

from tests.faults.gateways import ProxiedGateway
from tests.journeys.processes import Process, wait_until

_TOLD_SECONDS = 15.0


def _start_afflicted(gateway: ProxiedGateway, clock: Path) -> Process:
    clock.write_text("0")
    return gateway.start_with({}, "tests.faults.afflicted", str(clock), "workers")


def _count_alive(gateway: ProxiedGateway) -> int:
    """Ask a web process how many workers are at work."""
    return int(httpx.get(f"{gateway.urls[0]}/readyz", trust_env=False).json()["workers"])


def test_a_worker_that_does_not_work_is_told_of(troubled: ProxiedGateway, tmp_path: Path) -> None:
    """I45: one worker is frozen, one killed, one stuck: /readyz and `doctor` say so within 15 s, until one is back."""
    (frozen,) = troubled.workers
    killed, stuck = lost = [_start_afflicted(troubled, tmp_path / "clock") for _ in range(2)]
    try:
        wait_until(lambda: _count_alive(troubled) == 3, 60)
        began = time.monotonic()
        with frozen.frozen():
            killed.kill()
            os.kill(stuck.pid, signal.SIGUSR1)
            wait_until(lambda: _count_alive(troubled) == 0, _TOLD_SECONDS)
            assert time.monotonic() - began < _TOLD_SECONDS
        wait_until(lambda: _count_alive(troubled) == 1)
        _expect_doctors_words(troubled, frozen, lost)
    finally:
        for worker in lost:
            worker.kill()


def _expect_doctors_words(gateway: ProxiedGateway, healthy: Process, lost: list[Process]) -> None:
    findings = {found["check"]: found for found in gateway.run("doctor", exit_code=1)}
    workers = findings.pop("workers")
    assert (workers["ok"], workers["detail"]) == (False, "1 alive, 2 silent")
    assert all(f"-{worker.pid} " in workers["fix"] for worker in lost)
    assert f"-{healthy.pid} " not in workers["fix"]
    assert all(found["ok"] for found in findings.values()), "nothing else is wrong"
