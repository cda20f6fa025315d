"""One death and what comes after it: a worker dies at an await, and a second one finishes."""

import signal
import time
from dataclasses import dataclass, field

from gateway.domain.conversation import join_texts
from gateway.domain.turn import Outcome
from tests.faults.corner import Corner
from tests.faults.crash_points import Case
from tests.faults.hooks import Order
from tests.faults.nursery import Worker
from tests.faults.scenarios import Way, echo
from tests.faults.scene import Scene
from tests.journeys.processes import wait_until

_DEATH_SECONDS = 150
_END_SECONDS = 90
_LOOK_SECONDS = 0.2
PICK_UP_SECONDS = 20.0
DOUBT_SECONDS = 20.0
"""A part in doubt waits longer: for the end of its fence and its POST, and for a second look at Twilio's list."""


@dataclass(slots=True, kw_only=True)
class Fate:
    """What came of a death, and what is wrong with it."""

    wrongs: list[str] = field(default_factory=list)
    pick_up_seconds: float | None = None
    """From the death to the first text that came after it."""
    was_in_doubt: bool = False
    late_by_seconds: float = 0.0

    def expect(self, what: str, found: object, expected: object) -> None:
        """Note a wrong where the two differ."""
        if found != expected:
            self.wrongs.append(f"{what}: {found!r}, not {expected!r}")


def die(case: Case, scene: Scene) -> Fate:
    """Have a worker die and another one finish, and tell what was wrong with that."""
    fate = Fate()
    corner = scene.take_corner(case.scenario.model, seats=case.scenario.seats, rate=case.scenario.rate)
    try:
        _live_through(case, scene, corner, fate)
    except AssertionError as error:
        fate.wrongs.append(f"it came to no end: {error}")
    finally:
        corner.close()
    return fate


def _live_through(case: Case, scene: Scene, corner: Corner, fate: Fate) -> None:
    doomed = _let_die(case, scene, corner)
    died_at = _check_death(case, doomed, fate)
    calls, recorded, fate.was_in_doubt = corner.calls, corner.recorded, corner.is_in_doubt
    corner.let_model_answer()
    healthy = scene.bear(corner, "healthy")
    try:
        wait_until(lambda: corner.is_at_rest, _END_SECONDS, look_seconds=_LOOK_SECONDS)
        _check_times(case, fate, corner, died_at)
        _check_end(case, corner, fate)
        _check_calls(case, fate, before=calls, after=corner.calls - calls, recorded=recorded)
    finally:
        healthy.stop()


def _let_die(case: Case, scene: Scene, corner: Corner) -> Worker:
    scenario = case.scenario
    corner.say(scenario)
    corner.happen(scenario.before)
    order = Order(point=case.point, moment=case.moment, passage=case.passage)
    orders = (scenario.told, order) if scenario.told else (order,)
    doomed = scene.bear(corner, "doomed", orders=orders, twilio=scenario.twilio)
    if scenario.meanwhile:
        wait_until(lambda: corner.calls or doomed.has_ended, _DEATH_SECONDS, look_seconds=_LOOK_SECONDS)
        corner.happen(scenario.meanwhile)
        corner.let_model_answer()
    doomed.wait_for_end(_DEATH_SECONDS)
    return doomed


def _check_death(case: Case, doomed: Worker, fate: Fate) -> float:
    fate.expect("its exit code", doomed.exit_code, -signal.SIGKILL)
    assert doomed.notes, f"it never came by: {doomed.read_log()[-2000:]}"
    last = doomed.notes[-1]
    fate.expect("where it died", (last.point, last.moment), (case.point, case.moment))
    return last.at


def _check_times(case: Case, fate: Fate, corner: Corner, died_at: float) -> None:
    came = [at - died_at for at in corner.arrivals if at > died_at]
    fate.pick_up_seconds = min(came, default=None)
    took = max(came, default=time.monotonic() - died_at)
    may_take = PICK_UP_SECONDS + case.scenario.grace_seconds + (DOUBT_SECONDS if fate.was_in_doubt else 0)
    fate.late_by_seconds = max(0.0, took - may_take)


def _check_calls(case: Case, fate: Fate, *, before: int, after: int, recorded: int) -> None:
    """Whoever finishes asks the model for those turns alone whose reply was not recorded."""
    each, turns = case.scenario.calls, case.scenario.turns
    if before > each * turns or after > each * (turns - recorded):
        fate.wrongs.append(f"the model was asked {before} times before the death and {after} after it")


def _check_end(case: Case, corner: Corner, fate: Fate) -> None:
    fate.expect("outcome", corner.outcomes, {case.end.outcome.value})
    fate.expect("texts", corner.texts, case.end.texts)
    fate.expect("texts to who wrote before", corner.other_texts, tuple(map(echo, case.scenario.ahead)))
    said = join_texts(case.scenario.said)
    is_kept = case.end.outcome not in (Outcome.STALE, Outcome.OPTED_OUT)
    fate.expect("times that the history has what was said", corner.history.count(said), int(is_kept))
    if case.scenario.way is Way.API:
        fate.expect("replies", corner.replies, (corner.history[-1],))
