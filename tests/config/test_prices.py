"""TEXTGATE_PRICES_FILE: what it says goes over the built-in prices, and what is wrong with it is said at the start."""

from pathlib import Path

import pytest

from config.settings import SettingsError, WorkerSettings, read_settings
from gateway.domain.cost import CENT, OTHER_SEGMENT, ModelPrice
from tests.examples import environment


def _read(path: Path | str) -> WorkerSettings:
    given = environment(TEXTGATE_REDIS_URL="redis://127.0.0.1:6379/0", TEXTGATE_PRICES_FILE=str(path))
    return read_settings(WorkerSettings, given)


def test_without_a_file() -> None:
    """Without a price file a segment costs what the built-in table says."""
    prices = _read("").prices
    assert (prices.of_segment("US"), prices.of_segment("JM"), prices.models) == (830_000, OTHER_SEGMENT, {})


def test_over_the_built_in_prices(tmp_path: Path) -> None:
    """Contract 3: a file's countries and models win, its default stands for all others, and the rest stays."""
    file = tmp_path / "prices.json"
    file.write_text(
        '{"segments": {"US": 0.79, "GB": 4, "default": 7.5}, "models": {"gpt-4o-mini": {"input": 15, "output": 60.5}}}'
    )
    prices = _read(file).prices
    told = [prices.of_segment(country) for country in ("US", "CA", "GB", "JM")]
    assert told == [790_000, 830_000, 4 * CENT, 7_500_000]
    assert prices.models == {"gpt-4o-mini": ModelPrice(asked=15 * CENT, answered=60_500_000)}


_WRONG = {
    "not json": ("{", "is not JSON"),
    "NaN": ('{"segments": {"US": NaN}}', "is not JSON"),
    "a list": ("[]", "the file must be an object"),
    "another section": ('{"segment": {}}', "the file has no 'segment', only models, segments"),
    "no object": ('{"segments": 3}', "segments must be an object"),
    "no country": ('{"segments": {"usa": 1}}', "'usa' is no country"),
    "negative": ('{"segments": {"US": -1}}', "segments.US must be a number of cents from 0 on"),
    "words": ('{"segments": {"US": "1"}}', "segments.US must be a number of cents"),
    "a switch": ('{"segments": {"US": true}}', "segments.US must be a number of cents"),
    "beyond": ('{"segments": {"US": 1e999}}', "segments.US must be a number of cents"),
    "half a model": ('{"models": {"m": {"input": 1}}}', "models.m.output must be a number of cents"),
    "another kind": ('{"models": {"m": {"input": 1, "output": 1, "cached": 1}}}', "models.m has no 'cached'"),
    "two": ('{"segments": {"US": -1, "GB": -1}}', "segments.US must be a number of cents from 0 on; segments.GB"),
}


@pytest.mark.parametrize(("words", "problem"), _WRONG.values(), ids=_WRONG.keys())
def test_what_is_wrong_is_said(tmp_path: Path, words: str, problem: str) -> None:
    """A worker with a price file that is not as it must be does not start, and says all that is wrong with it."""
    file = tmp_path / "prices.json"
    file.write_text(words)
    with pytest.raises(SettingsError) as caught:
        _read(file)
    (line,) = caught.value.problems
    assert line.startswith("TEXTGATE_PRICES_FILE: ")
    assert problem in line


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there, or that is none, is named as the problem."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(SettingsError, match="TEXTGATE_PRICES_FILE: can't be read: "):
            _read(path)
