"""Where commands take their settings from: variables, `.env`, or what `textgate dev` left."""

import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway.dev.valkey import find_free_port
from gateway.domain.secret import Secret
from tests.cli.tool import PATIENCE_SECONDS, Tool, command
from tests.examples import OPEN_KEYS, environment

USING = "Using .textgate/env, the gateway that `textgate dev` runs here.\n"


def write(path: Path, variables: dict[str, str]) -> None:
    """Write an env file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))


def test_development_gateway(tool: Tool) -> None:
    """Where nothing else is set, commands use the gateway that `textgate dev` runs here, and say so."""
    write(tool.directory / ".textgate/env", tool.variables)
    said = Tool(directory=tool.directory).run("accounts", "create", "Corner Cafe", "--json")
    assert said.code == 0
    assert said.err.startswith(USING)
    assert said.value["name"] == "Corner Cafe"


def test_development_gateway_elsewhere(tool: Tool) -> None:
    """TEXTGATE_DEV_DATA names where `textgate dev --data` keeps its data, and commands look there."""
    write(tool.directory / "elsewhere/env", tool.variables)
    said = Tool(directory=tool.directory, variables={"TEXTGATE_DEV_DATA": "elsewhere"}).run(
        "accounts", "list", "--json"
    )
    assert (said.code, said.value) == (0, [])
    assert said.err.startswith(USING.replace(".textgate", "elsewhere"))


def test_development_gateway_alone(tool: Tool) -> None:
    """The development gateway's settings come whole: none of the environment's is mixed into them."""
    write(tool.directory / ".textgate/env", tool.variables)
    mixed = Tool(directory=tool.directory, variables={"TEXTGATE_SEAL_KEYS": "nonsense", "TEXTGATE_BRAND": "Other"})
    findings = {found["check"]: found for found in mixed.run("doctor", "--json").value}
    assert findings["settings of web"]["ok"]
    assert findings["brand and contact"]["detail"] == "Corner Cafe"


def test_another_redis_is_named(tool: Tool) -> None:
    """Where TEXTGATE_REDIS_URL is set, in the environment or in `.env`, the development gateway is not touched."""
    write(tool.directory / ".textgate/env", {**tool.variables, "TEXTGATE_REDIS_URL": "redis://127.0.0.1:1/0"})
    by_variable = tool.run("numbers", "list", "--json")
    assert (by_variable.code, by_variable.value, by_variable.err) == (0, [], "")
    write(tool.directory / ".env", tool.variables)
    by_file = Tool(directory=tool.directory).run("numbers", "list", "--json")
    assert (by_file.code, by_file.value, by_file.err) == (0, [], "")


def test_variables_win(tool: Tool) -> None:
    """A variable wins over the same name in `.env`."""
    write(tool.directory / ".env", {"TEXTGATE_REDIS_URL": "redis://127.0.0.1:1/0"})
    assert tool.run("numbers", "list").code == 0
    assert Tool(directory=tool.directory).run("numbers", "list").code == 3


def test_empty_redis_url(stranger: Tool) -> None:
    """An empty TEXTGATE_REDIS_URL names no Redis: what is missing is said."""
    stranger.variables = {"TEXTGATE_REDIS_URL": ""}
    assert stranger.run("numbers", "list").code == 1


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to look into another process")
@pytest.mark.parametrize("by_file", [False, True], ids=["variable", ".env"])
def test_serve_forgets_the_private_key(tool: Tool, redis_url: Secret, *, by_file: bool) -> None:
    """`serve` becomes a new process that has never seen the private halves, be they a variable or in `.env`."""
    port, variables = find_free_port(), environment(TEXTGATE_REDIS_URL=redis_url.reveal())
    if by_file:
        write(tool.directory / ".env", variables)
    started = replace(tool, variables={} if by_file else variables)
    arguments = command("serve", "--port", str(port))
    with subprocess.Popen(arguments, cwd=tool.directory, env=started.environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
            inside = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
            names = {entry.partition(b"=")[0] for entry in inside}
            assert b"TEXTGATE_SEAL_KEYS" in names
            assert b"TEXTGATE_OPEN_KEYS" not in names
            assert OPEN_KEYS.reveal().encode() not in b"".join(inside)
            assert b"gateway.main" in Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process serves `url`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert process.poll() is None
        assert time.monotonic() < deadline
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.02)


def test_environment_of_these_tests(stranger: Tool) -> None:
    """Nothing of the environment that these tests run in reaches a command."""
    assert not [name for name in stranger.environment if name.startswith("TEXTGATE_")]
    assert set(stranger.environment) <= {"PATH", "PYTHONPATH"}
    assert os.environ["PATH"] == stranger.environment["PATH"]
