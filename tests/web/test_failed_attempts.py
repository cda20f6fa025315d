"""byo_twilio that does not work at first: what the agent has meanwhile."""

from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.number import Use
from gateway.domain.phone import PhoneNumber
from gateway.flows import own_twilio, webhooks
from gateway.flows.accounts import close_account, speak_for
from gateway.flows.numbers import NumberWishes, add_number
from tests.examples import NOW, NUMBER
from tests.flows.sandbox_texts import SANDBOX, find_joined, make_agent, text
from tests.setting_up import Customer
from tests.web.api import body_of, expect, read_sms
from tests.web.own_twilio import OWN, SID, TOKEN, Twilio, ask_to_bring

_POOLED = PhoneNumber("+12025550177")
_OTHER = PhoneNumber("+12025550113")
_APP = "AP" + "1" * 32


@pytest.fixture
def web_settings(twilio: Twilio) -> dict[str, str]:
    """The gateway's Twilio is the stand-in."""
    return {"TEXTGATE_TWILIO_API_URL": twilio.url}


@pytest.fixture
async def managed(api: httpx.AsyncClient, store: Store, customer: Customer) -> str:
    """An agent with the only number of the pool."""
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=store, now=NOW)
    await add_number(_POOLED, NumberWishes(), store=store, now=NOW)
    return str(body_of(await api.post("/v1/agents", json={"sms": {"mode": "managed"}}))["agent_id"])


@pytest.mark.parametrize("case", ["a wrong token", "a number that somebody has", "a TwiML app"])
async def test_a_managed_number_is_kept(
    api: httpx.AsyncClient, twilio: Twilio, store: Store, managed: str, case: str
) -> None:
    """I12: what can't be brought costs no agent its managed number, and the answer says that it still has it."""
    before = await read_sms(api, managed)
    if case == "a TwiML app":
        await twilio.control(f"numbers/{OWN}", sms_application_sid=_APP)
    changes: dict[str, dict[str, Any]] = {
        "a wrong token": {"auth_token": "wrong"},
        "a number that somebody has": {"phone_number": NUMBER},
    }
    told = body_of(await ask_to_bring(api, managed, **changes.get(case, {})))
    wanted = changes.get(case, {}).get("phone_number", OWN)
    assert (told["mode"], told["status"], told["phone_number"]) == ("byo_twilio", "needs_setup", wanted)
    assert f"{_POOLED} goes on being served" in told["reason"]
    assert await read_sms(api, managed) == before == {"mode": "managed", "status": "active", "phone_number": _POOLED}
    assert (await store.numbers.read(_POOLED)).agent_id == managed


async def test_a_managed_number_goes_back_in_the_end(api: httpx.AsyncClient, store: Store, managed: str) -> None:
    """Contract 5: as soon as the agent's own number is served, the pool has its number back, and nothing is left."""
    await ask_to_bring(api, managed, auth_token="wrong")
    assert body_of(await ask_to_bring(api, managed)) == {"mode": "byo_twilio", "status": "active", "phone_number": OWN}
    assert (await store.numbers.read(_POOLED)).agent_id is None
    assert (await store.numbers.read(OWN)).agent_id == managed


async def test_a_number_in_a_messaging_service_is_taken(
    api: httpx.AsyncClient, twilio: Twilio, store: Store, managed: str
) -> None:
    """Contract 5: a number that stays in its Messaging Service is served, also for an agent that had another."""
    await twilio.control(f"numbers/{OWN}", sms_application_sid=_APP.replace("AP", "MG", 1))
    assert body_of(await ask_to_bring(api, managed)) == {"mode": "byo_twilio", "status": "active", "phone_number": OWN}
    assert (await store.numbers.read(_POOLED)).agent_id is None


async def test_who_joined_in_the_sandbox_stays(api: httpx.AsyncClient, store: Store, customer: Customer) -> None:
    """I19: a wrong token makes nobody leave the agent that they have joined."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    agent, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    told = body_of(await ask_to_bring(api, agent.id, auth_token="wrong"))
    assert "mode stays sandbox" in told["reason"]
    assert await find_joined(store) == agent.id
    assert (await read_sms(api, agent.id))["join_code"] == code


async def test_another_number_that_fails_says_nothing_of_the_first(
    api: httpx.AsyncClient, twilio: Twilio, store: Store
) -> None:
    """Contract 5: `needs_setup` is said of the number that needs it; the one that works is `active`."""
    agent = str(body_of(await api.post("/v1/agents", json={}))["agent_id"])
    served = body_of(await ask_to_bring(api, agent))
    told = body_of(await ask_to_bring(api, agent, phone_number=_OTHER))
    assert (told["status"], f"{OWN} goes on being served" in told["reason"]) == ("needs_setup", True)
    assert await read_sms(api, agent) == served
    await twilio.control("accounts", account_sid=SID, auth_token=TOKEN, numbers=[_OTHER])
    await twilio.control(f"numbers/{_OTHER}", sms_application_sid=_APP)
    assert body_of(await ask_to_bring(api, agent, phone_number=_OTHER))["status"] == "needs_setup"
    assert await read_sms(api, agent) == served
    assert (await store.numbers.read(OWN)).agent_id == agent


async def test_what_is_found_well_is_active(api: httpx.AsyncClient, twilio: Twilio, store: Store) -> None:
    """Contract 5: once a look at Twilio finds all well, as by `numbers configure`, nothing of `needs_setup` is left."""
    await twilio.control(f"numbers/{OWN}", sms_application_sid=_APP)
    agent = str(body_of(await api.post("/v1/agents", json={}))["agent_id"])
    await ask_to_bring(api, agent)
    assert body_of(await ask_to_bring(api, agent, auth_token="wrong"))["status"] == "needs_setup"
    login = await store.numbers.find_login(OWN)
    assert login
    await store.numbers.note_flaw(login, None)
    assert await read_sms(api, agent) == {"mode": "byo_twilio", "status": "active", "phone_number": OWN}


async def test_an_account_that_is_closed_meanwhile(
    api: httpx.AsyncClient, store: Store, customer: Customer, managed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I58: a number that Twilio is asked about while its account is closed is not kept, nor is its token."""
    look = webhooks.find_textable

    async def look_and_close(*words: Any) -> Any:
        found = await look(*words)
        await close_account(customer.account.id, store=store, now=NOW)
        return found

    monkeypatch.setattr(own_twilio, "find_textable", look_and_close)
    expect(await ask_to_bring(api, managed), 404, "not_found")
    assert await store.numbers.find(OWN) is None
