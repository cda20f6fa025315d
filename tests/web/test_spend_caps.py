"""Caps on spend, as developers meet them: set on an agent, warned of, refused with a reason and a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.completion import Tokens
from gateway.domain.cost import CENT, ModelPrice
from tests.examples import LIMITS
from tests.setting_up import Customer
from tests.web.api import body_of, expect
from tests.web.talking import answer_next
from tests.workers.desk import Desk, open_desk


@pytest.fixture
def desk(store: Store, customer: Customer) -> Desk:
    """A worker whose model's answers cost one cent each, as they are taken to."""
    desk = open_desk(store, customer)
    desk.tools = replace(desk.tools, limits=replace(LIMITS, model_guess=CENT))
    desk.model.tokens, desk.model.price = Tokens(asked=1, answered=0), ModelPrice(asked=1_000_000 * CENT, answered=0)
    return desk


async def _ask(api: httpx.AsyncClient, desk: Desk) -> httpx.Response:
    asked = api.post(f"/v1/agents/{desk.customer.agent.id}/messages", json={"text": "Hello"})
    response, _ = await asyncio.gather(asked, answer_next(desk))
    return response


async def _cap(api: httpx.AsyncClient, customer: Customer, **caps: int | None) -> dict[str, Any]:
    answer = await api.patch(f"/v1/agents/{customer.agent.id}", json={"spend": caps})
    shown: dict[str, Any] = body_of(answer)["spend"]
    return shown


async def test_beyond_an_agents_own_cap(api: httpx.AsyncClient, desk: Desk) -> None:
    """I53: beyond what its developer lets an agent spend a message is 429, with the cap's name and the time left."""
    assert await _cap(api, desk.customer, day_cents=5) == {"day_cents": 5, "month_cents": None}
    answers = [await _ask(api, desk) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert ["warnings" in body_of(answer) for answer in answers] == [False, False, False, True, True]
    (warning,) = body_of(answers[3])["warnings"]
    assert warning.startswith("4 of the 5 cents that the agent may spend in a day (UTC) are used up: agent_spend_day.")
    refused = await _ask(api, desk)
    body = body_of(refused)
    assert (refused.status_code, body["reason"], body["limit"]) == (429, "agent_spend_day", "agent_spend_day")
    assert body["message"].startswith("No more than 5 cents are allowed (agent_spend_day). ")
    assert 1 <= int(refused.headers["retry-after"]) <= timedelta(days=1).total_seconds()
    assert body_of(await api.get("/v1/usage"))["totals"]["total_cents"] == 5
    assert await _cap(api, desk.customer, day_cents=None, month_cents=6) == {"day_cents": None, "month_cents": 6}
    assert (await _ask(api, desk)).status_code == 200
    assert body_of(await _ask(api, desk))["reason"] == "agent_spend_month"


async def test_what_a_conversation_has_cost(api: httpx.AsyncClient, desk: Desk) -> None:
    """A conversation tells what its turns have cost, where it is listed and by itself."""
    for _ in range(2):
        await _ask(api, desk)
    (listed,) = body_of(await api.get(f"/v1/agents/{desk.customer.agent.id}/conversations"))["conversations"]
    assert listed["spend"] == {"segments": 0, "tokens_in": 2, "tokens_out": 0, "total_cents": 2}
    assert body_of(await api.get(f"/v1/conversations/{listed['conversation_id']}"))["spend"] == listed["spend"]


async def test_set_with_the_agent(api: httpx.AsyncClient, customer: Customer) -> None:
    """A new agent may have its cap from the first; what is not named of it later stays."""
    made = body_of(await api.post("/v1/agents", json={"spend": {"month_cents": 900}}))
    assert made["spend"] == {"day_cents": None, "month_cents": 900}
    path = f"/v1/agents/{made['agent_id']}"
    assert body_of(await api.patch(path, json={"spend": {"day_cents": 1}}))["spend"] == {
        "day_cents": 1,
        "month_cents": 900,
    }
    assert body_of(await api.get(path))["spend"] == {"day_cents": 1, "month_cents": 900}


@pytest.mark.parametrize(
    ("spend", "code", "field"),
    [
        ({"day_cents": 0}, "invalid_spend", "spend.day_cents"),
        ({"day_cents": 1.5}, "invalid_spend", "spend.day_cents"),
        ({"month_cents": "1"}, "invalid_spend", "spend.month_cents"),
        ({"month_cents": 10**10}, "invalid_spend", "spend.month_cents"),
        ({"week_cents": 1}, "unknown_field", "spend.week_cents"),
        (5, "invalid_spend", "spend"),
    ],
)
async def test_what_is_no_cap(api: httpx.AsyncClient, customer: Customer, spend: object, code: str, field: str) -> None:
    """Contract 5: a cap that is none is refused, naming the field."""
    answer = await api.patch(f"/v1/agents/{customer.agent.id}", json={"spend": spend})
    expect(answer, 400, code, field=field)
