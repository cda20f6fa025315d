"""A part that is held up between its fence and its POST, by its own worker or by the network, while a STOP comes."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from gateway.adapters.store import keys
from gateway.domain.conversation import join_texts
from gateway.domain.ids import hash_texter
from gateway.domain.reply import shape_reply
from gateway.domain.turn import FENCE_SECONDS
from tests.examples import NUMBER, PEPPER
from tests.faults.corner import Corner
from tests.faults.full_door import full_door
from tests.faults.hooks import Deed, Moment, Order
from tests.faults.nursery import Worker
from tests.faults.scenarios import THREE_PARTS, echo, text_stop
from tests.faults.scene import Scene
from tests.journeys.processes import wait_until

_PARTS = shape_reply(echo(join_texts(THREE_PARTS.said)))
_LOOK_SECONDS = 0.1
_END_SECONDS = 90.0
_FENCED, _CONNECTED = "send._fence_and_post:fence", "carrier.TwilioCarrier._post:post"
_ORDERS = [
    Order(point=point, moment=moment, deed=Deed.FREEZE, passage=passage)
    for point, moment in ((_FENCED, Moment.AFTER), (_CONNECTED, Moment.BEFORE))
    for passage in (1, 2)
]


def test_frozen_for_longer_than_the_fence(scene: Scene) -> None:
    """I19: a part that was fenced before a STOP, and has not left two seconds later, never does."""
    with ThreadPoolExecutor(len(_ORDERS)) as pool:
        list(pool.map(lambda order: _freeze_and_stop(scene, order), _ORDERS))


def _freeze_and_stop(scene: Scene, order: Order) -> None:
    with _frozen_sender(scene, order) as (corner, worker):
        corner.happen(text_stop)
        wait_until(lambda: time.monotonic() > worker.notes[-1].at + FENCE_SECONDS)
        worker.go_on()
        wait_until(lambda: corner.is_at_rest, _END_SECONDS, look_seconds=_LOOK_SECONDS)
        _check(corner, sent=order.passage - 1)


def test_frozen_for_longer_than_the_hold(scene: Scene) -> None:
    """I19, I35: nor when another worker has taken over by then, and has ended the turn."""
    with _frozen_sender(scene, _ORDERS[0]) as (corner, worker):
        corner.happen(text_stop)
        other = scene.bear(corner, "other")
        wait_until(lambda: corner.is_at_rest, _END_SECONDS, look_seconds=_LOOK_SECONDS)
        _check(corner, sent=0)
        worker.go_on()
        worker.stop()
        assert worker.wait_for_end(_END_SECONDS) == 0
        _check(corner, sent=0)
        other.stop()


def test_a_connection_that_does_not_open(scene: Scene) -> None:
    """I19, I47: while the connection to Twilio is not made, the fence runs out, and the next look finds the STOP."""
    corner = scene.take_corner()
    corner.say(THREE_PARTS)
    with full_door() as url:
        worker = scene.bear(corner, "waiting", TEXTGATE_TWILIO_API_URL=url)
        wait_until(lambda: corner.is_in_doubt, _END_SECONDS, look_seconds=_LOOK_SECONDS)
        corner.happen(text_stop)
        wait_until(lambda: corner.is_at_rest, _END_SECONDS, look_seconds=_LOOK_SECONDS)
    _check(corner, sent=0)
    worker.stop()
    corner.close()


@contextmanager
def _frozen_sender(scene: Scene, order: Order) -> Iterator[tuple[Corner, Worker]]:
    """Have a worker stand still when it has fenced a part of three."""
    corner = scene.take_corner()
    corner.say(THREE_PARTS)
    worker = scene.bear(corner, "frozen", orders=(order,))
    wait_until(lambda: worker.notes or worker.has_ended, _END_SECONDS, look_seconds=_LOOK_SECONDS)
    assert worker.notes, worker.read_log()
    try:
        yield corner, worker
    finally:
        if not worker.has_ended:
            worker.go_on()
            worker.stop()
        corner.close()


def _check(corner: Corner, *, sent: int) -> None:
    """Nothing left but what had left before, the rest is cancelled, and no fence is younger than the STOP."""
    (turn,) = corner.turns
    assert corner.outcomes == {"opted_out"}
    assert [turn[f"part:{index}"] for index in range(3)] == ["sent"] * sent + ["cancelled"] * (3 - sent)
    assert corner.texts == _PARTS[:sent]
    stopped_ms = corner.redis.hget(keys.consent(NUMBER, hash_texter(PEPPER, corner.texter)), "noted_ms")
    assert all(int(value) <= int(stopped_ms) for name, value in turn.items() if name.endswith(":fenced_ms"))
