"""sms.mode and POST /v1/agents/{id}/channels/sms: by which way an agent comes to a number."""

from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.examples import NUMBER
from tests.setting_up import Customer, set_up_customer
from tests.web.api import body_of, expect, read_sms
from tests.web.contents import contents

_TOKEN = "0123456789abcdef0123456789abcdef"


async def _make(api: httpx.AsyncClient, mode: str | None = None) -> str:
    made = body_of(await api.post("/v1/agents", json={"sms": {"mode": mode}} if mode else {}))
    return str(made["agent_id"])


async def _connect(api: httpx.AsyncClient, agent: str, **wish: Any) -> httpx.Response:
    return await api.post(f"/v1/agents/{agent}/channels/sms", json=wish)


@pytest.mark.parametrize("mode", ["sandbox", "managed", "byo_twilio"])
async def test_a_mode_is_the_same_by_every_way(api: httpx.AsyncClient, mode: str) -> None:
    """Contract 5: create, PATCH and channels/sms set the same mode, and each answer is what GET shows then."""
    made = await _make(api, mode)
    patched, connected = await _make(api), await _make(api)
    shown = body_of(await api.patch(f"/v1/agents/{patched}", json={"sms": {"mode": mode}}))["sms"]
    assert shown == await read_sms(api, patched)
    for agent in (made, patched):
        assert (await read_sms(api, agent))["mode"] == mode
    if mode != "byo_twilio":
        answer = body_of(await _connect(api, connected, mode=mode))
        assert answer == await read_sms(api, connected)
        assert set(answer) == set(shown)


async def test_a_mode_that_is_not_named_stays(api: httpx.AsyncClient) -> None:
    """Contract 5: a PATCH that says nothing of SMS changes nothing of it."""
    agent = await _make(api, "byo_twilio")
    before = await read_sms(api, agent)
    assert (before["mode"], before["status"]) == ("byo_twilio", "needs_setup")
    assert agent in before["reason"]
    silent: tuple[dict[str, Any], ...] = ({"customer_ref": "r"}, {"sms": None}, {"sms": {}}, {"sms": {"mode": None}})
    for changes in silent:
        assert body_of(await api.patch(f"/v1/agents/{agent}", json=changes))["sms"] == before
    assert body_of(await api.patch(f"/v1/agents/{agent}", json={"sms": {"mode": "none"}}))["sms"] == {
        "mode": "none",
        "status": "disabled",
    }


async def test_a_number_bound_by_hand_is_active(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: an agent with a number of the operator's hand is `active`, whatever its mode, and keeps both."""
    agent = customer.agent.id
    for mode in ("managed", "byo_twilio", "none"):
        shown = body_of(await api.patch(f"/v1/agents/{agent}", json={"sms": {"mode": mode}}))["sms"]
        assert shown == {"mode": mode, "status": "active", "phone_number": NUMBER}


_WRONG: dict[str, tuple[Any, str, str]] = {
    "no mode": ({}, "invalid_mode", "mode"),
    "a mode that is unknown": ({"mode": "pigeon"}, "invalid_mode", "mode"),
    "a mode that is no way to a number": ({"mode": "none"}, "invalid_mode", "mode"),
    "a mode that is a list": ({"mode": ["sandbox"]}, "invalid_mode", "mode"),
    "null": ({"mode": None}, "invalid_mode", "mode"),
    "an unknown field": ({"mode": "sandbox", "number": "+1"}, "unknown_field", "number"),
    "a SID in the sandbox": ({"mode": "sandbox", "account_sid": "AC1"}, "unknown_field", "account_sid"),
    "a token in the pool": ({"mode": "managed", "auth_token": _TOKEN}, "unknown_field", "auth_token"),
    "a number in the pool": ({"mode": "managed", "phone_number": "+12025550111"}, "unknown_field", "phone_number"),
    "a SID that is a number": ({"mode": "byo_twilio", "account_sid": 1}, "invalid_account_sid", "account_sid"),
    "a token that is a list": ({"mode": "byo_twilio", "auth_token": []}, "invalid_auth_token", "auth_token"),
    "a long number": ({"mode": "byo_twilio", "phone_number": "+" + "1" * 200}, "invalid_phone_number", "phone_number"),
}


@pytest.mark.parametrize("case", _WRONG.values(), ids=_WRONG.keys())
async def test_a_wrong_wish_is_named(
    api: httpx.AsyncClient, customer: Customer, redis_url: Secret, case: tuple[dict[str, Any], str, str]
) -> None:
    """I63: what is wrong with a wish, or has no place in its mode, is named, and nothing is changed."""
    wish, code, field = case
    before = contents(redis_url)
    message = expect(await _connect(api, customer.agent.id, **wish), 400, code, field=field)
    assert contents(redis_url) == before
    assert _TOKEN not in message


async def test_the_agent_of_another_account(api: httpx.AsyncClient, store: Store) -> None:
    """I63: the agent of another account does not exist, here either."""
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    expect(await _connect(api, other.agent.id, mode="sandbox"), 404, "not_found")
    expect(await _connect(api, "agt_x", mode="sandbox"), 404, "not_found")
    assert (await store.sms.find(other.agent.id)).mode == "none"


async def test_an_agent_that_is_gone_has_no_set_up(api: httpx.AsyncClient, redis_url: Secret) -> None:
    """I70: deleted, an agent leaves nothing of its SMS behind."""
    agent = await _make(api, "byo_twilio")
    await api.delete(f"/v1/agents/{agent}")
    assert not [name for name in contents(redis_url) if agent in name]
