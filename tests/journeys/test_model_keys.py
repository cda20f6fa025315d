"""A model key's life with real processes: tried by a real worker, and never replaced by anybody else's."""

from gateway.adapters.key_ring import new_pair
from gateway.domain.reply import APOLOGY
from gateway.domain.ring import format_entry
from tests.journeys.gateway import OPERATORS_KEY, Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import MODEL_KEY, Customer

_GOOD, _BAD = "sk-canary-good-6512bd43d9caa6e0", "sk-canary-bad-c20ad4d76fe97759"


def _put(gateway: Gateway, customer: Customer, secret: str, **changes: object) -> dict[str, str]:
    wishes = {"provider": "openai_compat", "base_url": gateway.model_base_url, "model": "any", "api_key": secret}
    answer = gateway.call("PUT", "/v1/byok", customer.api_key, wishes | changes)
    assert answer.status_code == 200, answer.text
    shown: dict[str, str] = answer.json()["byok"]
    return shown


def test_a_key_lives(gateway: Gateway, customer: Customer) -> None:
    """A key is tried for one token when it is set, checked and warmed up; rejected, it finds its way back."""
    gateway.wait_for_worker()
    gateway.model.behave(rejects=[_BAD])
    assert [_put(gateway, customer, key)["health"] for key in (_GOOD, _BAD)] == ["ok", "rejected"]
    assert _put(gateway, customer, _GOOD, model=None)["health"] == "ok"
    assert "401" in _put(gateway, customer, _BAD)["health_reason"]
    assert gateway.run("byok", "check", customer.key.id, exit_code=1)["error"] == "byok_rejected"
    assert gateway.call("POST", "/v1/warmup", customer.api_key).json()["error"] == "byok_not_available"
    gateway.model.behave()
    assert gateway.call("POST", "/v1/warmup", customer.api_key).json()["warmed"] is True
    assert gateway.run("byok", "check", customer.key.id)["health"] == "ok"
    calls = gateway.model.calls()
    assert [call["key"] for call in calls] == [_GOOD, _BAD, _GOOD, "", *[_BAD] * 5]
    assert {call["body"].get("max_tokens") for call in calls if call["path"].endswith("completions")} == {1}


def test_nobody_elses_key_stands_in(gateway: Gateway, customer: Customer) -> None:
    """I62: a worker whose ring opens nothing asks no model with the operator's keys; PUT keeps the old record."""
    gateway.workers.pop().stop()
    _, private = new_pair()
    worker = gateway.start_with({"TEXTGATE_OPEN_KEYS": format_entry(private)}, "gateway.cli", "work")
    try:
        wait_until(lambda: worker.has_said("worker.started"), 60)
        gateway.wait_for_worker()
        before = gateway.call("GET", "/v1/byok", customer.api_key).json()["byok"]
        wishes = {"provider": "openai", "api_key": _GOOD, "model": "gpt-4o-mini"}
        refused = gateway.call("PUT", "/v1/byok", customer.api_key, wishes)
        assert (refused.status_code, refused.json()["error"]) == (503, "byok_not_available")
        assert gateway.call("GET", "/v1/byok", customer.api_key).json()["byok"] == before
        assert gateway.run("byok", "check", customer.key.id, exit_code=1)["error"] == "byok_not_available"
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.has_outcome(sid, "apologised") and gateway.is_idle())
        assert (gateway.phone.received(), gateway.model.calls()) == ([APOLOGY], [])
        assert not any(secret in worker.read_log() for secret in (MODEL_KEY, _GOOD, OPERATORS_KEY))
    finally:
        worker.stop()
