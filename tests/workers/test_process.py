"""The worker as a process: what it keeps of the environment, how it begins, and how it ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.dev.valkey import find_free_port
from gateway.domain.secret import Secret
from tests.examples import environment
from workers.__main__ import keep_needed

ROOT = Path(__file__).parents[2]
REQUIRED = {
    "TEXTGATE_REDIS_URL",
    "TEXTGATE_PUBLIC_URL",
    "TEXTGATE_TWILIO_ACCOUNT_SID",
    "TEXTGATE_TWILIO_AUTH_TOKEN",
    "TEXTGATE_OPEN_KEYS",
}


@contextmanager
def worker(log: Path, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker with these variables alone, its words going to `log`."""
    needed = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    with (
        log.open("wb") as words,
        subprocess.Popen(
            [sys.executable, "-m", "workers"], cwd=log.parent, env={**needed, **variables}, stdout=words, stderr=words
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def wait_for(words: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the worker says these words."""
    deadline = time.monotonic() + 60
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


@pytest.mark.parametrize(
    "name",
    [
        *("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "AZURE_API_KEY", "GROQ_API_KEY", "HF_TOKEN"),
        *("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID"),
        *("AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_PROJECT", "LITELLM_LOG", "LITELLM_MODE"),
        *("HTTP_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY", "SSL_VERIFY", "SSL_CERTIFICATE", "NETRC"),
        *("openai_api_key", "MY_TEXTGATE_KEY", "PATHS", "XPATH"),
    ],
)
def test_dropped(name: str) -> None:
    """I62: no provider's key, base URL or proxy is left to litellm, whatever its name."""
    assert keep_needed({name: "canary"}) == {}


@pytest.mark.parametrize(
    "name",
    [
        *("TEXTGATE_REDIS_URL", "TEXTGATE_OPEN_KEYS", "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"),
        *("PYTHONPATH", "PYTHONUNBUFFERED", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    ],
)
def test_kept(name: str) -> None:
    """A worker keeps its own settings, and what Python and the system need."""
    assert keep_needed({name: "kept", "OPENAI_API_KEY": "canary"}) == {name: "kept"}


def test_empty_environment(tmp_path: Path) -> None:
    """A worker without settings ends with exit 1 and all that is missing, one a line, each with the next step."""
    log = tmp_path / "log"
    with worker(log) as process:
        assert process.wait(60) == 1
    lines = log.read_text().splitlines()
    assert {line.partition(":")[0] for line in lines} == REQUIRED
    assert len(lines) == len(REQUIRED)
    assert all(re.fullmatch(r"TEXTGATE_\w+: is not set\. .+\.", line) for line in lines)


def test_wrong_settings(tmp_path: Path) -> None:
    """Wrong and missing settings are listed together, and no value of them is repeated."""
    canary = "canary-0cc175b9c0f1b6a8"
    log = tmp_path / "log"
    with worker(log, TEXTGATE_REDIS_URL=f"http://{canary}", TEXTGATE_OPEN_KEYS=canary) as process:
        assert process.wait(60) == 1
    words = log.read_text()
    assert {line.partition(":")[0] for line in words.splitlines()} == REQUIRED
    assert canary not in words


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_redis_away(tmp_path: Path, number: signal.Signals) -> None:
    """A worker waits for a Redis that does not answer, says so, and ends cleanly within seconds when told."""
    log = tmp_path / "log"
    variables = environment(TEXTGATE_REDIS_URL=f"redis://127.0.0.1:{find_free_port()}/0")
    with worker(log, **variables) as process:
        wait_for("worker.waiting_for_redis", log, process)
        process.send_signal(number)
        assert process.wait(15) == 0
    words = log.read_text()
    assert words.count("worker.waiting_for_redis") == 1
    assert "worker.stopped" in words
    assert "Traceback" not in words


@pytest.mark.usefixtures("store")
def test_life(tmp_path: Path, redis_url: Secret) -> None:
    """A worker begins, is counted as alive by its own word, and ends with exit 0 and no noise on SIGTERM."""
    log = tmp_path / "log"
    with worker(log, **environment(TEXTGATE_REDIS_URL=redis_url.reveal(), OPENAI_API_KEY="canary")) as process:
        wait_for("worker.started", log, process)
        process.terminate()
        assert process.wait(10) == 0
    events = re.findall(r'"event": "([^"]+)"', log.read_text())
    assert events == ["worker.started", "worker.stopped"]
    assert "canary" not in log.read_text()
