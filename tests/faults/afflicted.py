"""Run a program of the gateway with a clock that can be set, and a loop that can be blocked.

`python -m tests.faults.afflicted FILE MODULE [ARGUMENT …]`: the wall clock is ahead by as many seconds as FILE says,
at any moment; SIGUSR1 blocks the event loop for good. The monotonic clock is left alone, as a real jump leaves it.
"""

import datetime as dt
import runpy
import signal
import sys
import time
from pathlib import Path
from typing import Any

_real_time = time.time
_real_datetime = dt.datetime


class _Clock:
    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> float:
        return _real_time() + float(self._file.read_text())


class _Kind(type):
    """A datetime that C made is one of ours, too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _real_datetime)


def _set_clock(clock: _Clock) -> None:
    class Shifted(_real_datetime, metaclass=_Kind):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return _real_datetime.fromtimestamp(clock.read(), tz)

    time.time = clock.read
    dt.datetime = Shifted  # type: ignore[misc]


def _block(*_: object) -> None:
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    _, file, module, *arguments = sys.argv
    _set_clock(_Clock(Path(file)))
    signal.signal(signal.SIGUSR1, _block)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
