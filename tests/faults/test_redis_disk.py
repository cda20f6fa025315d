"""A disk that is full, and files torn by a power cut: refused writes, a start with the tail cut, and no lost STOP."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.store import keys
from gateway.dev.valkey import find_binary
from tests.examples import NUMBER, TEXTER_HASH, inbound_form, message_sid
from tests.faults.gateways import ProxiedGateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_SOON = 10.0


@contextmanager
def _full_disk(gateway: ProxiedGateway) -> Iterator[None]:
    """Let no file of Valkey's grow: each write beyond is an error, as on a disk without room."""
    limit = _file(gateway).stat().st_size
    _, most = resource.prlimit(gateway.redis.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(gateway.redis.pid, resource.RLIMIT_FSIZE, (limit, most))
    yield
    if gateway.redis.is_running:
        resource.prlimit(gateway.redis.pid, resource.RLIMIT_FSIZE, (most, most))


def _file(gateway: ProxiedGateway) -> Path:
    """Find the append-only file that is written to."""
    return max((gateway.redis.directory / "appendonlydir").glob("*.incr.aof"), key=lambda file: file.stat().st_mtime)


@pytest.fixture
def everysec(troubled: ProxiedGateway, troubled_customer: Customer) -> Iterator[ProxiedGateway]:
    """A gateway whose Redis syncs each second: that one survives a full disk."""
    troubled.redis.client.config_set("appendfsync", "everysec")
    yield troubled
    troubled.redis.client.config_set("appendfsync", "always")


def _ready(gateway: ProxiedGateway) -> bool:
    return all(gateway.answers(f"{url}/readyz") for url in gateway.urls)


def _statuses(gateway: ProxiedGateway, *bodies: str) -> list[int]:
    forms = [inbound_form(body, sid=message_sid(number)) for number, body in enumerate(bodies)]
    return [answer.status for answer in gateway.post(*forms)]


def _examine(gateway: ProxiedGateway) -> dict[str, Any]:
    """Run `textgate doctor`, which is not content here, and return its findings by name."""
    return {found["check"]: found for found in gateway.run("doctor", exit_code=1)}


def test_a_full_disk(everysec: ProxiedGateway) -> None:
    """I56: with no room for the append-only file texts are 503, nobody is ready, `doctor` says so; then all goes on."""
    client = everysec.redis.client
    with _full_disk(everysec):
        # whoever writes first is not refused yet, and is not lost either: it is in memory
        client.set("tg:test", "x")
        wait_until(lambda: client.info("persistence")["aof_last_write_status"] == "err", _SOON)
        assert _statuses(everysec, "Hello", "STOP") == [503, 503]
        assert not any(everysec.answers(f"{url}/readyz") for url in everysec.urls)
        findings = _examine(everysec)
        assert (findings["redis"]["ok"], findings["redis"]["detail"]) == (False, "refuses us")
        assert "disk" in findings["redis"]["fix"]
    wait_until(lambda: _ready(everysec), _SOON)
    assert _statuses(everysec, "Hello") == [200]
    wait_until(lambda: everysec.phone.received() and everysec.is_idle())
    assert everysec.model.asked() == ["Hello"]
    assert all(worker.is_running for worker in everysec.workers)


def test_a_full_disk_under_a_server_that_syncs_each_write(
    troubled: ProxiedGateway, troubled_customer: Customer
) -> None:
    """I16, I56: a Redis that syncs each write ends when it can't: 503, and what had 200 is there when it is back."""
    assert _statuses(troubled, "STOP") == [200]
    with _full_disk(troubled):
        assert troubled.post(inbound_form("Hello", sid=message_sid(7)))[0].status == 503
        wait_until(lambda: not troubled.redis.is_running, _SOON)
        assert _examine(troubled)["redis"]["detail"] == "does not answer"
    troubled.redis.start()
    wait_until(lambda: _ready(troubled), _SOON)
    _expect_the_stop(troubled)


def test_a_stop_that_does_not_reach_the_disk_is_not_confirmed(everysec: ProxiedGateway) -> None:
    """I28: where the file is never synced a STOP is withheld its 200, and a text, which may be lost, is not."""
    everysec.redis.client.config_set("appendfsync", "no")
    assert _statuses(everysec, "Hello", "STOP") == [200, 503]


def test_a_torn_file(everysec: ProxiedGateway) -> None:
    """I28, I56: a power cut tears the file in the middle of a command: Redis starts, and knows the STOP before it."""
    assert _statuses(everysec, "STOP") == [200]
    size = _file(everysec).stat().st_size
    assert everysec.post(inbound_form("Hello", From="+12025557300", sid=message_sid(9)))[0].status == 200
    everysec.redis.kill()
    with _file(everysec).open("r+b") as file:
        file.truncate(size + 100)
    everysec.redis.start()
    _expect_the_stop(everysec)
    assert not everysec.redis.client.exists(keys.message(message_sid(9)))


def test_a_file_with_a_bad_end(everysec: ProxiedGateway, tmp_path: Path) -> None:
    """I28, I56: a file whose end was never written keeps Redis down until it is cut off, as `doctor` says."""
    assert _statuses(everysec, "STOP") == [200]
    everysec.redis.kill()
    with _file(everysec).open("ab") as file:
        file.write(bytes(4096))
    with pytest.raises(RuntimeError, match="--fix"):
        everysec.redis.start()
    assert "valkey-check-aof --fix" in _examine(everysec)["redis"]["fix"]
    _cut_off(_file(everysec), tmp_path / "valkey-check-aof")
    everysec.redis.start()
    _expect_the_stop(everysec)


def _cut_off(file: Path, tool: Path) -> None:
    # the server is the tool, too, when it is called so
    tool.symlink_to(find_binary())
    subprocess.run([tool, "--fix", file], input=b"y\n", check=True, capture_output=True, timeout=_SOON)


def _expect_the_stop(gateway: ProxiedGateway) -> None:
    """Expect that the texter is out, for the store and for a text of theirs."""
    assert gateway.redis.client.hget(keys.consent(NUMBER, TEXTER_HASH), "state") == "out"
    wait_until(lambda: _ready(gateway), _SOON)
    assert gateway.post(inbound_form("Hello?", sid=message_sid(8)))[0].status == 200
    assert gateway.read_trace(message_sid(8)).outcome == "ignored"
