"""The list of crash points is complete, and so is what it is held against."""

import io
import tokenize
from collections import Counter
from itertools import pairwise

import pytest

from tests.faults.awaits import MODULES, ROOT, list_awaits, read_source
from tests.faults.crash_points import POINTS
from tests.faults.spared_points import OUTSIDE

ELSEWHERE = {
    "__main__": "it runs around turns: before the first wake-up is taken from the queue, and after the last close",
    "check": "a check is no part of a turn, is made at most once, and whoever asked for it does without when it fails",
    "witness": "it passes on what llm asks, and writes nothing down",
    "listing": "it runs within a check, and writes nothing down",
    "warm_up": "it runs before the first wake-up is taken from the queue",
    "sight": "it runs within one await of thinking, and writes nothing down: the next worker looks again",
    "pictures": "it runs within one await of sight, and writes nothing down: the next worker fetches again",
    "room": "it runs within one await of pictures, and writes nothing down: the room is the process's own",
    "egress": "it runs within one await of ours, llm's acompletion, and writes nothing down",
}
"""Modules of `workers` that wait for things, and at whose awaits nobody dies here."""


def test_every_await_is_a_crash_point() -> None:
    """Each await of a turn's modules is in the list of crash points or outside with a reason, and no other (I33)."""
    found = {name for module in MODULES for name in list_awaits(module, read_source(module))}
    assert POINTS.keys() & OUTSIDE.keys() == set()
    listed = POINTS.keys() | OUTSIDE.keys()
    assert {"not in the list": found - listed, "not in the code": listed - found} == {
        "not in the list": set(),
        "not in the code": set(),
    }


def test_every_module_that_waits_is_looked_at() -> None:
    """A module of `workers` with an await in it is one of a turn's modules, or elsewhere with a reason."""
    waiting = {path.stem for path in (ROOT / "workers").glob("*.py") if _count_words(path.read_text())}
    assert waiting == {*MODULES, *ELSEWHERE}


@pytest.mark.parametrize("module", MODULES)
def test_names(module: str) -> None:
    """As many awaits are named as the source has the words for, and no two by the same name."""
    source = read_source(module)
    names = list_awaits(module, source)
    words = _count_words(source)
    assert len(names) == words["await"] + words["for"] + 2 * words["with"]
    assert len(set(names)) == len(names)


def _count_words(source: str) -> Counter[str]:
    """Count `await`, `async for` and `async with`, by nothing but the words."""
    words = [token.string for token in tokenize.generate_tokens(io.StringIO(source).readline)]
    asynchronous = [word for before, word in pairwise(words) if before == "async" and word != "def"]
    return Counter([*asynchronous, *[word for word in words if word == "await"]])
