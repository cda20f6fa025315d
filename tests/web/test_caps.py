"""Caps on turns, as developers meet them: refused with a reason and a time, and warned before."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.limits import TurnCaps
from tests.examples import LIMITS
from tests.setting_up import Customer
from tests.web.api import body_of
from tests.web.talking import answer_next
from tests.workers.desk import Desk, open_desk


@pytest.fixture
def desk(store: Store, customer: Customer) -> Desk:
    """A worker that gives an agent five turns a day, and a user two a week."""
    desk = open_desk(store, customer)
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(agent_day=5, texter_week=2)))
    return desk


async def _ask(api: httpx.AsyncClient, desk: Desk, user: str | None = None, **headers: str) -> httpx.Response:
    path = f"/v1/agents/{desk.customer.agent.id}/messages"
    asked = api.post(path, json={"text": "Hello", "user_ref": user}, headers=headers)
    response, _ = await asyncio.gather(asked, answer_next(desk))
    return response


def _expect_refused(response: httpx.Response, reason: str, within: timedelta) -> None:
    body = body_of(response)
    assert (response.status_code, body["error"], body["reason"], body["limit"]) == (429, "rate_limited", reason, reason)
    assert 1 <= int(response.headers["retry-after"]) <= within.total_seconds()


async def test_a_user_beyond_the_cap(api: httpx.AsyncClient, desk: Desk) -> None:
    """I53: beyond a user's cap it is 429 with the reason and the time that is left, and no model is asked."""
    assert [(await _ask(api, desk, "ann")).status_code for _ in range(2)] == [200, 200]
    _expect_refused(await _ask(api, desk, "ann"), "texter_week", timedelta(days=7))
    assert (await _ask(api, desk, "bob")).status_code == 200
    assert len(desk.model.asked) == 3


async def test_an_agent_beyond_the_cap(api: httpx.AsyncClient, desk: Desk) -> None:
    """I53: an agent's cap counts all its users and those without a name; Retry-After is the day's end in UTC."""
    assert [(await _ask(api, desk)).status_code for _ in range(5)] == [200] * 5
    refused = await _ask(api, desk, "ann")
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    _expect_refused(refused, "agent_day", timedelta(days=1))
    left = (midnight - now).total_seconds() % timedelta(days=1).total_seconds()
    assert abs(int(refused.headers["retry-after"]) - left) <= 30
    assert len(desk.model.asked) == 5


async def test_a_refusal_later(api: httpx.AsyncClient, desk: Desk) -> None:
    """I53: who did not wait finds the refusal where the reply would be, with its reason."""
    for _ in range(2):
        await _ask(api, desk, "ann")
    told = body_of(await _ask(api, desk, "ann", prefer="respond-async"))
    state = body_of(await api.get(told["status_url"]))
    expected = {"status": "failed", "error": "rate_limited", "reason": "texter_week"}
    assert state == {"message_id": told["message_id"], **expected}


async def test_a_refused_message_costs_nothing(api: httpx.AsyncClient, desk: Desk) -> None:
    """I53: what is refused is not remembered, and its Idempotency-Key is free: later the same request is answered."""
    for _ in range(2):
        await _ask(api, desk, "ann")
    assert (await _ask(api, desk, "ann", **{"idempotency-key": "k"})).status_code == 429
    desk.tools = replace(desk.tools, limits=LIMITS)
    assert (await _ask(api, desk, "ann", **{"idempotency-key": "k"})).status_code == 200
    assert [said.role.value for said in desk.model.asked[-1].prompt[1:]] == ["user", "assistant"] * 2 + ["user"]
    for name in await desk.store.connection.keys("tg:taken:agent_day:*"):
        assert await desk.store.connection.read_field(name, "turns") == "3"


async def test_warned_before(api: httpx.AsyncClient, desk: Desk) -> None:
    """Contract 5: from four fifths of a cap on an answer warns: which cap, how much of it, until when."""
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(agent_month=5, texter_day=5)))
    answers = [body_of(await _ask(api, desk, "ann")) for _ in range(4)]
    assert [len(answer.get("warnings", [])) for answer in answers] == [0, 0, 0, 2]
    by_agent, by_user = answers[-1]["warnings"]
    assert by_agent.startswith("4 of the 5 turns that the agent gets in a month (UTC) are used up: agent_month. ")
    assert by_user.startswith("4 of the 5 turns that this user gets in a day (UTC) are used up: texter_day. ")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert by_user.endswith(f"It begins anew at {tomorrow}T00:00:00.000Z.")
    later = body_of(await _ask(api, desk, "ann", prefer="respond-async"))
    assert len(body_of(await api.get(later["status_url"]))["warnings"]) == 2
