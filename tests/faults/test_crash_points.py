"""A worker killed at every await of a turn, and another one that finishes."""

import sys
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest

from tests.faults.crash_points import LAST_TRIES, Case, cases
from tests.faults.death import Fate, die
from tests.faults.hooks import Moment
from tests.faults.scene import Scene

_AT_ONCE = 24
_FEW = 4
_MOST_LATE = 20
_WAITING_LONGEST = ("doubt.", "carrier.", "send.")


Record = Callable[[str, object], None]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("moment", Moment)
def test_death(scene: Scene, moment: Moment, record_property: Record) -> None:
    """A worker killed before or after any await of a turn: within 20 s another ends it, right and once (I33, I34)."""
    # those first that wait longest, so that none of them is left alone at the end
    deaths = sorted(cases(moment), key=lambda case: not case.point.startswith(_WAITING_LONGEST))
    _check([case for case in deaths if case.scenario not in LAST_TRIES], scene, record_property, at_once=_AT_ONCE)


@pytest.mark.timeout(400)
def test_death_on_the_last_try(scene: Scene, record_property: Record) -> None:
    """A worker killed before or after any await for its quarantine: the turn ends, right and once (I33, I34, I40)."""
    deaths = [case for moment in Moment for case in cases(moment) if case.scenario in LAST_TRIES]
    _check(deaths, scene, record_property, at_once=_FEW)


def _check(deaths: list[Case], scene: Scene, record: Record, *, at_once: int) -> None:
    fates = _die_all(deaths, scene, at_once=at_once)
    late = [case for case, fate in fates.items() if fate.late_by_seconds]
    if len(late) <= _MOST_LATE:
        # so many workers at a time keep a busy machine waiting: in company of a few it tells how late they really are
        fates |= _die_all(late, scene, at_once=_FEW)
    for name, times in _summaries(fates.values()).items():
        record(name, times)
        sys.stdout.write(f"{name}: {times}\n")
    assert {case.name: fate.wrongs for case, fate in fates.items() if fate.wrongs} == {}
    assert {case.name: fate.late_by_seconds for case, fate in fates.items() if fate.late_by_seconds} == {}


def _die_all(deaths: list[Case], scene: Scene, *, at_once: int) -> dict[Case, Fate]:
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(deaths, pool.map(lambda case: die(case, scene), deaths), strict=True))


def _summaries(fates: Collection[Fate]) -> dict[str, str]:
    """Sum up how long after a death the first text came: with `-s` on the screen, and among JUnit's properties."""
    took = [(fate.pick_up_seconds, fate.was_in_doubt) for fate in fates if fate.pick_up_seconds is not None]
    return {
        "pick-up, no part in doubt": _sum_up([seconds for seconds, was_in_doubt in took if not was_in_doubt]),
        "pick-up, a part in doubt": _sum_up([seconds for seconds, was_in_doubt in took if was_in_doubt]),
        "deaths after which no text was left to send": str(sum(fate.pick_up_seconds is None for fate in fates)),
    }


def _sum_up(seconds: list[float]) -> str:
    return f"{len(seconds)} deaths, median {median(seconds):.1f} s, longest {max(seconds):.1f} s" if seconds else "none"
