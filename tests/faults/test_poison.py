"""A turn that kills whoever works at it."""

import signal

from gateway.adapters.store import Store
from gateway.adapters.store.dead import DeadTurn
from tests.faults.corner import Corner
from tests.faults.hooks import Moment, Order
from tests.faults.scenarios import PLAIN, echo
from tests.faults.scene import Scene
from tests.journeys.processes import wait_until

_TRIES = 2
_LOOK_SECONDS = 0.1
_LIFE_SECONDS = 60.0


def test_poison(scene: Scene) -> None:
    """A turn that kills who is at it kills one worker, and then a quarantine: it ends dead, with its reason (I40).

    Others are answered meanwhile.
    """
    corner = scene.take_corner()
    corner.say(PLAIN)
    order = Order(point="compose._think:think", moment=Moment.AFTER, about=corner.conversation_id)
    doomed = scene.bear(corner, "doomed", orders=(order,), TEXTGATE_MAX_TRIES=str(_TRIES))
    assert doomed.wait_for_end(_LIFE_SECONDS) == -signal.SIGKILL
    last = scene.bear(corner, "last", orders=(order,), ward_orders=(order,), TEXTGATE_MAX_TRIES=str(_TRIES))
    _text_meanwhile(corner, 1)
    wait_until(lambda: corner.is_at_rest, _LIFE_SECONDS, look_seconds=_LOOK_SECONDS)
    _text_meanwhile(corner, 2)
    assert not last.has_ended
    last.stop()
    assert [note.point for note in last.notes] == [order.point], "the quarantine died of it"
    assert (corner.texts, corner.look(_dead)) == ((), [("failed", "too_many_tries")])
    assert len(corner.arrivals) == 0
    assert corner.calls == _TRIES + len(corner.other_texts)
    corner.close()


def _text_meanwhile(corner: Corner, number: int) -> None:
    """Have somebody else text, and be answered."""
    corner.text(f"Hello {number}", texter=corner.other_texter)
    wait_until(lambda: corner.other_texts[-1:] == (echo(f"Hello {number}"),), look_seconds=_LOOK_SECONDS)


async def _dead(store: Store) -> list[tuple[str, str]]:
    turns: list[DeadTurn] = await store.dead.read_all(limit=10)
    return [(turn.outcome, turn.reason) for turn in turns]
