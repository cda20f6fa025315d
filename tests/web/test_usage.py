"""GET /v1/usage: what an account has spent, by day and agent, the same as JSON and as CSV."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.phone import PhoneNumber
from tests.setting_up import Customer, set_up_customer
from tests.web.api import body_of, expect

_EPOCH = date(1970, 1, 1)
_OTHER = "agt_" + "7" * 32


async def book(store: Store, account_id: str, agent_id: str, day: date, **counts: int) -> None:
    """Book what an agent spent on a day, as closing its turns does."""
    name = keys.spend(account_id, str((day - _EPOCH).days))
    for field, amount in counts.items():
        await store.connection.execute_command("HINCRBY", name, f"{agent_id}:{field}", amount)


@pytest.fixture
async def today(store: Store) -> date:
    """The day, by Redis's clock."""
    return await store.spending.read_today()


@pytest.fixture
async def booked(store: Store, customer: Customer, today: date) -> Customer:
    """Two agents that spent something, one of them on two days."""
    account = customer.account.id
    rest = {"operator_microcents": 830_000, "outcome_answered": 1}
    await book(store, account, customer.agent.id, today, turns=2, segments=3, segment_microcents=2_490_000, **rest)
    tokens = {"tokens_in": 10, "tokens_out": 5, "model_microcents": 1}
    await book(store, account, _OTHER, today, turns=1, unpriced_turns=1, **tokens)
    await book(store, account, _OTHER, today - timedelta(days=40), turns=4, segments=1, segment_microcents=100_000_000)
    return customer


_NOTHING = {
    "turns": 0,
    "segments": 0,
    "tokens_in": 0,
    "tokens_out": 0,
    "segment_cents": 0,
    "model_cents": 0,
    "paid_by": {"account": 0, "operator": 0},
    "total_cents": 0,
    "unpriced_turns": 0,
}


async def test_nothing_yet(api: httpx.AsyncClient, today: date) -> None:
    """Who has spent nothing reads no rows and zeros, for this month by day."""
    assert body_of(await api.get("/v1/usage")) == {
        "from": today.replace(day=1).isoformat(),
        "to": today.isoformat(),
        "by": "day",
        "currency": "USD",
        "usage": [],
        "totals": _NOTHING,
    }


async def test_this_month_by_day(api: httpx.AsyncClient, booked: Customer, today: date) -> None:
    """A day's row is the sum of its agents', in exact decimal cents, and says whose bill it is on."""
    body = body_of(await api.get("/v1/usage"))
    row = {
        "day": today.isoformat(),
        "turns": 3,
        "segments": 3,
        "tokens_in": 10,
        "tokens_out": 5,
        "segment_cents": 2.49,
        "model_cents": 0.000001,
        "paid_by": {"account": 1.660001, "operator": 0.83},
        "total_cents": 2.490001,
        "unpriced_turns": 1,
    }
    assert body["usage"] == [row]
    assert body["totals"] == {name: value for name, value in row.items() if name != "day"}


async def test_by_agent(api: httpx.AsyncClient, booked: Customer, today: date) -> None:
    """Of the days that are asked for, each agent's spend is one row, or one for each of its days."""
    since = today - timedelta(days=40)
    by_agent = body_of(await api.get(f"/v1/usage?from={since}&by=agent"))
    assert {row["agent_id"]: (row["turns"], row["total_cents"]) for row in by_agent["usage"]} == {
        booked.agent.id: (2, 2.49),
        _OTHER: (5, 100.000001),
    }
    assert all("day" not in row for row in by_agent["usage"])
    by_both = body_of(await api.get(f"/v1/usage?from={since}&by=agent_day"))
    places = [(row["day"], row["agent_id"], row["turns"]) for row in by_both["usage"]]
    rest = sorted([(today.isoformat(), booked.agent.id, 2), (today.isoformat(), _OTHER, 1)])
    assert places == [(since.isoformat(), _OTHER, 4), *rest]
    assert by_both["totals"] == by_agent["totals"]
    before = body_of(await api.get(f"/v1/usage?from={since}&to={today - timedelta(days=1)}"))
    assert [row["turns"] for row in before["usage"]] == [4]


def _flatten(row: dict[str, Any]) -> dict[str, Any]:
    paid = {f"{payer}_cents": cents for payer, cents in row.pop("paid_by").items()}
    return {**row, **paid}


@pytest.mark.parametrize("by", ["day", "agent", "agent_day"])
async def test_the_same_as_csv(api: httpx.AsyncClient, booked: Customer, today: date, by: str) -> None:
    """RFC 4180: lines end with CRLF, the first one names what follows, and the numbers are those of the JSON."""
    path = f"/v1/usage?from={today - timedelta(days=40)}&by={by}"
    answer = await api.get(path, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-trace-id"].startswith("trc_")
    lines = answer.text.split("\r\n")
    assert lines[-1] == ""
    assert "\n" not in "".join(lines)
    told = [
        {name: value if name in ("day", "agent_id") else float(value) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(answer.text))
    ]
    assert told == [_flatten(row) for row in body_of(await api.get(path))["usage"]]
    assert "e-" not in answer.text
    cells = [cell for line in csv.reader(io.StringIO(answer.text)) for cell in line]
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r"] == []
    assert (await api.get(f"{path}&format=csv")).text == answer.text
    assert body_of(await api.get(f"{path}&format=json", headers={"accept": "text/csv"}))["by"] == by


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("from=yesterday", "invalid_from", "from"),
        ("from=2026-02-30", "invalid_from", "from"),
        ("from=20260201", "invalid_from", "from"),
        ("from=", "invalid_from", "from"),
        ("to=2026-1-1", "invalid_to", "to"),
        ("from=2026-02-02&to=2026-02-01", "invalid_from", "from"),
        ("from=2025-01-01&to=2026-02-05", "invalid_from", "from"),
        ("from=9999-12-31", "invalid_from", "from"),
        ("to=2026-01-01&to=2026-01-02", "invalid_to", "to"),
        ("by=week", "invalid_by", "by"),
        ("format=xml", "invalid_format", "format"),
        ("account_id=acct_1", "unknown_field", "account_id"),
    ],
)
async def test_what_is_asked_wrongly(api: httpx.AsyncClient, query: str, code: str, field: str) -> None:
    """Contract 5: a query that is not as it must be is refused, naming the field."""
    expect(await api.get(f"/v1/usage?{query}"), 400, code, field=field)


async def test_as_many_days_as_are_kept(api: httpx.AsyncClient) -> None:
    """Four hundred days may be asked for at once."""
    assert (await api.get("/v1/usage?from=2025-01-01&to=2026-02-04")).status_code == 200


async def test_nobody_elses(api: httpx.AsyncClient, booked: Customer, store: Store, web: httpx.AsyncClient) -> None:
    """I63: another account sees nothing of it, and every key of the account sees all of it."""
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    headers = {"authorization": f"Bearer {other.api_key}"}
    for query in ("", "?by=agent", "?by=agent&format=csv"):
        seen = await web.get(f"/v1/usage{query}", headers=headers)
        assert booked.agent.id not in seen.text
    assert body_of(await web.get("/v1/usage", headers=headers))["totals"] == _NOTHING
