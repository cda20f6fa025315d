"""/v1/agents: made, shown and listed, each field held to its limits."""

import json
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.honesty import DISCLOSURE
from gateway.domain.secret import Secret
from tests.examples import NUMBER
from tests.setting_up import Customer, set_up_customer
from tests.web.api import JSON, body_of, expect
from tests.web.contents import contents, names

_SHOWN = {
    "agent_id",
    "status",
    "created_at",
    "updated_at",
    "system_prompt",
    "customer_ref",
    "metadata",
    "llm",
    "sms",
    "texting",
    "spend",
}
_BYOK = {"mode": "byok", "model": None, "provider": None, "base_url": None, "label": None}
_TEXTING = {
    "max_segments": 4,
    "emoji": True,
    "gather_ms": 300,
    "disclosure": DISCLOSURE,
    "apology": "Sorry, I can't answer right now. Please try again later.",
    "refusal": "Sorry, I can't help with that.",
}


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        ({}, {"system_prompt": "", "customer_ref": None, "metadata": {}, "llm": _BYOK}),
        ({"system_prompt": "p" * 2000}, {"system_prompt": "p" * 2000}),
        ({"system_prompt": "\u00e9\U0001f600\n\0"}, {"system_prompt": "\u00e9\U0001f600\n\0"}),
        ({"customer_ref": "r" * 200}, {"customer_ref": "r" * 200}),
        ({"metadata": {"a": [1, None, {"b": "\u00e9"}]}}, {"metadata": {"a": [1, None, {"b": "\u00e9"}]}}),
        ({"metadata": {"a": "x" * 3991}}, {"metadata": {"a": "x" * 3991}}),
        ({"llm": {"mode": "byok", "model": "m"}}, {"llm": _BYOK | {"model": "m"}}),
        ({"llm": {"label": "l" * 60}}, {"llm": _BYOK | {"label": "l" * 60}}),
        ({"llm": {}, "sms": {}}, {"sms": {"mode": "none", "status": "disabled"}}),
        ({"sms": {"mode": "none"}}, {"sms": {"mode": "none", "status": "disabled"}}),
        ({"texting": None}, {"texting": _TEXTING}),
        ({"texting": {"gather_ms": 0, "apology": None}}, {"texting": _TEXTING | {"gather_ms": 0}}),
        ({"texting": {"gather_ms": 5000, "apology": ""}}, {"texting": _TEXTING | {"gather_ms": 5000, "apology": ""}}),
        ({"texting": {"max_segments": 2, "emoji": False}}, {"texting": _TEXTING | {"max_segments": 2, "emoji": False}}),
        ({"texting": {"max_segments": None, "emoji": None}}, {"texting": _TEXTING | {"max_segments": 100}}),
        ({"texting": {"disclosure": None}}, {"texting": _TEXTING}),
        ({"texting": {"disclosure": True}}, {"texting": _TEXTING}),
        ({"texting": {"disclosure": False}}, {"texting": _TEXTING | {"disclosure": ""}}),
        ({"texting": {"disclosure": ""}}, {"texting": _TEXTING | {"disclosure": ""}}),
        (
            {"texting": {"disclosure": "AI, STOP, HELP. " * 20}},
            {"texting": _TEXTING | {"disclosure": "AI, STOP, HELP. " * 20}},
        ),
        ({"texting": {"refusal": "\u00e9" * 320}}, {"texting": _TEXTING | {"refusal": "\u00e9" * 320}}),
        ({"system_prompt": None, "customer_ref": None, "metadata": None, "llm": None, "sms": None}, {"metadata": {}}),
    ],
)
async def test_an_agent_is_made_as_wished(
    api: httpx.AsyncClient, wishes: dict[str, Any], shown: dict[str, Any]
) -> None:
    """Contract 5: POST makes an active agent, which GET then shows alike."""
    response = await api.post("/v1/agents", json=wishes)
    made = body_of(response)
    assert response.status_code == 200
    assert made["status"] == "active"
    assert made["agent_id"].startswith("agt_")
    assert shown.items() <= made.items()
    assert set(made) == _SHOWN
    assert body_of(await api.get(f"/v1/agents/{made['agent_id']}")) == made


async def test_a_bound_agent_shows_its_number(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: an agent with a number is `active` on SMS and says which."""
    body = body_of(await api.get(f"/v1/agents/{customer.agent.id}"))
    assert body["sms"] == {"mode": "none", "status": "active", "phone_number": NUMBER}


_WRONG: dict[str, tuple[Any, str, str]] = {
    "a prompt that is a list": ({"system_prompt": []}, "invalid_system_prompt", "system_prompt"),
    "a long prompt": ({"system_prompt": "p" * 2001}, "system_prompt_too_long", "system_prompt"),
    "a reference that is a number": ({"customer_ref": 7}, "invalid_customer_ref", "customer_ref"),
    "a long reference": ({"customer_ref": "r" * 201}, "customer_ref_too_long", "customer_ref"),
    "metadata that is a list": ({"metadata": []}, "invalid_metadata", "metadata"),
    "metadata that is a word": ({"metadata": "a"}, "invalid_metadata", "metadata"),
    "large metadata": ({"metadata": {"a": "x" * 4000}}, "metadata_too_large", "metadata"),
    "a mode that is unknown": ({"llm": {"mode": "free"}}, "invalid_llm_mode", "llm.mode"),
    "a mode that is a number": ({"llm": {"mode": 1}}, "invalid_llm_mode", "llm.mode"),
    "an llm that is a word": ({"llm": "byok"}, "invalid_llm_mode", "llm"),
    "an empty model": ({"llm": {"model": ""}}, "invalid_llm_model", "llm.model"),
    "a blank model": ({"llm": {"model": "  "}}, "invalid_llm_model", "llm.model"),
    "a long model": ({"llm": {"model": "m" * 201}}, "invalid_llm_model", "llm.model"),
    "a model that is a list": ({"llm": {"model": []}}, "invalid_llm_model", "llm.model"),
    "an SMS mode that is unknown": ({"sms": {"mode": "pigeon"}}, "invalid_sms_mode", "sms.mode"),
    "an sms that is a list": ({"sms": []}, "invalid_sms_mode", "sms"),
    "a wait that is long": ({"texting": {"gather_ms": 5001}}, "invalid_texting", "texting.gather_ms"),
    "a word for an object": ({"llm": "gpt-4o"}, "invalid_llm_mode", "llm"),
    "no segment": ({"texting": {"max_segments": 0}}, "invalid_texting", "texting.max_segments"),
    "too many segments": ({"texting": {"max_segments": 101}}, "invalid_texting", "texting.max_segments"),
    "emoji as a word": ({"texting": {"emoji": "no"}}, "invalid_texting", "texting.emoji"),
    "a wait that is negative": ({"texting": {"gather_ms": -1}}, "invalid_texting", "texting.gather_ms"),
    "a wait that is a word": ({"texting": {"gather_ms": "300"}}, "invalid_texting", "texting.gather_ms"),
    "a long apology": ({"texting": {"apology": "a" * 321}}, "invalid_texting", "texting.apology"),
    "a long disclosure": ({"texting": {"disclosure": "a" * 321}}, "invalid_texting", "texting.disclosure"),
    "a disclosure that is a number": ({"texting": {"disclosure": 1}}, "invalid_texting", "texting.disclosure"),
    "a refusal that is a list": ({"texting": {"refusal": []}}, "invalid_texting", "texting.refusal"),
    "a texting that is a word": ({"texting": "fast"}, "invalid_texting", "texting"),
    "an unknown field below texting": ({"texting": {"foo": 1}}, "unknown_field", "texting.foo"),
    "an unknown field": ({"name": "x"}, "unknown_field", "name"),
    "an unknown field below llm": ({"llm": {"foo": 1}}, "unknown_field", "llm.foo"),
    "an unknown field below sms": ({"sms": {"foo": 1}}, "unknown_field", "sms.foo"),
    "another account": ({"account_id": "acct_x"}, "unknown_field", "account_id"),
    "another key": ({"key_id": "key_x"}, "unknown_field", "key_id"),
    "an id": ({"agent_id": "agt_x"}, "unknown_field", "agent_id"),
}


@pytest.mark.parametrize("case", _WRONG.values(), ids=_WRONG.keys())
async def test_a_wrong_field_is_named(
    api: httpx.AsyncClient, redis_url: Secret, case: tuple[dict[str, Any], str, str]
) -> None:
    """I63: each wrong field has its own error, unknown ones included, and no agent is made."""
    wishes, code, field = case
    before = contents(redis_url)
    expect(await api.post("/v1/agents", content=json.dumps(wishes), headers=JSON), 400, code, field=field)
    assert contents(redis_url) == before


def _nested(brackets: int) -> str:
    return '{"metadata": {"a": ' + "[" * (brackets - 1) + "]" * (brackets - 1) + "}}"


async def test_metadata_that_nests(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: metadata nests 50 levels deep; deeper it is refused, and every agent still shows."""
    path = f"/v1/agents/{customer.agent.id}"
    for method, where in (("POST", "/v1/agents"), ("PATCH", path)):
        assert (await api.request(method, where, content=_nested(50), headers=JSON)).status_code == 200
        for brackets in (51, 400, *range(700, 940, 20)):
            refused = await api.request(method, where, content=_nested(brackets), headers=JSON)
            # how deep a body can be read at all depends on what called the reader
            assert (refused.status_code, refused.json()["error"] in ("invalid_metadata", "invalid_json")) == (400, True)
    assert len(body_of(await api.get("/v1/agents"))["agents"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        '{"metadata": {"a": NaN}}',
        '{"metadata": {"a": Infinity}}',
        '{"metadata": {"a": [-Infinity]}}',
        '{"metadata": {"a": 1e999}}',
        '{"metadata": {"a": "\\ud800"}}',
        '{"metadata": {"\\udfff": 1}}',
        '{"system_prompt": "\\ud800"}',
        '{"customer_ref": "\\udfff"}',
        '{"\\ud800": 1}',
    ],
)
async def test_what_json_can_not_say_makes_no_agent(api: httpx.AsyncClient, redis_url: Secret, body: str) -> None:
    """Contract 5: torn characters and endless numbers are refused: stored, they would break every answer about them."""
    before = names(contents(redis_url), "tg:agent:")
    response = await api.post("/v1/agents", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"].startswith(("invalid_", "unknown_field"))
    assert names(contents(redis_url), "tg:agent:") == before
    assert (await api.get("/v1/agents")).status_code == 200


async def test_an_agent_needs_a_model_key(api: httpx.AsyncClient) -> None:
    """Contract 5: without a BYOK record there is no agent: 409 `byok_not_configured`."""
    await api.delete("/v1/byok")
    message = expect(await api.post("/v1/agents", json={}), 409, "byok_not_configured")
    assert "PUT /v1/byok" in message


async def test_an_agent_needs_a_model(api: httpx.AsyncClient) -> None:
    """Contract 5: with a model on neither the agent nor the record it is `invalid_llm_model`."""
    await api.put("/v1/byok", json={"provider": "openai", "api_key": "sk-x"})
    expect(await api.post("/v1/agents", json={}), 400, "invalid_llm_model", field="llm.model")
    assert (await api.post("/v1/agents", json={"llm": {"model": "gpt-4o"}})).status_code == 200


async def test_a_list_is_paged_oldest_first(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: `limit` and `cursor` walk through every agent once, in the order in which they were made."""
    made = [body_of(await api.post("/v1/agents", json={}))["agent_id"] for _ in range(4)]
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = body_of(await api.get("/v1/agents", params={"limit": "2", "cursor": cursor}))
        assert set(page) == {"agents", "next_cursor"}
        assert len(page["agents"]) <= 2
        found += [agent["agent_id"] for agent in page["agents"]]
        cursor = page["next_cursor"]
    assert found == [customer.agent.id, *made]


async def test_a_list_shows_what_an_agent_shows(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: an agent looks the same in a list and alone, and a short list has no next page."""
    page = body_of(await api.get("/v1/agents"))
    assert page["agents"] == [body_of(await api.get(f"/v1/agents/{customer.agent.id}"))]
    assert page["next_cursor"] is None


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.5", "9" * 5000], ids=lambda limit: limit[:5])
async def test_a_wrong_limit_is_refused(api: httpx.AsyncClient, limit: str) -> None:
    """Contract 5: a limit that is no number from 1 to 100 is 400, however long it is."""
    expect(await api.get("/v1/agents", params={"limit": limit}), 400, "invalid_limit", field="limit")


@pytest.mark.parametrize("cursor", ["agt_x", "(", "\x00", "zzz", "\u00e9", "+"])
async def test_a_made_up_cursor_is_refused(api: httpx.AsyncClient, cursor: str) -> None:
    """Contract 5: a cursor that no page ended with is named, and not taken for an empty page."""
    answer = await api.get("/v1/agents", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (400, "invalid_cursor", "cursor")


async def test_a_list_holds_nobody_elses_agents(api: httpx.AsyncClient, store: Store) -> None:
    """I63: another account's agents are in no list."""
    from gateway.domain.phone import PhoneNumber

    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    found = body_of(await api.get("/v1/agents"))["agents"]
    assert other.agent.id not in {agent["agent_id"] for agent in found}


async def test_warnings(api: httpx.AsyncClient, customer: Customer) -> None:
    """I31: what will not work by text is told when an agent is made, and does not keep it from being made."""
    texting = {"disclosure": "I'm {brand}'s AI. HELP for help."}
    body = body_of(
        await api.post("/v1/agents", json={"system_prompt": "Say: reply CANCEL to end.", "texting": texting})
    )
    asked, gap = body.pop("warnings")
    assert asked.startswith("It asks people to answer CANCEL.")
    assert "STOP" in gap
    assert body_of(await api.get(f"/v1/agents/{body['agent_id']}")) == body
    assert "warnings" not in body_of(await api.post("/v1/agents", json={"system_prompt": "Be brief."}))
