"""What a doomed worker does at a named await: die, stand still, or be told to stop. Product code knows nothing of it.

The awaits of its modules are rewritten to go through `announced`, `Each` and `Within`; see awaits.py.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType, TracebackType
from typing import Generic, TypeVar

_LOOK_SECONDS = 0.02

_T = TypeVar("_T")


class Moment(StrEnum):
    """When, seen from an await."""

    BEFORE = "before"
    """What is awaited has not begun."""
    AFTER = "after"
    """It is done, well or badly; nothing behind the await has run."""


class Deed(StrEnum):
    """What is done to a worker."""

    KILL = "kill"
    """It dies by SIGKILL."""
    FREEZE = "freeze"
    """It stands still by SIGSTOP, until somebody sends SIGCONT."""
    BLOCK = "block"
    """Its event loop waits in blocking code, until a file appears."""
    STOP = "stop"
    """It is told to stop by SIGTERM, and goes on until it takes notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to happen at one await."""

    point: str
    moment: Moment
    deed: Deed = Deed.KILL
    passage: int = 1
    """Which time it comes by there."""
    about: str = ""
    """Only where the waiting function's own variables speak of this."""


@dataclass(slots=True, kw_only=True)
class _Obedience:
    """The orders of this process; none where nobody gave any."""

    orders: tuple[Order, ...] = ()
    notes: Path = Path(os.devnull)
    passages: Counter[Order]


_obedience = _Obedience(passages=Counter())


def obey(orders: tuple[Order, ...], notes: Path) -> None:
    """Take orders; what was done at which await is noted in a file, a line each."""
    _obedience.orders, _obedience.notes = orders, notes


async def announced(point: str, awaited: Awaitable[_T]) -> _T:
    """Await something, and come by the point before and after."""
    _come_by(point, Moment.BEFORE, sys._getframe(1))
    try:
        return await awaited
    finally:
        _come_by(point, Moment.AFTER, sys._getframe(1))


class Each(Generic[_T]):
    """An asynchronous iterator, each of whose steps is announced."""

    def __init__(self, point: str, iterated: AsyncIterator[_T]) -> None:
        self._point = point
        self._iterator = aiter(iterated)

    def __aiter__(self) -> "Each[_T]":
        return self

    async def __anext__(self) -> _T:
        return await announced(self._point, anext(self._iterator))


class Within(Generic[_T]):
    """An asynchronous context, announced when it is entered and when it is left."""

    def __init__(self, point: str, context: AbstractAsyncContextManager[_T]) -> None:
        self._point = point
        self._context = context

    async def __aenter__(self) -> _T:
        return await announced(f"{self._point}.enter", self._context.__aenter__())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await announced(f"{self._point}.exit", self._context.__aexit__(kind, error, trace))


def _come_by(point: str, moment: Moment, waiting: FrameType) -> None:
    for order in _obedience.orders:
        if (order.point, order.moment) == (point, moment) and order.about in repr(waiting.f_locals):
            _obedience.passages[order] += 1
            if _obedience.passages[order] == order.passage:
                _do(order)


def _do(order: Order) -> None:
    with _obedience.notes.open("a") as notes:
        print(order.point, order.moment.value, time.monotonic(), file=notes)
    match order.deed:
        case Deed.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        case Deed.FREEZE:
            os.kill(os.getpid(), signal.SIGSTOP)
        case Deed.STOP:
            os.kill(os.getpid(), signal.SIGTERM)
        case Deed.BLOCK:
            _wait_for(_obedience.notes.with_suffix(".go"))


def _wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(_LOOK_SECONDS)
