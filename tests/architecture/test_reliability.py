"""docs/reliability.md: each promise names its invariants, and tests that are there and name them, too."""

import re

import pytest

from tests.architecture.tree import ROOT

_PAGE = (ROOT / "docs" / "reliability.md").read_text()
_PROMISES = [line.split(" | ") for line in _PAGE.splitlines() if re.match(r"\| .* \| I[0-9]", line)]
_SCOPE = {*range(1, 6), *range(15, 19), *range(33, 52), 53, *range(55, 58)}


def _numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\bI([0-9]{1,2})\b", text)}


@pytest.mark.parametrize("promise", _PROMISES, ids=lambda promise: promise[1])
def test_a_promise_is_held(promise: list[str]) -> None:
    """Each number of a promise is named by one of the tests that hold it."""
    tests = [ROOT / path for path in re.findall(r"`(tests/[a-z_/]+\.py)`", promise[3])]
    assert tests
    named = set().union(*(_numbers(path.read_text()) for path in tests))
    assert _numbers(promise[1]) <= named


def test_nothing_is_left_out() -> None:
    """Every invariant of a text's way is promised here."""
    assert set().union(*(_numbers(promise[1]) for promise in _PROMISES)) >= _SCOPE
