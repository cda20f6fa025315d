"""STOP, at the moments when it is hardest to heed."""

from gateway.adapters.store import keys
from gateway.domain.compliance import Voice, stop_text
from tests.examples import NUMBER, TEXTER_HASH, inbound_form, message_sid
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_CONFIRMATION = stop_text(Voice(brand="Corner Cafe", help_contact=None))
_SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response />'


def test_stop_while_the_model_thinks(gateway: Gateway, customer: Customer) -> None:
    """A STOP during the model call gets its one confirmation, and what the model says then is not sent (I19)."""
    with gateway.model.thinking():
        sid = gateway.phone.text("Tell me a story")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.phone.text("STOP")
    wait_until(lambda: gateway.has_outcome(sid, "opted_out") and gateway.is_idle())
    assert gateway.phone.received() == [_CONFIRMATION]
    assert "part.cancelled" in [step.name for step in gateway.read_trace(sid).steps]


def test_after_stop_nobody_asks_the_model(gateway: Gateway, customer: Customer) -> None:
    """A text from someone who is out is met with silence, and START brings the agent back."""
    gateway.phone.text("STOP")
    sid = gateway.phone.text("Hello?")
    assert gateway.read_trace(sid).steps[0].details == {"reason": "opted out"}
    assert gateway.wake_ups() == []
    gateway.phone.text("START")
    gateway.phone.text("Hello again")
    wait_until(lambda: len(gateway.phone.received()) == 3 and gateway.is_idle())
    assert gateway.model.asked() == ["Hello again"]


def test_stop_without_a_worker(gateway: Gateway, customer: Customer) -> None:
    """With all workers dead a STOP is recorded and confirmed in the webhook, and holds for what waited (I20)."""
    gateway.workers.pop().kill()
    sid = gateway.phone.text("Hello")
    waiting = gateway.wake_ups()
    gateway.phone.text("STOP")
    assert gateway.phone.received() == [_CONFIRMATION]
    assert gateway.redis.client.hget(keys.consent(NUMBER, TEXTER_HASH), "state") == "out"
    assert gateway.wake_ups() == waiting
    gateway.add_worker()
    wait_until(lambda: gateway.has_outcome(sid, "opted_out") and gateway.is_idle())
    assert gateway.model.calls() == []
    assert gateway.phone.received() == [_CONFIRMATION]


def test_twenty_stops_at_once(gateway: Gateway, customer: Customer) -> None:
    """Of twenty STOPs at once over two web processes one is confirmed, and the ledger has one row (I23)."""
    answers = gateway.post(*[inbound_form("STOP", sid=message_sid(number)) for number in range(20)])
    assert {answer.status for answer in answers} == {200}
    bodies = sorted(answer.body for answer in answers)
    assert bodies == sorted([*[_SILENCE] * 19, _twiml(_CONFIRMATION)])
    assert gateway.redis.client.llen(keys.ledger(NUMBER, TEXTER_HASH)) == 1


def _twiml(text: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{text}</Message></Response>'
