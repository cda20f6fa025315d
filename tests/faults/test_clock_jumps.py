"""Clocks that jump by an hour: texts are answered soon, in order, once, and none is taken for stale."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.examples import inbound_form, message_sid
from tests.faults.gateways import ProxiedGateway
from tests.journeys.processes import Process, wait_until

_HOUR = 3600
_SOON = 15.0
"""The sweeper's own pace, and patience with a slow machine; not an hour."""
_JUMPS = {
    "web ahead": (_HOUR, 0),
    "web behind": (-_HOUR, 0),
    "worker ahead": (0, _HOUR),
    "worker behind": (0, -_HOUR),
    "two hours apart": (_HOUR, -_HOUR),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """A gateway of one web process and one worker whose clocks can be set."""

    gateway: ProxiedGateway
    web: Path
    worker: Path

    def set(self, *, web: int = 0, worker: int = 0) -> None:
        """Set both clocks: how many seconds each is ahead of Redis's."""
        for file, seconds in ((self.web, web), (self.worker, worker)):
            draft = file.with_suffix(".new")
            draft.write_text(str(seconds))
            draft.replace(file)  # at no moment is there a file without a number


@pytest.fixture(scope="module")
def wound_up(proxied_processes: ProxiedGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clocks]:
    """Processes with clocks, in the place of the usual ones for as long as this module lasts."""
    gateway, place = proxied_processes, tmp_path_factory.mktemp("clocks")
    clocks = Clocks(gateway=gateway, web=place / "web", worker=place / "worker")
    clocks.set()
    for process in (*gateway.workers, *gateway.webs):
        process.stop()
    gateway.workers, gateway.webs = [], []
    port = str(gateway.web_ports[0])
    web = gateway.start_with({}, "tests.faults.afflicted", str(clocks.web), "gateway.main", "--port", port)
    worker = _start_worker(clocks)
    wait_until(lambda: gateway.answers(f"{gateway.urls[0]}/readyz"))
    yield clocks
    web.stop()
    worker.stop()


def _start_worker(clocks: Clocks) -> Process:
    worker = clocks.gateway.start_with({}, "tests.faults.afflicted", str(clocks.worker), "workers")
    wait_until(lambda: worker.has_said("worker.started"), 60)
    return worker


@pytest.fixture
def clocks(wound_up: Clocks) -> Clocks:
    """Clocks that are right, a gateway that knows nothing but its customer."""
    wound_up.set()
    gateway = wound_up.gateway
    gateway.redis.client.flushall()
    gateway.model.forget()
    gateway.phone.forget()
    gateway.set_up_customer()
    return wound_up


def _answer(gateway: ProxiedGateway, number: int, words: str) -> None:
    """Post a text and see it answered soon."""
    assert gateway.post(inbound_form(words, sid=message_sid(number)))[0].status == 200
    wait_until(lambda: gateway.has_outcome(message_sid(number), "answered"), _SOON)


@pytest.mark.parametrize(("web", "worker"), _JUMPS.values(), ids=_JUMPS.keys())
def test_a_clock_jumps_there_and_back(clocks: Clocks, web: int, worker: int) -> None:
    """I57: whichever clock jumps by an hour, texts before, during and after it are answered within seconds."""
    _answer(clocks.gateway, 1, "one")
    clocks.set(web=web, worker=worker)
    _answer(clocks.gateway, 2, "two")
    clocks.set()
    _answer(clocks.gateway, 3, "three")
    assert clocks.gateway.model.asked() == ["one", "two", "three"]
    assert len(clocks.gateway.phone.received()) == 3


def test_doctor_sees_a_clock_that_is_wrong(clocks: Clocks) -> None:
    """I57: `doctor` says by how much the clock of its machine and Redis's are apart."""
    clocks.set(web=-_HOUR)
    gateway = clocks.gateway
    command = [sys.executable, "-m", "tests.faults.afflicted", str(clocks.web), "gateway.cli", "doctor", "--json"]
    done = subprocess.run(
        command, env=gateway.environment, cwd=gateway.directory, capture_output=True, check=False, timeout=60
    )
    (found,) = [found for found in json.loads(done.stdout) if found["check"] == "clock"]
    assert not found["ok"]
    assert found["detail"].endswith("s behind Redis's")
    assert "NTP" in found["fix"]
