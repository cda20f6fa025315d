"""What leaves and what arrives: a number's rate over all workers, a Messaging Service, and receipts of lost parts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from gateway.domain.phone import PhoneNumber
from gateway.flows.numbers import bind_number
from tests.examples import NOW, NUMBER, TEXTER
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until

OTHER_NUMBER = PhoneNumber("+12025550177")
SERVICE = "MG" + "5" * 32
TEXTERS = [PhoneNumber(f"+1202555012{digit}") for digit in range(5)]


@pytest.fixture
def throttled(gateway: Gateway) -> Iterator[Gateway]:
    """A gateway with two workers, whose long codes send a segment a second, as they do in production."""
    for worker in gateway.workers:
        worker.stop()
    settings = {"TEXTGATE_LIMIT_SEGMENTS_LONG": "1"}
    workers = [gateway.start_with(settings, "gateway.cli", "work") for _ in range(2)]
    for worker in workers:
        wait_until(partial(worker.has_said, "worker.started"), 60)
    gateway.workers = []
    yield gateway
    for worker in workers:
        worker.stop()


def _seconds_since(began: datetime, message: dict[str, Any]) -> float:
    return (datetime.fromisoformat(message["created_at"]) - began).total_seconds()


def test_a_numbers_rate(throttled: Gateway) -> None:
    """Replies to five people leave one long code a second apart, over two workers, and another number meanwhile."""
    gateway, customer = throttled, throttled.set_up_customer()
    gateway.look(lambda store: bind_number(OTHER_NUMBER, customer.agent.id, store=store, now=NOW))
    gateway.phone.own(OTHER_NUMBER, sms_url=f"{gateway.urls[0]}/webhooks/twilio/sms")
    began = datetime.now(UTC)
    for texter in TEXTERS:
        gateway.phone.text("Hi", texter=texter)
    gateway.phone.text("Hi", number=OTHER_NUMBER)
    wait_until(lambda: len(gateway.phone.all_messages()) == len(TEXTERS))
    moments = sorted(_seconds_since(began, message) for message in gateway.phone.all_messages())
    # the first slot is not before the first text, and nothing arrives before its slot
    assert all(moment >= place for place, moment in enumerate(moments)), moments
    (other,) = gateway.phone.messages(number=OTHER_NUMBER)
    assert _seconds_since(began, other) < moments[-1]


def test_a_lost_part(gateway: Gateway) -> None:
    """I48, I51: a part sent by a service and lost on its way is told in words, and its number's alert once."""
    gateway.set_up_customer()
    gateway.phone.pool(SERVICE, NUMBER)
    gateway.run("numbers", "set", NUMBER, "--messaging-service", SERVICE)
    gateway.phone.fate_next({"status": "undelivered", "code": 30034}, {"status": "failed", "code": 30034})
    traces = []
    for words in ("Hi", "Hello?"):
        sid = gateway.phone.text(words)
        wait_until(partial(_ends, gateway, sid))
        traces.append(gateway.run("trace", sid))
    assert [trace["deliveries"][0]["status"] for trace in traces] == ["undelivered", "failed"]
    assert {trace["deliveries"][0]["error_code"] for trace in traces} == {30034}
    assert {(m["messaging_service_sid"], m["from"]) for m in gateway.phone.messages()} == {(SERVICE, NUMBER)}
    (notice,) = gateway.run("notices")
    assert (notice["notice"], notice["number"], notice["reason"]) == ("twilio.alert", NUMBER, "30034")
    assert TEXTER not in str(notice)


def _ends(gateway: Gateway, sid: str) -> bool:
    receipts = [step for step in gateway.read_trace(sid).steps if step.name == "part.receipt"]
    return any("error_code" in step.details for step in receipts)
