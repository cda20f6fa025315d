"""The processes that make up a gateway on one machine: started, watched and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_LOOK_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


class ChildFailedError(Exception):
    """A process ended by itself, or never came up; the message says which and shows its last words."""


def spawn(arguments: Sequence[str | Path], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that Ctrl-C does not reach and that does not outlive us."""
    # in a session of its own: we stop our processes in order, the terminal would all at once
    return subprocess.Popen(arguments, start_new_session=True, preexec_fn=_die_with_parent, **options)  # noqa: PLW1509


def _die_with_parent() -> None:
    """Have Linux stop a child whose parent was killed: an orphaned Redis would keep the data locked."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process of ours, writing to a log file of its own."""

    def __init__(self, name: str, arguments: Sequence[str], *, environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self._log = logs / f"{name}.log"
        with self._log.open("ab") as log:
            self._process = spawn(
                [sys.executable, *arguments],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def check(self) -> None:
        """Raise ChildFailedError when the process has ended."""
        code = self._process.poll()
        if code is not None:
            raise ChildFailedError(f"{self.name} ended with exit code {code}. Its last words:\n{self._last_words()}")

    def stop(self) -> None:
        """Ask the process to stop, and see to it."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])


def wait_for_page(child: Child, url: str) -> None:
    """Wait until a child serves `url`; ChildFailedError when it does not within a minute."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        child.check()
        with suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False).is_success:
                return
        if time.monotonic() > deadline:
            raise ChildFailedError(f"{child.name} does not answer at {url}.")
        time.sleep(_LOOK_SECONDS)


def inherited_environment() -> dict[str, str]:
    """Return our environment without any setting of textgate: a production gateway's are none of our business."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEXTGATE_")}
