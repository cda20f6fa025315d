"""Redis restarted again and again while people text: nothing taken is lost, nobody is answered twice."""

from functools import partial

from gateway.domain.phone import PhoneNumber
from tests.examples import inbound_form, message_sid
from tests.faults.gateways import ProxiedGateway
from tests.faults.senders import Senders
from tests.journeys.processes import Process, wait_until
from tests.setting_up import Customer

_RESTARTS = 5
_RETURN_SECONDS = 5.0
_QUIET_SECONDS = 60.0


def test_restarts_under_load(troubled: ProxiedGateway, troubled_customer: Customer) -> None:
    """I1, I4, I38: of texts sent through five restarts of Redis each is answered once; the worker is back in 5 s."""
    (worker,) = troubled.workers
    first = inbound_form("first", sid=message_sid(1))
    assert troubled.post(first)[0].status == 200
    senders = Senders(troubled, 4)
    with senders.texting():
        for number in range(_RESTARTS):
            (troubled.redis.kill if number % 2 else troubled.redis.stop)()
            _wait_for_refusals(senders)
            starts = _count_starts(worker)
            troubled.redis.start()
            wait_until(partial(_has_started_since, worker, starts), _RETURN_SECONDS)
            _expect_an_answer(senders, number)
    assert troubled.post(first)[0].status == 200
    wait_until(troubled.is_idle, _QUIET_SECONDS)
    assert troubled.phone.received() == ["I am an offline stand-in for a model, so I only repeat what you wrote: first"]
    for texter in senders.texters:
        assert sorted(senders.heard(texter)) == sorted(senders.taken[texter])
    assert sum(map(len, senders.taken.values())) > _RESTARTS * len(senders.texters)
    assert troubled.workers == [worker]
    assert worker.is_running


def _count_starts(worker: Process) -> int:
    return worker.read_log().count("worker.started")


def _has_started_since(worker: Process, starts: int) -> bool:
    return _count_starts(worker) > starts


def _wait_for_refusals(senders: Senders) -> None:
    seen = senders.refusals
    wait_until(lambda: senders.refusals > seen + 2)


def _expect_an_answer(senders: Senders, number: int) -> None:
    """Expect that a text of somebody new is taken and answered soon."""
    texter = PhoneNumber(f"+1202555{7100 + number}")
    senders.text(texter, "Hello")
    wait_until(lambda: senders.gateway.phone.received(texter=texter))
