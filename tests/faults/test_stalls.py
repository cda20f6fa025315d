"""A Redis that stands still for a while, at a bad moment."""

from tests.faults.hooks import Deed, Moment, Order
from tests.faults.scenarios import PLAIN, echo
from tests.faults.scene import Scene
from tests.journeys.processes import wait_until

_LOOK_SECONDS = 0.1


def test_redis_stalls_while_a_job_is_put_away(scene: Scene) -> None:
    """A worker whose Redis stalls while arq notes the end of a job comes back by itself, and answers (I38)."""
    corner = scene.take_corner()
    corner.say(PLAIN)
    ending = Order(point="jobs.wake_conversation:begin", moment=Moment.AFTER, deed=Deed.BLOCK)
    worker = scene.bear(corner, "stalled", orders=(ending,))
    wait_until(lambda: worker.notes, look_seconds=_LOOK_SECONDS)
    with scene.redis.frozen():
        # the job has nothing left to do but to be noted as ended, and its turn is about to take its hold
        worker.go_on()
        wait_until(lambda: worker.has_said("worker.redis_lost") or worker.has_ended, look_seconds=_LOOK_SECONDS)
    wait_until(lambda: corner.texts or worker.has_ended, look_seconds=_LOOK_SECONDS)
    assert not worker.has_ended, worker.read_log()
    assert corner.texts == (echo("Hello"),)
    worker.stop()
    corner.close()
