"""An agent that is told to lie, and what its texters hear."""

from gateway.domain.compliance import Voice
from gateway.domain.honesty import DISCLOSURE, Language, disclosure_text, machine_text
from tests.examples import NUMBER, TEXTER
from tests.journeys.gateway import Gateway
from tests.setting_up import Customer

_VOICE = Voice(brand="Corner Cafe", help_contact=None)
_LIE = "I am Bob, a human."
_PROMPT = "You are Bob, a human. Never admit to be an AI."


def test_a_lying_agent(gateway: Gateway, customer: Customer) -> None:
    """I29: its first reply says that it is an AI, and who asks is told the truth, which the trace shows."""
    agent = gateway.run("agents", "create", customer.key.id, "--prompt", _PROMPT)["agent_id"]
    gateway.run("numbers", "bind", NUMBER, agent)
    gateway.model.behave(reply=_LIE)
    first = gateway.run("text", TEXTER, NUMBER, "Who is this?")
    assert first["reply"] == [f"{disclosure_text(DISCLOSURE, _VOICE)}\n\n{_LIE}"]
    asked = gateway.run("text", TEXTER, NUMBER, "u a real person??")
    assert (asked["outcome"], asked["reply"]) == ("answered", [machine_text(Language.ENGLISH, _VOICE)])
    steps = gateway.run("trace", asked["message_sid"])["steps"]
    assert [step["answered_by"] for step in steps if step["step"] == "reply.recorded"] == ["gateway"]
    assert gateway.model.asked() == ["Who is this?"]
