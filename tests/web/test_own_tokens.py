"""The token of a number that an account brings: replaced, and erased."""

import json

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from gateway.flows.accounts import close_account
from tests.examples import NOW
from tests.web.api import body_of
from tests.web.contents import contents
from tests.web.own_twilio import OWN, SID, TOKEN, WEBHOOK, Twilio, wish


@pytest.fixture
def web_settings(twilio: Twilio) -> dict[str, str]:
    """The gateway's Twilio is the stand-in."""
    return {"TEXTGATE_TWILIO_API_URL": twilio.url}


async def _bring(api: httpx.AsyncClient, token: str = TOKEN, agent: str = "") -> str:
    """Bring the number to an agent, a new one unless it is named, and return which."""
    agent = agent or str(body_of(await api.post("/v1/agents", json={}))["agent_id"])
    brought = await api.post(f"/v1/agents/{agent}/channels/sms", json=wish(auth_token=token))
    assert body_of(brought)["status"] == "active"
    return agent


async def test_the_token_before_is_kept_through_a_repetition(
    api: httpx.AsyncClient, twilio: Twilio, store: Store
) -> None:
    """I11: a new token that is sent twice does not push the one out that Twilio may still be signing with."""
    agent = await _bring(api)
    first = await store.numbers.find_login(OWN)
    await twilio.control("accounts", account_sid=SID, auth_token="newtoken", numbers=[OWN])
    for _ in range(2):
        await _bring(api, "newtoken", agent)
    assert first
    assert await store.connection.get(f"tg:former-token:{OWN}") == first.sealed


@pytest.mark.parametrize("way", ["delete the agent", "another mode", "no mode", "release", "close"])
async def test_what_ends_it_erases_the_token(
    api: httpx.AsyncClient, store: Store, redis_url: Secret, twilio: Twilio, way: str
) -> None:
    """I58, I70: however an agent loses its own number, number and sealed token are gone; Twilio is left as it is."""
    agent = await _bring(api)
    login = await store.numbers.find_login(OWN)
    await store.connection.set(f"tg:former-token:{OWN}", "sealed")
    match way:
        case "delete the agent":
            await api.delete(f"/v1/agents/{agent}")
        case "another mode":
            await api.post(f"/v1/agents/{agent}/channels/sms", json={"mode": "sandbox"})
        case "no mode":
            await api.patch(f"/v1/agents/{agent}", json={"sms": {"mode": "none"}})
        case "close":
            await close_account((await store.agents.read(agent)).account_id, store=store, now=NOW)
        case "release":
            await store.numbers.release(OWN)
            assert body_of(await api.get(f"/v1/agents/{agent}"))["sms"]["status"] == "needs_setup"
    assert login
    assert login.sealed not in str(contents(redis_url))
    assert contents(redis_url, "tg:former-token:*") == {}
    assert await store.numbers.find(OWN) is None
    assert OWN not in json.dumps(contents(redis_url, "tg:numbers"))
    assert (await twilio.show())["sms_url"] == WEBHOOK
