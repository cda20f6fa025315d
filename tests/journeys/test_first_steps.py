"""The way of a stranger: from an empty Redis to an answered text, with the operator's tool alone."""

import pytest

from gateway.domain.compliance import Voice
from gateway.domain.honesty import DISCLOSURE, disclosure_text
from tests.examples import NUMBER, TEXTER
from tests.journeys.gateway import Gateway
from tests.setting_up import MODEL_KEY, Customer

_DISCLOSURE = disclosure_text(DISCLOSURE, Voice(brand="Corner Cafe", help_contact=None))


def test_the_way_to_the_first_answer(gateway: Gateway) -> None:
    """Account, API key, model key, agent, number, each made with one command; a text is answered, honestly (I29)."""
    gateway.wait_for_worker()
    account = gateway.run("accounts", "create", "Corner Cafe")["account_id"]
    key = gateway.run("keys", "issue", account, "--label", "first")["key_id"]
    endpoint = ("--provider", "openai_compat", "--base-url", gateway.model_base_url, "--model", "any")
    byok = gateway.run("byok", "set", key, *endpoint, typed=f"{MODEL_KEY}\n")
    assert (byok["provider"], byok["health"]) == ("openai_compat", "ok")
    agent = gateway.run("agents", "create", key, "--prompt", "You are the agent of a cafe.")["agent_id"]
    assert gateway.run("numbers", "bind", NUMBER, agent)["agent_id"] == agent
    gateway.model.behave(reply="We open at nine.")
    answer = gateway.run("text", TEXTER, NUMBER, "When do you open?")
    assert (answer["outcome"], answer["reply"]) == ("answered", [f"{_DISCLOSURE}\n\nWe open at nine."])
    assert gateway.run("trace", answer["message_sid"])["outcome"] == "answered"
    assert [call["key"] for call in gateway.model.calls()] == [MODEL_KEY] * 2  # tried when it was set, and used


@pytest.mark.parametrize(
    ("words", "outcome", "begins"),
    [
        ("stop texting me", "stop", "Corner Cafe: You are opted out"),
        ("wrong number", "asked", "Corner Cafe: Reply STOP to opt out"),
        ("HELP", "help", "Corner Cafe: automated AI text service"),
    ],
)
def test_what_the_gateway_says_itself(
    gateway: Gateway, customer: Customer, words: str, outcome: str, begins: str
) -> None:
    """`text` prints what the webhook itself answers, as soon as it has, and how it took the words."""
    assert customer.number.number == NUMBER
    answer = gateway.run("text", TEXTER, NUMBER, words)
    assert answer["outcome"] == outcome
    assert [reply[: len(begins)] for reply in answer["reply"]] == [begins]
