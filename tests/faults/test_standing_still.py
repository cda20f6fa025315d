"""Workers that stand still in the middle of a turn and wake when another one has taken over."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.adapters.store import keys
from gateway.domain.turn import FENCE_SECONDS
from tests.faults.corner import Corner
from tests.faults.death import DOUBT_SECONDS, PICK_UP_SECONDS
from tests.faults.hooks import Deed, Moment, Order
from tests.faults.nursery import Worker
from tests.faults.scenarios import PLAIN, echo, text_stop
from tests.faults.scene import Scene
from tests.journeys.processes import wait_until
from tests.web.contents import Contents, contents

_LOOK_SECONDS = 0.2
_END_SECONDS = 90
_Play = Callable[[Scene, Corner, Worker, Order], None]

POINTS = {
    "answer.answer_turn:record_reply": PICK_UP_SECONDS,
    "send._fence_and_post:fence": PICK_UP_SECONDS,
    "send._post:send": PICK_UP_SECONDS + DOUBT_SECONDS,
    "carrier.TwilioCarrier._post:post": PICK_UP_SECONDS + DOUBT_SECONDS,
    "answer._close:close": PICK_UP_SECONDS,
}
"""Where a worker stands still, and how soon its turn must have ended without it."""


@pytest.mark.timeout(300)
def test_a_worker_that_wakes_too_late(scene: Scene) -> None:
    """A worker that froze or was blocked has been replaced in 20 s; awake, it writes and sends nothing (I35, I45)."""
    assert _find_wrongs(scene, list(POINTS), _be_replaced) == {}


def test_a_fence_does_not_wait_for_who_stood_still(scene: Scene) -> None:
    """A worker that stood still between fence and POST for more than 2 s asks again: a STOP meanwhile wins (I19)."""
    assert _find_wrongs(scene, ["send._post:send", "carrier.TwilioCarrier._post:post"], _outlive_fence) == {}


def _find_wrongs(scene: Scene, points: list[str], play: _Play) -> dict[str, str]:
    """Have a worker stand still in each way at each of the points, all at a time, and tell what was wrong then."""
    orders = [
        Order(point=point, moment=Moment.BEFORE, deed=deed) for point in points for deed in (Deed.FREEZE, Deed.BLOCK)
    ]
    with ThreadPoolExecutor(len(orders)) as pool:
        wrongs = zip(orders, pool.map(lambda order: _find_wrong(scene, order, play), orders), strict=True)
    return {f"{order.deed} at {order.point}": wrong for order, wrong in wrongs if wrong}


def _find_wrong(scene: Scene, order: Order, play: _Play) -> str | None:
    corner = scene.take_corner()
    try:
        corner.say(PLAIN)
        still = scene.bear(corner, "still", orders=(order,))
        wait_until(lambda: still.notes, _END_SECONDS, look_seconds=_LOOK_SECONDS)
        play(scene, corner, still, order)
        still.stop()
    except AssertionError as error:
        return str(error) or repr(error)
    finally:
        corner.close()
    return None


def _outlive_fence(_scene: Scene, corner: Corner, still: Worker, _order: Order) -> None:
    corner.happen(text_stop)
    wait_until(lambda: time.monotonic() > still.notes[0].at + FENCE_SECONDS)
    still.go_on()
    wait_until(lambda: corner.is_at_rest, look_seconds=_LOOK_SECONDS)
    assert (corner.outcomes, corner.texts) == ({"opted_out"}, ())


def _be_replaced(scene: Scene, corner: Corner, still: Worker, order: Order) -> None:
    healthy = scene.bear(corner, "healthy")
    wait_until(lambda: corner.is_at_rest, _END_SECONDS, look_seconds=_LOOK_SECONDS)
    assert all(came - still.notes[0].at < POINTS[order.point] for came in corner.arrivals)
    healthy.stop()
    healthy.wait_for_end(_END_SECONDS)
    _wake(still, corner)


def _wake(still: Worker, corner: Corner) -> None:
    """Wake it, and see it do nothing to the turn that is over, and its work at the next text."""
    before = _contents(corner)
    assert (corner.outcomes, corner.texts) == ({"answered"}, (echo("Hello"),))
    still.go_on()
    # told to it by its next write; or it was cancelled, as Redis had not heard of it for too long
    wait_until(lambda: still.has_said("turn.interrupted") or still.has_said("worker.redis_lost"), _END_SECONDS)
    wait_until(lambda: corner.is_at_rest)
    assert _contents(corner) == before
    assert corner.texts == (echo("Hello"),)
    corner.text("Hello again")
    wait_until(lambda: len(corner.texts) == 2 and corner.is_at_rest, _END_SECONDS, look_seconds=_LOOK_SECONDS)
    assert corner.texts[-1] == echo("Hello again")


def _contents(corner: Corner) -> Contents:
    """Read all that is the gateway's own: arq's jobs come and go, and workers give signs of life."""
    found = contents(corner.redis_url, "tg:*")
    return {name: value for name, value in found.items() if name != keys.WORKERS}
