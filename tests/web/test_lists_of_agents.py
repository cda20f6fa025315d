"""GET /v1/agents: what a page of agents costs, and that looking at one gives nothing away."""

from unittest.mock import patch

import httpx
import pytest
from redis.asyncio.connection import AbstractConnection

from gateway.adapters.store import Store
from gateway.domain.number import Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus
from gateway.flows.accounts import speak_for
from gateway.flows.numbers import NumberWishes, add_number
from tests.examples import NOW
from tests.flows.sandbox_texts import SANDBOX
from tests.setting_up import MODEL_PLACE, Customer
from tests.web.api import body_of

_NUMBER = PhoneNumber("+12025550177")
_OWN_KEY = {"api_key": "sk-own-1234567890", "provider": "openai_compat", "base_url": f"http://{MODEL_PLACE}/v1"}
_MODES = (SmsMode.SANDBOX, SmsMode.MANAGED, SmsMode.BYO_TWILIO, SmsMode.NONE)


async def _make(api: httpx.AsyncClient, mode: SmsMode) -> str:
    wishes = {"sms": {"mode": mode.value}, "llm": {**_OWN_KEY, "model": "m"}}
    return str(body_of(await api.post("/v1/agents", json=wishes))["agent_id"])


async def _count_round_trips(api: httpx.AsyncClient) -> int:
    """Count how often Redis is written to for a page of agents."""
    send = AbstractConnection.send_packed_command
    with patch.object(AbstractConnection, "send_packed_command", autospec=True, side_effect=send) as sent:
        await api.get("/v1/agents")
    return sent.call_count


async def test_a_page_costs_no_more_than_an_agent(api: httpx.AsyncClient, store: Store) -> None:
    """A page of agents is read in as many round trips as the first of them, whatever their modes."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    for mode in _MODES:
        await _make(api, mode)
    few = await _count_round_trips(api)
    for mode in _MODES * 2:
        await _make(api, mode)
    assert await _count_round_trips(api) == few > 0


async def test_a_list_shows_what_each_agent_shows(api: httpx.AsyncClient, store: Store) -> None:
    """Contract 5: a list tells of each agent what GET of that agent tells."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    for mode in _MODES:
        await _make(api, mode)
    listed = body_of(await api.get("/v1/agents"))["agents"]
    assert {each["sms"]["mode"] for each in listed} == set(_MODES)
    for each in listed:
        shown = body_of(await api.get(f"/v1/agents/{each['agent_id']}"))
        shown.pop("trace_id", None)
        assert each == shown


@pytest.mark.parametrize("place", ["", "/{}"])
async def test_a_list_gives_no_number_away(
    api: httpx.AsyncClient, store: Store, customer: Customer, place: str
) -> None:
    """Contract 5: a list only looks; by GET of the agent itself one that was passed over gets its number."""
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=store, now=NOW)
    await store.sms.set(customer.agent, SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.PENDING))
    await store.numbers.release(customer.number.number)
    await add_number(_NUMBER, NumberWishes(), store=store, now=NOW)
    await api.get(f"/v1/agents{place.format(customer.agent.id)}")
    assert (await store.numbers.read(_NUMBER)).agent_id == (customer.agent.id if place else None)
