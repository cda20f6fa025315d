"""What texts cost, with real processes: priced by the operator's file, capped, shown to who pays, and never twice."""

import json
from dataclasses import replace

import pytest

from tests.journeys.gateway import Gateway
from tests.journeys.processes import ended, wait_until
from tests.setting_up import QUIET, Customer

_PRICES = {"segments": {"US": 2}, "models": {"test-model": {"input": 2_000_000, "output": 0}}}
"""Two cents a segment, and two for the one token that the offline model counts of a prompt."""
_PICK_UP_SECONDS = 20


@pytest.fixture
def customer(gateway: Gateway) -> Customer:
    """A customer whose agent may answer with ten segments."""
    return gateway.set_up_customer(replace(QUIET, max_segments=10))


def test_a_capped_account(gateway: Gateway, customer: Customer) -> None:
    """I53: a killed worker's turn is booked once; at the cap a texter is told, and all of it is in usage and stats."""
    gateway.workers.pop().stop()
    file = gateway.directory / "prices.json"
    file.write_text(json.dumps(_PRICES))
    assert gateway.run("accounts", "set", customer.account.id, "--spend-month", "25")["spend"]["month_cents"] == 25
    settings = {"TEXTGATE_PRICES_FILE": str(file)}
    with ended(gateway.start_with(settings, "gateway.cli", "work")) as doomed, gateway.model.thinking():
        first = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1), 60)
        doomed.kill()
    with ended(gateway.start_with(settings, "gateway.cli", "work")):
        wait_until(lambda: gateway.has_outcome(first, "answered"), _PICK_UP_SECONDS + 60)
        second = gateway.phone.text("And on Sundays?")
        wait_until(lambda: gateway.has_outcome(second, "capped"), _PICK_UP_SECONDS)
        wait_until(gateway.is_idle)
    assert gateway.phone.received()[1:] == [
        "This number has reached this month's limit of messages. Please text again next month."
    ]
    (closed,) = [step for step in gateway.read_trace(first).steps if step.name == "turn.closed"]
    assert (closed.details["segments"], closed.details["tokens_in"], closed.details["cents"]) == (1, 1, "4")
    (row,) = gateway.call("GET", "/v1/usage", customer.api_key).json()["usage"]
    assert (row["turns"], row["segments"], row["tokens_in"], row["total_cents"]) == (1, 2, 1, 6)
    assert row["paid_by"] == {"account": 2, "operator": 4}
    stats = gateway.run("stats")
    assert (stats["turns"], stats["spend"]["month_cents"]) == ({"answered": 1, "capped": 1}, 6)
    assert [row["notice"] for row in gateway.run("notices")] == ["spend.capped"]
