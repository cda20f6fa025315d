"""A customer brings a number of its own Twilio account, and texts are answered there."""

from typing import Any

from gateway.domain.phone import PhoneNumber
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

OWN_SID = "AC" + "ba" * 16
OWN_TOKEN = "canary-customers-token-8277e0910d750195"
OWN_NUMBER = PhoneNumber("+12025550111")


def bring_number(gateway: Gateway, customer: Customer, *, token: str = OWN_TOKEN) -> dict[str, Any]:
    """Bring the number to a new agent of the customer's, over the API, and return what is answered."""
    gateway.phone.open_account(OWN_SID, OWN_TOKEN, OWN_NUMBER)
    quiet = {"system_prompt": "Be kind.", "texting": {"disclosure": False}}
    agent = gateway.call("POST", "/v1/agents", customer.api_key, quiet).json()["agent_id"]
    wish = {"mode": "byo_twilio", "account_sid": OWN_SID, "auth_token": token, "phone_number": OWN_NUMBER}
    answer = gateway.call("POST", f"/v1/agents/{agent}/channels/sms", customer.api_key, wish)
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_customers_own_number_answers(gateway: Gateway, customer: Customer) -> None:
    """Brought over the API, a number takes texts that its account's token signs, and answers by that account."""
    assert bring_number(gateway, customer)["status"] == "active"
    gateway.model.behave(reply="We open at nine.")
    sid = gateway.phone.text("When do you open?", number=OWN_NUMBER)
    wait_until(lambda: [each["status"] for each in gateway.phone.messages(number=OWN_NUMBER)] == ["delivered"])
    (reply,) = gateway.phone.messages(number=OWN_NUMBER)
    assert (reply["body"], reply["account_sid"]) == ("We open at nine.", OWN_SID)
    wait_until(lambda: "delivered" in _receipts(gateway, sid))
    assert gateway.phone.messages() == []


def _receipts(gateway: Gateway, sid: str) -> set[str]:
    return {step.details["status"] for step in gateway.read_trace(sid).steps if step.name == "part.receipt"}


def test_a_token_that_dies_is_told_and_mended(gateway: Gateway, customer: Customer) -> None:
    """A token changed at Twilio alone makes the number `needs_setup`; the same request with the new one mends it."""
    bring_number(gateway, customer)
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello", number=OWN_NUMBER)
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.phone.open_account(OWN_SID, "another-token", OWN_NUMBER)
    wait_until(lambda: gateway.has_outcome(sid, "failed") and gateway.is_idle())
    assert "twilio.rejected" in str(gateway.run("notices"))
    agents = gateway.call("GET", "/v1/agents", customer.api_key).json()["agents"]
    (own,) = [agent["sms"] for agent in agents if agent["sms"].get("phone_number") == OWN_NUMBER]
    assert (own["status"], "account_sid and auth_token" in own["reason"]) == ("needs_setup", True)
    # the operator's numbers go on
    gateway.phone.text("Hello")
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())


def test_numbers_configure(gateway: Gateway, customer: Customer) -> None:
    """Contract 4: `numbers configure` points a number at the gateway and prints what was and what is."""
    bring_number(gateway, customer)
    for number in (OWN_NUMBER, customer.number.number):
        gateway.phone.own(number, sms_url="http://127.0.0.1:1/elsewhere")
        told = gateway.run("numbers", "configure", number)
        assert told["configured"]
        assert told["was"]["sms_url"] == "http://127.0.0.1:1/elsewhere"
        assert told["sms_url"] == f"{gateway.urls[0]}/webhooks/twilio/sms#rc=2&rp=all&ct=2000&rt=5000&tt=15000"
        gateway.run("text", "+12025550144", number, "please stop texting me")
