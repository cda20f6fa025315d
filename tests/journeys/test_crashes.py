"""Processes that die or are stopped in the middle of a turn, and a Redis that goes away."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.adapters.store import keys
from gateway.domain.turn import PartState
from tests.examples import inbound_form, message_sid
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_DOUBT_SECONDS = 20.0
_PICK_UP_SECONDS = 20
_RETURN_SECONDS = 5
_GRACE_SECONDS = 30
"""What Kubernetes and Heroku give a process between SIGTERM and SIGKILL."""


def test_a_worker_killed_while_the_model_thinks(gateway: Gateway, customer: Customer) -> None:
    """When a worker is killed during the model call another one answers within 20 s, with one text (I33)."""
    (doomed,) = gateway.workers
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.add_worker()
        doomed.kill()
    wait_until(lambda: gateway.has_outcome(sid, "answered"), _PICK_UP_SECONDS)
    wait_until(gateway.is_idle)
    assert gateway.model.asked() == ["Hello", "Hello"]
    assert len(gateway.phone.received()) == 1


def test_a_worker_killed_before_it_could_send(gateway: Gateway, customer: Customer) -> None:
    """When a worker is killed after the reply was recorded, the reply is sent without a second call (I34)."""
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.twilio.stop()
    wait_until(lambda: "part.pending" in _steps(gateway, sid))
    gateway.workers.pop().kill()
    assert _part(gateway, sid) == PartState.PENDING, "it was killed between two attempts"
    gateway.start_twilio()
    gateway.add_worker()
    wait_until(lambda: gateway.has_outcome(sid, "answered") and gateway.is_idle(), _PICK_UP_SECONDS)
    assert gateway.model.asked() == ["Hello"]
    assert len(gateway.phone.received()) == 1


def _steps(gateway: Gateway, sid: str) -> list[str]:
    return [step.name for step in gateway.read_trace(sid).steps]


def _part(gateway: Gateway, sid: str) -> str:
    turn_id = gateway.read_trace(sid).turn_id
    return str(gateway.redis.client.hget(keys.TURN_PREFIX + str(turn_id), "part:0"))


def test_a_worker_killed_while_it_sends(gateway: Gateway, customer: Customer) -> None:
    """A worker is killed between a part's fence and Twilio's answer: the next one asks Twilio; one text (I33, I46)."""
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.twilio.freeze()
    wait_until(lambda: _part(gateway, sid) == PartState.SENDING)
    gateway.workers.pop().kill()
    gateway.twilio.thaw()
    gateway.add_worker()
    # after the hold has lapsed, the fence and its POST must have ended for sure, and two looks take their time
    wait_until(lambda: gateway.has_outcome(sid, "answered") and gateway.is_idle(), _PICK_UP_SECONDS + _DOUBT_SECONDS)
    assert gateway.model.asked() == ["Hello"]
    assert len(gateway.phone.received()) == 1


def test_a_web_process_killed_after_its_200(gateway: Gateway, customer: Customer) -> None:
    """A text that was met with 200 is answered, although every web process was killed right then (I1)."""
    with gateway.workers[0].frozen():
        gateway.phone.text("Hello")
        for web in gateway.webs:
            web.kill()
    gateway.webs.clear()
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    assert gateway.model.asked() == ["Hello"]


def test_a_web_process_told_to_stop_answers_first(gateway: Gateway, customer: Customer) -> None:
    """A web process that gets SIGTERM gives the reply that a caller waits for, and ends (I36)."""
    web = gateway.webs.pop()
    talk = f"/v1/agents/{customer.agent.id}/messages"
    with ThreadPoolExecutor() as pool:
        with gateway.model.thinking():
            asked = pool.submit(gateway.call, "POST", talk, customer.api_key, {"text": "Hello"}, web=1)
            wait_until(lambda: gateway.model.has_calls(1))
            web.terminate()
            wait_until(lambda: not gateway.answers(f"{gateway.urls[1]}/healthz"))
            with pytest.raises(TimeoutError):
                asked.result(timeout=1)  # it is neither cut off nor answered
        assert asked.result().status_code == 200
    assert web.wait_for_exit() == 0


def test_a_worker_told_to_stop_ends_its_turn_first(gateway: Gateway, customer: Customer) -> None:
    """A worker that gets SIGTERM during the model call answers the text, once, and exits with 0 (I36)."""
    worker = gateway.workers.pop()
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        worker.terminate()
    assert worker.wait_for_exit(_GRACE_SECONDS) == 0
    assert gateway.has_outcome(sid, "answered")
    assert gateway.is_idle()
    assert gateway.model.asked() == ["Hello"]
    assert len(gateway.phone.received()) == 1


def test_a_worker_told_to_stop_does_not_wait_for_ever(gateway: Gateway, customer: Customer) -> None:
    """A worker that gets SIGTERM while a model hangs exits with 0 in time, and another one answers (I36)."""
    worker = gateway.workers.pop()
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        worker.terminate()
        gateway.add_worker()
        assert worker.wait_for_exit(_GRACE_SECONDS) == 0
        wait_until(lambda: gateway.model.has_calls(2), _PICK_UP_SECONDS)
    wait_until(lambda: gateway.has_outcome(sid, "answered") and gateway.is_idle())
    assert len(gateway.phone.received()) == 1


def test_no_200_while_redis_is_down(gateway: Gateway, customer: Customer) -> None:
    """Without Redis every web process answers 503, and both serve again by themselves (I16)."""
    gateway.redis.kill()
    forms = [inbound_form("Hello", sid=message_sid(number)) for number in range(4)]
    assert [answer.status for answer in gateway.post(*forms)] == [503] * 4
    assert not any(gateway.answers(f"{url}/readyz") for url in gateway.urls)
    assert gateway.call("GET", "/v1/status", customer.api_key).status_code == 503
    gateway.redis.start()
    wait_until(lambda: all(gateway.answers(f"{url}/readyz") for url in gateway.urls), _RETURN_SECONDS)
    assert [answer.status for answer in gateway.post(*forms)] == [200] * 4
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    assert "\n".join(gateway.model.asked()).split("\n") == ["Hello"] * 4


def test_redis_dies_in_the_middle_of_a_turn(gateway: Gateway, customer: Customer) -> None:
    """When Redis is killed during a model call the same worker comes back by itself and answers once (I38)."""
    (worker,) = gateway.workers
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.redis.kill()
        wait_until(lambda: worker.has_said("worker.redis_lost"))
        gateway.redis.start()
    wait_until(lambda: gateway.has_outcome(sid, "answered") and gateway.is_idle(), _PICK_UP_SECONDS)
    assert len(gateway.phone.received()) == 1
    assert worker.is_running
