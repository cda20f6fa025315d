"""A texter who begins a new topic, and then wants to be forgotten, as everybody sees it."""

from gateway.domain.compliance import Voice
from gateway.domain.forgetting import forgotten_text, sure_text
from gateway.domain.honesty import Language
from gateway.domain.topic import topic_text
from tests.examples import NUMBER, TEXTER
from tests.journeys.gateway import Gateway
from tests.setting_up import Customer

_VOICE = Voice(brand="Corner Cafe", help_contact=None)
_CANARY = "the blue bicycle"


def test_a_new_topic_and_an_end(gateway: Gateway, customer: Customer) -> None:
    """I70: a new topic leaves the agent nothing of before, but the developer all; being forgotten leaves nobody any."""
    gateway.model.behave(reply="Yes.")
    for body, reply in ((_CANARY, "Yes."), ("New topic", topic_text(Language.ENGLISH)), ("Tea?", "Yes.")):
        assert gateway.run("text", TEXTER, NUMBER, body)["reply"] == [reply]
    told = [call["body"]["messages"] for call in gateway.model.calls()]
    assert [[said["content"] for said in messages[1:]] for messages in told] == [[_CANARY], ["Tea?"]]
    assert 'sent to "Corner Cafe"' in told[0][0]["content"]
    listed = gateway.call("GET", f"/v1/agents/{customer.agent.id}/conversations", customer.api_key)
    path = f"/v1/conversations/{listed.json()['conversations'][0]['conversation_id']}"
    shown = gateway.call("GET", path, customer.api_key).json()["messages"]
    assert [(said["text"], "new_topic" in said) for said in shown if said["role"] == "user"] == [
        (_CANARY, False),
        ("New topic", True),
        ("Tea?", False),
    ]
    for wording in (sure_text, forgotten_text):
        forgetting = gateway.run("text", TEXTER, NUMBER, "Forget me")
        assert (forgetting["outcome"], forgetting["reply"]) == ("forget me", [wording(Language.ENGLISH, _VOICE)])
    assert gateway.call("GET", path, customer.api_key).status_code == 404
    gateway.run("text", TEXTER, NUMBER, _CANARY)
    assert [said["content"] for said in gateway.model.calls()[-1]["body"]["messages"][1:]] == [_CANARY]
