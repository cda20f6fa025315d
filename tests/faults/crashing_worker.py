"""A mother of workers: `python -m tests.faults.crashing_worker`.

It loads a worker's modules once, each await of theirs announced, and forks a worker for every line on its standard
input: loading takes seconds, forking none. Each worker is the real program from there on, `workers.__main__.main()`.
"""

import ast
import asyncio
import gc
import importlib
import json
import os
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import stamina

from gateway.dev.children import _die_with_parent
from gateway.domain.errors import CarrierBusy
from tests.faults import hooks
from tests.faults.awaits import MODULES, announce_awaits
from tests.faults.errands import Errand

_LOOK_SECONDS = 0.02
_POLL_SECONDS = 0.5
_DRAIN_SECONDS = 0.1
_LEAVING_SECONDS = 1.0
_LIST_SECONDS = 2.0
_REWRITTEN = {f"workers.{module}": module for module in MODULES}


class _Loader(SourceFileLoader):
    """Loads a module with its awaits announced, and never from or into Python's cache of compiled modules."""

    def get_code(self, fullname: str) -> CodeType:
        tree: ast.Module = announce_awaits(_REWRITTEN[fullname], Path(self.path).read_text())
        return compile(tree, self.path, "exec")


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in _REWRITTEN else None
        if spec and spec.origin:
            spec.loader = _Loader(fullname, spec.origin)
        return spec


def main() -> None:
    """Bear workers until standard input ends; then none of them is left."""
    announce()
    _load_everything()
    gc.freeze()  # what is shared with the children stays shared
    os.write(1, b"ready\n")
    children: dict[int, Errand] = {}
    asked = _Input()
    while (lines := asked.read_lines()) is not None:
        for line in lines:
            errand = Errand.read(line)
            children[_bear(errand)] = errand
        _collect(children)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def announce() -> None:
    """From now on load a turn's modules with their awaits announced."""
    sys.meta_path.insert(0, _Finder())


def _load_everything() -> None:
    """Load what a worker loads, litellm's late imports included: a scout runs ahead and tells which they are."""
    for name in ("workers.__main__", *_REWRITTEN):
        importlib.import_module(name)
    before = set(sys.modules)
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        from workers.warm_up import warm_up  # not above: it loads modules whose awaits are to be announced

        asyncio.run(warm_up())
        os.write(writing, json.dumps(sorted(set(sys.modules) - before)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = json.load(told)
    os.waitpid(pid, 0)
    for name in names:
        with suppress(ImportError):
            importlib.import_module(name)


class _Input:
    """Standard input, line by line, for somebody who has other things to do as well."""

    def __init__(self) -> None:
        self._rest = b""

    def read_lines(self) -> list[bytes] | None:
        """Read the whole lines that have come by now; None at the end."""
        ready, _, _ = select.select([0], [], [], _LOOK_SECONDS)
        if not ready:
            return []
        came = os.read(0, 65536)
        *lines, self._rest = (self._rest + came).split(b"\n")
        return lines if came else None


def _bear(errand: Errand) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            code = _work(errand)
        except BaseException:  # noqa: BLE001 - a child must never come back into its mother's loop
            sys.excepthook(*sys.exc_info())
            code = 70
        sys.stdout.flush()
        os._exit(code)
    errand.note("pid", str(pid))
    return pid


def _work(errand: Errand) -> int:
    from workers.__main__ import main as work  # not above: it loads modules whose awaits are to be announced

    _die_with_parent()
    log = os.open(errand.file("log"), os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(errand.environment)
    _make_frugal()
    if errand.is_hasty:
        _make_hasty()
    if errand.ward_orders:
        _pass_on(errand)
    _obey_once_warm(errand)
    return work([])


def _pass_on(errand: Errand) -> None:
    """Have its quarantine take its orders."""
    file = errand.file("errand")
    file.write_bytes(errand.write())
    quarantine = importlib.import_module("workers.quarantine")
    vars(quarantine)["COMMAND"] = (sys.executable, "-m", "tests.faults.crashing_ward", str(file))


def _obey_once_warm(errand: Errand) -> None:
    """Take orders when it has warmed up: that comes by a turn's awaits, and is none."""
    program = importlib.import_module("workers.warm_up")
    warm_up = vars(program)["warm_up"]

    async def warm_up_and_obey() -> None:
        await warm_up()
        hooks.obey(errand.orders, errand.file("notes"))

    vars(program)["warm_up"] = warm_up_and_obey


def _make_frugal() -> None:
    """Have it look into its queue less often: there are dozens of them at a time, most of them waiting."""
    program = importlib.import_module("workers.__main__")
    vars(program)["_POLL_SECONDS"] = _POLL_SECONDS


def _make_hasty() -> None:
    names = ("__main__", "doubt", "quarantine")
    program, doubt, quarantine = (importlib.import_module(f"workers.{name}") for name in names)
    vars(quarantine)["_LEAVING_SECONDS"] = _LEAVING_SECONDS
    vars(program)["_DRAIN_SECONDS"] = _DRAIN_SECONDS
    patient = vars(doubt)["_ask"].__wrapped__
    vars(doubt)["_ask"] = stamina.retry(on=CarrierBusy, attempts=None, timeout=_LIST_SECONDS)(patient)


def _collect(children: dict[int, Errand]) -> None:
    """Collect who has ended, and note how."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        children.pop(pid).note("end", str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
