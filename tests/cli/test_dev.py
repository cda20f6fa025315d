"""`textgate dev`: everything at once, as a newcomer runs it."""

import os
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from dotenv import dotenv_values
from redis import Redis

from gateway.dev.seed import NUMBER, POOLED, SANDBOX
from gateway.domain.secret import Secret
from tests.cli.tool import PATIENCE_SECONDS, Tool, command
from tests.examples import TEXTER

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc to see that no process is left")


def three_free_ports() -> int:
    """Find the first of three free ports in a row, below those that connections take by themselves."""
    while True:
        port = 10_000 + 3 * secrets.randbelow(7_000)
        with suppress(OSError), ExitStack() as stack:
            for step in range(3):
                stack.enter_context(socket.create_server(("127.0.0.1", port + step)))
            return port


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running development gateway."""

    process: "subprocess.Popen[str]"
    box: str
    port: int

    @property
    def api_key(self) -> str:
        """The API key in the ready box."""
        (found,) = re.findall(r"vck_[\w-]{43}", self.box)
        return str(found)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Press Ctrl-C, and return the exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode


@contextmanager
def running(tool: Tool, port: int) -> Iterator[Gateway]:
    """Run a development gateway until its ready box is printed, and to the end of the block."""
    arguments = command("dev", "--port", str(port), "--data", ".textgate")
    with subprocess.Popen(
        arguments, cwd=tool.directory, env=tool.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield Gateway(process=process, box=_read_box(process), port=port)
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=PATIENCE_SECONDS)


def _read_box(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("╰"):
            return "".join(lines)
    raise AssertionError("".join(lines))


def processes_of(directory: Path) -> list[str]:
    """Name the processes whose environment, arguments or working directory is in `directory`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            if str((entry / "cwd").readlink()).startswith(str(directory)):
                found.append(words)
        except OSError:
            continue
    return found


def test_dev(tmp_path: Path, redis_url: Secret) -> None:
    """It says where everything is, answers a text, ends with Ctrl-C, and goes on where it was; all else stays alone."""
    production = {
        "TEXTGATE_REDIS_URL": redis_url.reveal(),
        "TEXTGATE_TWILIO_ACCOUNT_SID": "AC" + "f" * 32,
        "TEXTGATE_TWILIO_AUTH_TOKEN": "canary-production-token",
        "TEXTGATE_TWILIO_API_URL": "https://api.twilio.com",
        "TEXTGATE_BRAND": "Production",
        "TEXTGATE_WORKER_CONCURRENCY": "no number: a process that read this would not start",
    }
    operator, second_terminal = Tool(directory=tmp_path, variables=production), Tool(directory=tmp_path)
    port = three_free_ports()
    with running(operator, port) as gateway:
        for url in (f"http://127.0.0.1:{port + 1}/", f"http://127.0.0.1:{port}/v1"):
            assert url in gateway.box
        assert httpx.get(f"http://127.0.0.1:{port + 1}/", trust_env=False).status_code == 200
        said = second_terminal.run("text", TEXTER, NUMBER, "Is this on?", "--json")
        assert (said.code, said.value["outcome"]) == (0, "answered")
        assert "Is this on?" in said.value["reply"][0]
        assert said.value["reply"][0].startswith("Textgate Demo: you're texting with an automated AI.")
        assert said.err.startswith("Using .textgate/env")
        assert SANDBOX in gateway.box
        uses = {number["number"]: number["use"] for number in second_terminal.ask("numbers", "list")}
        assert uses == {NUMBER: "own", SANDBOX: "sandbox", POOLED: "pool"}
        account_id = second_terminal.ask("accounts", "create", "Kept")["account_id"]
        assert len(processes_of(tmp_path)) >= 5
        before = gateway.api_key
        assert gateway.stop() == 0
    _wait_until_gone(tmp_path)
    with running(operator, port) as gateway:
        assert gateway.api_key == before
        assert second_terminal.ask("keys", "issue", account_id)["account_id"] == account_id
        shown = httpx.get(
            f"http://127.0.0.1:{port}/v1/byok", headers={"Authorization": f"Bearer {before}"}, trust_env=False
        )
        assert (shown.status_code, shown.json()["byok"]) == (200, None)  # not the phone page's key
        assert gateway.stop(signal.SIGTERM) == 0
    _wait_until_gone(tmp_path)
    with Redis.from_url(redis_url.reveal()) as untouched:
        assert untouched.dbsize() == 0
    _check_what_is_left(tmp_path)


def _wait_until_gone(directory: Path) -> None:
    deadline = time.monotonic() + 5
    while processes_of(directory):
        assert time.monotonic() < deadline, processes_of(directory)
        time.sleep(0.02)


def _check_what_is_left(directory: Path) -> None:
    data = directory / ".textgate"
    left = dotenv_values(data / "env")
    assert "canary-production-token" not in left.values()
    assert left["TEXTGATE_BRAND"] != "Production"
    assert oct(data.stat().st_mode & 0o777) == "0o700"
    assert oct((data / "env").stat().st_mode & 0o777) == "0o600"
    logs = "".join(log.read_text() for log in (data / "logs").iterdir())
    assert "Traceback" not in logs
    private = ("TEXTGATE_OPEN_KEYS", "TEXTGATE_TWILIO_AUTH_TOKEN", "TEXTGATE_DEV_API_KEY", "TEXTGATE_PEPPER")
    assert [name for name in private if str(left[name]) in logs] == []


def test_taken_port(tmp_path: Path) -> None:
    """A port that is taken is said to be, with the way out, and nothing is started."""
    port = three_free_ports()
    with socket.create_server(("127.0.0.1", port + 2)):
        said = Tool(directory=tmp_path).run("dev", "--port", str(port))
    assert said.code == 1
    assert f"Port {port + 2} is taken" in said.err
    assert processes_of(tmp_path) == []
