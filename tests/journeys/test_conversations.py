"""Conversations read and deleted over the API, while real workers are at them."""

from concurrent.futures import ThreadPoolExecutor

from gateway.domain.consent import ConsentState
from tests.examples import NUMBER, TEXTER, TEXTER_HASH
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer


def _read_talks(gateway: Gateway, customer: Customer) -> list[dict[str, str]]:
    found = gateway.call("GET", f"/v1/agents/{customer.agent.id}/conversations", customer.api_key).json()
    return list(found["conversations"])


def test_deleted_while_the_model_thinks(gateway: Gateway, customer: Customer) -> None:
    """A text whose conversation is deleted during the model call gets no reply; the next starts afresh."""
    gateway.phone.text("My name is Ann")
    wait_until(lambda: gateway.is_idle() and len(gateway.phone.received()) == 1)
    with gateway.model.thinking():
        sid = gateway.phone.text("What is my name?")
        wait_until(lambda: gateway.model.has_calls(2))
        (talk,) = _read_talks(gateway, customer)
        assert (talk["number"], talk["texter"]) == (NUMBER, TEXTER)
        path = f"/v1/conversations/{talk['conversation_id']}"
        said = gateway.call("GET", path, customer.api_key).json()["messages"]
        assert [each["role"] for each in said] == ["user", "assistant"]
        assert gateway.call("DELETE", path, customer.api_key).status_code == 200
        assert gateway.call("DELETE", path, customer.api_key, web=1).status_code == 404
    wait_until(lambda: gateway.is_idle() and gateway.has_outcome(sid, "forgotten"))
    gateway.phone.text("Hello")
    wait_until(lambda: gateway.is_idle() and len(gateway.phone.received()) == 2)
    words = [message["content"] for message in gateway.model.calls()[-1]["body"]["messages"]]
    assert words[1:] == ["Hello"]
    standing = gateway.look(lambda store: store.consents.read_standing(NUMBER, TEXTER_HASH))
    assert standing.state is ConsentState.UNSET
    assert standing.row is not None


def test_deleted_while_somebody_waits(gateway: Gateway, customer: Customer) -> None:
    """Who waits for a reply over one web process hears at once that its conversation was deleted over another."""
    path = f"/v1/agents/{customer.agent.id}/messages"
    with ThreadPoolExecutor() as pool, gateway.model.thinking():
        asked = pool.submit(gateway.call, "POST", path, customer.api_key, {"text": "Hello", "user_ref": "ann"})
        wait_until(lambda: gateway.model.has_calls(1))
        (talk,) = _read_talks(gateway, customer)
        assert talk["user_ref"] == "ann"
        deleted = gateway.call("DELETE", f"/v1/conversations/{talk['conversation_id']}", customer.api_key, web=1)
        assert deleted.json()["ok"]
        answer = asked.result(timeout=20)
        assert (answer.status_code, answer.json()["error"]) == (409, "conversation_deleted")
    wait_until(gateway.is_idle)
    assert _read_talks(gateway, customer) == []
