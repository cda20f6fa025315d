"""Workers as a test sees them: born in a moment, doomed or healthy, watched through the files that they leave."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from gateway.dev.children import inherited_environment, spawn
from tests.faults.errands import Errand
from tests.faults.hooks import Moment
from tests.journeys.processes import wait_until
from workers.__main__ import keep_needed

_START_SECONDS = 90
_LOOK_SECONDS = 0.05
_STOP_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """At which await a worker did as it was ordered, and when by the monotonic clock, which all processes share."""

    point: str
    moment: Moment
    at: float


class Worker:
    """One worker process."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand

    @property
    def pid(self) -> int:
        """Its process id."""
        file = self._errand.file("pid")
        wait_until(file.exists, look_seconds=_LOOK_SECONDS)
        return int(file.read_text())

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._errand.file("end").exists()

    @property
    def exit_code(self) -> int:
        """How it has ended; the negative number of the signal that ended it."""
        return int(self._errand.file("end").read_text())

    @property
    def notes(self) -> list[Note]:
        """What it did on orders, in order."""
        file = self._errand.file("notes")
        lines = file.read_text().splitlines() if file.exists() else []
        fields = [line.split() for line in lines]
        return [Note(point=point, moment=Moment(moment), at=float(at)) for point, moment, at in fields]

    def has_said(self, words: str) -> bool:
        """Tell whether `words` stand in its log."""
        return words in self.read_log()

    def read_log(self) -> str:
        """Return all that it has said so far."""
        log = self._errand.file("log")
        return log.read_text() if log.exists() else ""

    def wait_for_end(self, seconds: float) -> int:
        """Wait for its exit code; a failed test, with its last words, when it takes too long."""
        try:
            wait_until(lambda: self.has_ended, seconds, look_seconds=_LOOK_SECONDS)
        except AssertionError:
            raise AssertionError(f"it is still alive: {self.read_log()[-2000:]}") from None
        return self.exit_code

    def go_on(self) -> None:
        """Have it go on when it stands still, by a signal or in its own code."""
        self._errand.file("go").touch()
        os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Tell it to stop, and don't wait: it is collected by its mother."""
        if not self.has_ended:
            os.kill(self.pid, signal.SIGTERM)


class Nursery:
    """The mother of workers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = Lock()
        self._log = directory / "nursery.log"
        with self._log.open("ab") as log:
            self._mother: subprocess.Popen[bytes] = spawn(
                [sys.executable, "-m", "tests.faults.crashing_worker"],
                # as clean as a worker's own: litellm reads it while it is loaded
                env=keep_needed(inherited_environment()),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        """Wait until everything is loaded."""
        wait_until(lambda: "ready" in self._log.read_text() or self._mother.poll() is not None, _START_SECONDS)
        assert self._mother.poll() is None, self._log.read_text()

    def bear(self, errand: Errand) -> Worker:
        """Have a worker born."""
        assert self._mother.stdin
        with self._lock:
            self._mother.stdin.write(errand.write())
            self._mother.stdin.flush()
        return Worker(errand)

    def close(self) -> None:
        """End it, and every worker of it."""
        if self._mother.stdin:
            self._mother.stdin.close()
        self._mother.wait(_STOP_SECONDS)
