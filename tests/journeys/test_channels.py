"""Agents that come to a number by themselves: a sandbox that people join, and the next number of the pool."""

from typing import Any

from gateway.domain.phone import PhoneNumber
from tests.examples import TEXTER
from tests.journeys.gateway import Gateway
from tests.journeys.lines import webhook_of
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_SANDBOX, _POOLED = PhoneNumber("+12025550171"), PhoneNumber("+12025550172")
_QUIET = {"disclosure": False, "gather_ms": 0}


def _make_agent(gateway: Gateway, customer: Customer, mode: str) -> dict[str, Any]:
    body = {"sms": {"mode": mode}, "texting": _QUIET}
    made: dict[str, Any] = gateway.call("POST", "/v1/agents", customer.api_key, body).json()
    return made


def _hear(gateway: Gateway, number: PhoneNumber, words: str) -> list[str]:
    """Text a number, and return what came back once nothing more will."""
    before = gateway.phone.messages(texter=TEXTER, number=number)
    gateway.phone.text(words, number=number)
    wait_until(gateway.is_idle)
    after = gateway.phone.messages(texter=TEXTER, number=number)[len(before) :]
    return [message["body"] for message in after if message["direction"] != "inbound"]


def test_a_sandbox(gateway: Gateway, customer: Customer) -> None:
    """Contract 5: join by code, talk, leave, and silence: on one number of the operator's, with an agent of its own."""
    gateway.phone.own(_SANDBOX, sms_url=webhook_of(gateway))
    gateway.run("numbers", "add", _SANDBOX, "--sandbox")
    agent = _make_agent(gateway, customer, "sandbox")
    sms = agent["sms"]
    assert (sms["status"], sms["phone_number"]) == ("active", _SANDBOX)
    gateway.model.behave(reply="We open at nine.")
    (hint,) = _hear(gateway, _SANDBOX, "Hello?")
    assert "text JOIN and its code" in hint
    (joined,) = _hear(gateway, _SANDBOX, f"Join {sms['join_code'].upper().replace('-', ' ')}")
    assert f"talk to {sms['join_code']} now" in joined
    assert _hear(gateway, _SANDBOX, "When do you open?") == ["We open at nine."]
    (left,) = _hear(gateway, _SANDBOX, "leave")
    assert "You have left" in left
    assert _hear(gateway, _SANDBOX, "Are you there?") == []
    assert gateway.model.asked() == ["When do you open?"]
    row = gateway.run("consent", "history", TEXTER)[0]
    assert (row["source"], row["wording"], row["account_id"]) == ("join-code", joined, customer.account.id)


def test_a_managed_number(gateway: Gateway, customer: Customer) -> None:
    """Contract 5: an agent waits for its account's profile, then for a number, and answers on it at once."""
    gateway.phone.own(_POOLED, sms_url=webhook_of(gateway))
    agent = _make_agent(gateway, customer, "managed")
    path = f"/v1/agents/{agent['agent_id']}"
    assert agent["sms"]["status"] == "needs_compliance"
    gateway.run("accounts", "set", customer.account.id, "--brand", "Bakery", "--help-contact", "555")
    assert gateway.call("GET", path, customer.api_key).json()["sms"]["status"] == "pending"
    added = gateway.run("numbers", "add", _POOLED)
    assert added["agent_id"] == agent["agent_id"]
    answer = gateway.call("POST", f"{path}/channels/sms", customer.api_key, {"mode": "managed"}).json()
    assert (answer["status"], answer["phone_number"]) == ("active", _POOLED)
    gateway.model.behave(reply="Fresh bread.")
    assert _hear(gateway, _POOLED, "What do you have?") == ["Fresh bread."]
    (helped,) = _hear(gateway, _POOLED, "HELP")
    assert helped.startswith("Bakery: ")
    gateway.call("DELETE", path, customer.api_key)
    assert _hear(gateway, _POOLED, "And tomorrow?") == []
