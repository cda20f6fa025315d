"""Pictures from a phone to a model, through real processes."""

import socket
from base64 import b64encode
from typing import Any

import pytest

from gateway.domain.picture import Loss
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.journeys.test_own_twilio import OWN_NUMBER, bring_number
from tests.pictures import make_png
from tests.setting_up import Customer

_PNG = make_png()


def _answered(gateway: Gateway, sid: str) -> dict[str, Any]:
    """Wait for the end of a text, and return the step that tells of its reply."""
    wait_until(lambda: gateway.has_outcome(sid, "answered") and gateway.is_idle())
    return next(step.details for step in gateway.read_trace(sid).steps if step.name == "reply.recorded")


def test_a_picture_is_seen(gateway: Gateway, customer: Customer) -> None:
    """A picture without words reaches a model that sees, the trace tells so, and the history keeps a word of it."""
    sid = gateway.phone.send(_PNG)
    assert sid.startswith("MM")
    assert _answered(gateway, sid)["pictures"] == {"shown": 1}
    (call,) = gateway.model.calls()
    assert call["body"]["messages"][-1]["content"] == [
        {"type": "text", "text": "[The texter sent a picture.]"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64encode(_PNG).decode()}"}},
    ]
    (reply,) = gateway.phone.received()
    assert f"I see a PNG picture of {len(_PNG) / 1000:.1f} kB." in reply
    gateway.phone.text("And now?")
    wait_until(lambda: gateway.model.has_calls(2))
    assert gateway.model.calls()[-1]["body"]["messages"][1]["content"] == "[The texter sent a picture.]"


def test_no_picture_of_twilio_s(gateway: Gateway, customer: Customer) -> None:
    """I68: a signed webhook that names a picture elsewhere is answered, and nobody elsewhere is asked."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        sid = gateway.phone.send(_PNG, body="Look", url=f"http://127.0.0.1:{elsewhere.getsockname()[1]}/cat.png")
        assert _answered(gateway, sid)["pictures"] == {Loss.NOT_TWILIOS: 1}
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert gateway.model.asked() == ["Look\n[The texter sent a picture that could not be opened.]"]


def test_a_picture_to_a_brought_number(gateway: Gateway, customer: Customer) -> None:
    """A picture to a number of an account's own Twilio account is fetched with that account's login."""
    gateway.wait_for_worker()
    assert bring_number(gateway, customer)["status"] == "active"
    sid = gateway.phone.send(_PNG, number=OWN_NUMBER)
    assert _answered(gateway, sid)["pictures"] == {"shown": 1}


def test_stop_below_a_picture(gateway: Gateway, customer: Customer) -> None:
    """I24: STOP below a picture is a STOP, and nobody looks at the picture."""
    gateway.phone.send(_PNG, body="STOP")
    wait_until(gateway.is_idle)
    assert gateway.model.calls() == []
    assert len(gateway.phone.received()) == 1
