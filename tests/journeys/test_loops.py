"""Two gateways that text each other, in real processes on one phone network."""

from pathlib import Path

from gateway.domain.notice import NoticeKind
from tests.journeys import twin
from tests.journeys.gateway import Gateway, running_gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_MOST = 10


def _count_replies(gateway: Gateway) -> int:
    """Count what the gateway's agent has said to the other number."""
    sent = gateway.phone.messages(texter=twin.NUMBER)
    said = [message["body"] for message in sent if message["direction"] == "outbound-api"]
    return len(said)


def test_two_gateways(gateway: Gateway, customer: Customer, tmp_path: Path) -> None:
    """I52: agents on two gateways come to rest by themselves, long before Twilio's thirty replies in thirty seconds."""
    with running_gateway(twin.Twin(tmp_path, gateway)) as other:
        other.settle_in()
        gateway.phone.text("Hello", texter=twin.NUMBER)
        wait_until(lambda: gateway.read_notices() or other.read_notices(), 60)
        wait_until(lambda: gateway.is_idle() and other.is_idle())
        assert 1 < _count_replies(gateway) <= _MOST
        (posted, *_) = gateway.read_notices() or other.read_notices()
        assert posted.notice.kind is NoticeKind.LOOP_STOPPED
