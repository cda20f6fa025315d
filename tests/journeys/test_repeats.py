"""The same text more than once: Twilio repeats what it is not sure of."""

from tests.examples import inbound_form, message_sid
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response />'


def test_a_hundred_repeats_at_once(gateway: Gateway, customer: Customer) -> None:
    """One text posted a hundred times at once to two web processes is one turn, one call, one reply (I2)."""
    answers = gateway.post(*[inbound_form("Hello")] * 100)
    assert [(answer.status, answer.body) for answer in answers] == [(200, _SILENCE)] * 100
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    assert gateway.model.asked() == ["Hello"]
    assert len(gateway.phone.received()) == 1
    assert [_count(gateway, kind) for kind in ("message", "trace", "turn")] == [1, 1, 1]


def _count(gateway: Gateway, kind: str) -> int:
    return len(list(gateway.redis.client.scan_iter(f"tg:{kind}:*")))


def test_a_repeat_after_everything_was_restarted(gateway: Gateway, customer: Customer) -> None:
    """A text is known, and answered with the same bytes, after every process and Redis was restarted (I4)."""
    forms = [inbound_form("Hello", sid=message_sid(1)), inbound_form("HELP", sid=message_sid(2), From="+12025550144")]
    before = gateway.post(*forms)
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    gateway.stop_all()
    gateway.start()
    assert gateway.post(*forms) == before
    wait_until(gateway.is_idle)
    assert gateway.model.asked() == ["Hello"]
    assert len(gateway.phone.received()) == 1
