"""A model that fails, and a model key that is no more."""

import pytest

from gateway.domain.reply import APOLOGY
from tests.journeys.gateway import OPERATORS_KEY, Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import MODEL_KEY, Customer


@pytest.mark.parametrize(
    ("status", "reason", "calls"),
    [
        pytest.param(500, "upstream_unavailable", 6, id="busy: three calls for each text"),
        pytest.param(401, "byok_rejected", 1, id="rejected: the key then rests"),
    ],
)
def test_a_failing_model_is_apologised_for_once(
    gateway: Gateway, customer: Customer, status: int, reason: str, calls: int
) -> None:
    """Whatever the provider says, a texter reads one neutral line an hour, and the trace has the reason (I42)."""
    gateway.model.behave(status=status)
    first = gateway.phone.text("Hello")
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    second = gateway.phone.text("Are you there?")
    wait_until(lambda: gateway.has_outcome(second, "failed") and gateway.is_idle())
    assert gateway.phone.received() == [APOLOGY]
    assert gateway.has_outcome(first, "apologised")
    assert [_failure(gateway, sid) for sid in (first, second)] == [reason] * 2
    assert len(gateway.model.calls()) == calls


def _failure(gateway: Gateway, sid: str) -> object:
    (closed,) = [step for step in gateway.read_trace(sid).steps if step.name == "turn.closed"]
    return closed.details["failure"]


def test_a_cleared_key_is_not_replaced_by_the_operators(gateway: Gateway, customer: Customer) -> None:
    """Without its own key an agent calls no model, although the worker's environment holds the operator's (I62)."""
    assert gateway.call("DELETE", "/v1/byok", customer.api_key).status_code == 200
    sid = gateway.phone.text("Hello")
    wait_until(lambda: gateway.has_outcome(sid, "apologised") and gateway.is_idle())
    assert gateway.model.calls() == []
    assert gateway.phone.received() == [APOLOGY]


def test_the_accounts_key_goes_out_and_no_other(gateway: Gateway, customer: Customer) -> None:
    """A worker started with the operator's provider keys shows the account's key to the account's model (I62)."""
    gateway.phone.text("Hello")
    wait_until(gateway.phone.received)
    assert [call["key"] for call in gateway.model.calls()] == [MODEL_KEY]
    assert OPERATORS_KEY not in str(gateway.model.all_calls())
