"""A backup restored while Twilio's list knows more than it: opt-outs come back, answers do not go out twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from gateway.adapters.store import keys
from gateway.domain.ids import hash_texter
from gateway.domain.phone import PhoneNumber
from tests.examples import NUMBER, PEPPER
from tests.faults.gateways import ProxiedGateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_ANSWER_SECONDS = 40.0
OLD, PENDING, WAITING, NEW, STOPPED, LOST = (PhoneNumber(f"+1202555{7200 + index}") for index in range(6))
_ANSWERED = {OLD: 2, PENDING: 1, WAITING: 1, NEW: 1, LOST: 0}
"""How many answers each texter has when the gateway breaks down."""


def test_restore(troubled: ProxiedGateway, troubled_customer: Customer, tmp_path: Path) -> None:
    """I55: after a restore `reconcile` re-derives an opt-out, answers what is lost, and nothing is answered twice."""
    phone = troubled.phone
    first = phone.text("Hello", texter=OLD)
    wait_until(lambda: phone.received(texter=OLD) and troubled.is_idle())
    _leave_a_part_pending(troubled)
    phone.text("Are you there?", texter=WAITING)
    backup = _back_up(troubled, tmp_path / "backup")

    troubled.add_worker()
    wait_until(lambda: phone.received(texter=PENDING) and phone.received(texter=WAITING), _ANSWER_SECONDS)
    for texter in (OLD, NEW):
        phone.text("Hello again", texter=texter)
    phone.text("STOP", texter=STOPPED)
    with _unreachable(troubled):
        lost = _text_in_vain(troubled, "Is this lost?")
    wait_until(lambda: _count_answers(troubled) == _ANSWERED and troubled.is_idle())

    _restore(troubled, backup)
    counted = troubled.run("reconcile", "--since", "2h")
    found = {"seen": 7, "known": 3, "recovered": 4, "stale": 0, "answered_before": 3, "parts_sent": 1}
    assert counted == {**found, "numbers_skipped": 0}
    assert _consent(troubled, STOPPED) == "out"
    troubled.add_worker()
    wait_until(lambda: troubled.has_outcome(lost, "answered") and troubled.is_idle(), _ANSWER_SECONDS)
    assert _count_answers(troubled) == _ANSWERED | {LOST: 1}
    assert phone.text("Hello?", texter=STOPPED)
    assert troubled.has_outcome(first, "answered")


def _leave_a_part_pending(gateway: ProxiedGateway) -> None:
    """Leave a turn whose reply is recorded and could not be sent, and no worker."""
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello", texter=PENDING)
        wait_until(lambda: gateway.model.has_calls(2))
        gateway.twilio.stop()
    wait_until(lambda: "part.pending" in [step.name for step in gateway.read_trace(sid).steps])
    gateway.workers.pop().kill()
    gateway.start_twilio()
    turn_id = gateway.read_trace(sid).turn_id
    assert gateway.redis.client.hget(f"{keys.TURN_PREFIX}{turn_id}", "part:0") == "pending"


def _back_up(gateway: ProxiedGateway, place: Path) -> Path:
    gateway.redis.stop()
    shutil.copytree(gateway.redis.directory, place)
    gateway.redis.start()
    wait_until(lambda: all(gateway.answers(f"{url}/readyz") for url in gateway.urls))
    return place


def _restore(gateway: ProxiedGateway, backup: Path) -> None:
    """Do as docs/operations.md says: no worker runs until `reconcile` is through."""
    for worker in gateway.workers:
        worker.stop()
    gateway.workers.clear()
    gateway.redis.stop()
    shutil.rmtree(gateway.redis.directory)
    shutil.copytree(backup, gateway.redis.directory)
    gateway.redis.start()
    wait_until(lambda: all(gateway.answers(f"{url}/readyz") for url in gateway.urls))


@contextmanager
def _unreachable(gateway: ProxiedGateway) -> Iterator[None]:
    """Have Twilio find nobody at the number's webhook."""
    number = f"{gateway.twilio_url}/control/numbers/{NUMBER}"
    webhook = f"{gateway.urls[0]}/webhooks/twilio/sms"
    httpx.post(number, json={"sms_url": ""}, trust_env=False).raise_for_status()
    yield
    httpx.post(number, json={"sms_url": webhook}, trust_env=False).raise_for_status()


def _text_in_vain(gateway: ProxiedGateway, body: str) -> str:
    words = {"from": LOST, "to": NUMBER, "body": body, "wait": True}
    report: dict[str, Any] = httpx.post(f"{gateway.twilio_url}/control/texts", json=words, trust_env=False).json()
    assert report["webhook_status"] is None
    return str(report["message_sid"])


def _count_answers(gateway: ProxiedGateway) -> dict[PhoneNumber, int]:
    return {texter: len(gateway.phone.received(texter=texter)) for texter in _ANSWERED}


def _consent(gateway: ProxiedGateway, texter: PhoneNumber) -> Any:
    return gateway.redis.client.hget(keys.consent(NUMBER, hash_texter(PEPPER, texter)), "state")
