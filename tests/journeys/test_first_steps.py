"""The way of a stranger: from an empty Redis to an answered text, with the operator's tool alone."""

from tests.examples import NUMBER, TEXTER
from tests.journeys.gateway import Gateway
from tests.setting_up import MODEL_KEY


def test_the_way_to_the_first_answer(gateway: Gateway) -> None:
    """Account, API key, model key, agent and number, each made with one command, and a text is answered."""
    account = gateway.run("accounts", "create", "Corner Cafe")["account_id"]
    key = gateway.run("keys", "issue", account, "--label", "first")["key_id"]
    endpoint = ("--provider", "openai_compat", "--base-url", gateway.model_base_url, "--model", "any")
    byok = gateway.run("byok", "set", key, *endpoint, typed=f"{MODEL_KEY}\n")
    assert (byok["provider"], byok["health"]) == ("openai_compat", "unverified")
    agent = gateway.run("agents", "create", key, "--prompt", "You are the agent of a cafe.")["agent_id"]
    assert gateway.run("numbers", "bind", NUMBER, agent)["agent_id"] == agent
    gateway.model.behave(reply="We open at nine.")
    answer = gateway.run("text", TEXTER, NUMBER, "When do you open?")
    assert (answer["outcome"], answer["reply"]) == ("answered", ["We open at nine."])
    assert gateway.run("trace", answer["message_sid"])["outcome"] == "answered"
    assert [call["key"] for call in gateway.model.calls()] == [MODEL_KEY]
