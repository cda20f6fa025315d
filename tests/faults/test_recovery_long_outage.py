"""No worker for more than a day: nothing is dropped in silence, and nobody is answered a day late."""

from datetime import timedelta

from arq.constants import job_key_prefix

from gateway.adapters.store import keys
from gateway.domain.phone import PhoneNumber
from tests.examples import inbound_form, message_sid
from tests.faults.gateways import ProxiedGateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_AWAY = timedelta(hours=25)
_SOON = 15.0
_LEFT, _BACK = PhoneNumber("+12025557500"), PhoneNumber("+12025557501")


def test_workers_were_away_for_a_day(troubled: ProxiedGateway, troubled_customer: Customer) -> None:
    """I39: wake-ups expired, texts became stale: each says so, and what came since is answered, without the old."""
    with troubled.workers[0].frozen():
        _post(troubled, 1, "old", _LEFT)
        _post(troubled, 2, "older", _BACK)
        _let_time_pass(troubled)
        _post(troubled, 3, "new", _BACK)
    wait_until(lambda: troubled.has_outcome(message_sid(3), "answered"), _SOON)
    wait_until(lambda: troubled.has_outcome(message_sid(1), "stale"), _SOON)
    assert troubled.has_outcome(message_sid(2), "stale")
    wait_until(troubled.is_idle)
    assert troubled.model.asked() == ["new"]
    assert troubled.phone.received(texter=_LEFT) == []
    assert len(troubled.phone.received(texter=_BACK)) == 1


def _post(gateway: ProxiedGateway, number: int, words: str, texter: PhoneNumber) -> None:
    (answer,) = gateway.post(inbound_form(words, sid=message_sid(number), From=texter))
    assert answer.status == 200


def _let_time_pass(gateway: ProxiedGateway) -> None:
    """Do what a day does: the jobs expire, though not their places in the queue, and the texts grow old."""
    redis = gateway.redis.client
    for job in redis.scan_iter(f"{job_key_prefix}*"):
        redis.delete(job)
    for message in redis.scan_iter(f"{keys.MESSAGE_PREFIX}*"):
        redis.hincrby(message, "arrived_ms", -int(_AWAY.total_seconds() * 1000))
    for conversation in redis.zrange(keys.WAITING, 0, -1):
        redis.zincrby(keys.WAITING, -_AWAY.total_seconds() * 1000, conversation)
