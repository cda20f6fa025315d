"""Talking to an agent over the developer API."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer


def _say(gateway: Gateway, customer: Customer, text: str, *, web: int = 0) -> httpx.Response:
    return gateway.call("POST", f"/v1/agents/{customer.agent.id}/messages", customer.api_key, {"text": text}, web=web)


def test_an_api_message_gets_its_reply(gateway: Gateway, customer: Customer) -> None:
    """An API message is answered in the same request, is no text, and has a trace."""
    gateway.model.behave(reply="We open at nine.")
    answer = _say(gateway, customer, "When do you open?")
    assert answer.status_code == 200
    assert answer.json() == {"reply_text": "We open at nine.", "trace_id": answer.headers["x-trace-id"]}
    assert gateway.run("trace", answer.json()["trace_id"])["outcome"] == "answered"
    assert gateway.phone.messages() == []


def test_api_messages_at_once_are_turns_in_order(gateway: Gateway, customer: Customer) -> None:
    """Three API messages at once over two web processes are three turns, each knowing those before (I37)."""
    texts = ["one", "two", "three"]
    asked = []
    with ThreadPoolExecutor() as pool:
        with gateway.model.thinking():
            for number, text in enumerate(texts):
                asked.append(pool.submit(_say, gateway, customer, text, web=number % 2))
                _wait_for_admission(gateway, number + 1)
            wait_until(lambda: gateway.model.has_calls(1))
            assert gateway.model.asked() == ["one"]
        replies = [answer.result().json()["reply_text"] for answer in asked]
    assert gateway.model.asked() == texts
    said = [message["content"] for message in gateway.model.calls()[2]["body"]["messages"]]
    assert said[1:] == ["one", replies[0], "two", replies[1], "three"]


def _wait_for_admission(gateway: Gateway, number: int) -> None:
    redis = gateway.redis.client
    wait_until(lambda: sum(redis.zcard(inbox) for inbox in redis.scan_iter("tg:inbox:*")) == number)
