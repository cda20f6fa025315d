"""Presence: what a turn takes up in its worker at work, and gives back when it only waits for its number."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

_places: ContextVar[tuple[ExitStack, ...]] = ContextVar("places", default=())


@contextmanager
def present(place: ExitStack) -> Iterator[ExitStack]:
    """Take up a place while the block runs, or until it is left before; what that does, the place knows."""
    before = _places.get()
    _places.set((*before, place))
    try:
        yield place
    finally:
        _places.set(before)
        place.close()


def leave() -> None:
    """Give back whatever the turn that runs here takes up; closed twice, a place is given back once."""
    for place in _places.get():
        place.close()
