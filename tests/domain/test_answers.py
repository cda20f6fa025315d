"""The golden file: sixty answers as models write them, and the texts that phones get of them."""

import pytest

from tests.domain.answers import Golden, read_golden

_GOLDEN = read_golden()


def test_there_are_sixty() -> None:
    """The golden file holds sixty answers, each under a name of its own."""
    assert len({golden.title for golden in _GOLDEN}) == 60


@pytest.mark.parametrize("golden", _GOLDEN, ids=lambda golden: golden.title)
def test_texts(golden: Golden) -> None:
    """I49: an answer becomes the very texts that were read by eye (`python -m tests.domain.answers` writes them)."""
    assert golden.show().rstrip("\n") == golden.texts
