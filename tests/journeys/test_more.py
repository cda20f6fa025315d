"""A long answer in Markdown, read on a phone: a screen of it, and the rest by MORE."""

from gateway.dev.twilio.segments import count_segments
from gateway.domain.brevity import HINT
from gateway.domain.plain import plain_text
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_PICK_UP_SECONDS = 20
_GUIDE = "# Lisbon\n\n" + "\n".join(
    f"{number}. **Stop {number}**: take [tram {number}](https://tram.example/{number}_a) \u2013 it\u2019s *good*\u2026"
    for number in range(1, 25)
)


def test_a_long_answer_is_read_to_its_end(gateway: Gateway, customer: Customer) -> None:
    """Of a long answer four segments go out, though a worker is killed over it, and MORE brings all the rest (I33)."""
    agent = f"/v1/agents/{customer.agent.id}"
    gateway.call("PATCH", agent, customer.api_key, {"texting": {"max_segments": 4}})
    gateway.model.behave(reply=_GUIDE, gate="closed")
    sid = gateway.phone.text("What is there to see?")
    wait_until(lambda: gateway.model.has_calls(1))
    gateway.twilio.stop()
    gateway.model.behave(reply=_GUIDE)
    wait_until(lambda: "part.pending" in [step.name for step in gateway.read_trace(sid).steps])
    gateway.workers.pop().kill()
    gateway.start_twilio()
    gateway.add_worker()
    wait_until(lambda: gateway.has_outcome(sid, "answered") and gateway.is_idle(), _PICK_UP_SECONDS)
    while gateway.phone.received()[-1].endswith(HINT):
        received = len(gateway.phone.received())
        gateway.phone.text("More!")
        wait_until(lambda: len(gateway.phone.received()) > received and gateway.is_idle())  # noqa: B023
    texts = gateway.phone.received()
    assert len(texts) > 2
    assert all(count_segments(text) <= 4 for text in texts)
    read = " ".join(text.removesuffix(HINT) for text in texts).split()
    assert read == plain_text(_GUIDE).replace("\u2013", "-").replace("\u2019", "'").replace("\u2026", "...").split()
    assert len(gateway.model.calls()) == 1
