"""Processes under test: each with a log of its own, each ended by its own id."""

import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from gateway.dev.children import spawn

PATIENCE = 30.0
_LOOK_SECONDS = 0.02
_FIRST_PORT, _PORTS = 20_000, 12_000
_TRIES = 50
_STOP_SECONDS = 30.0

_T = TypeVar("_T")


def wait_until(condition: Callable[[], _T], seconds: float = PATIENCE, *, look_seconds: float = _LOOK_SECONDS) -> _T:
    """Look until `condition` gives something true, and return that; a failed test when it takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not come to that within {seconds:g} s; found {found!r}")
        time.sleep(look_seconds)
    return found


def find_port() -> int:
    """Find a free port below those that outgoing connections take: a restarted server must get it back."""
    for _ in range(_TRIES):
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        if _is_free(port):
            return port
    raise AssertionError("there is no free port")


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Process:
    """One Python program of the gateway, running in a directory that holds its log."""

    def __init__(self, name: str, *arguments: str, environment: Mapping[str, str], directory: Path) -> None:
        self.name = name
        self._log = directory / f"{name}.log"
        with self._log.open("ab") as log:
            self._process: subprocess.Popen[bytes] = spawn(
                [sys.executable, "-m", *arguments],
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet; what it left behind is collected when it has."""
        return self._process.poll() is None

    def read_log(self) -> str:
        """Return all that it has said so far."""
        return self._log.read_text()

    def has_said(self, words: str) -> bool:
        """Tell whether `words` stand in its log; a failed test when it has ended instead."""
        said = self.read_log()
        if not self.is_running:
            raise AssertionError(f"{self.name} has ended: {said[-2000:]}")
        return words in said

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        """Ask it to stop, as a deploy does, and don't wait."""
        self._process.terminate()

    def wait_for_exit(self, seconds: float = _STOP_SECONDS) -> int:
        """Wait for its exit code; a failed test when it takes too long."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} is still running after {seconds:g} s") from None

    def stop(self) -> None:
        """Stop it, whatever state it is in."""
        self.thaw()
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def freeze(self) -> None:
        """Have it stand still: alive, its connections open, and doing nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it stand still while the block runs."""
        self.freeze()
        try:
            yield
        finally:
            self.thaw()


@contextmanager
def ended(process: Process) -> Iterator[Process]:
    """Have a process of one test's own end with it, however that ends."""
    try:
        yield process
    finally:
        process.stop()
