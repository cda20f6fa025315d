"""The `llm` of an agent over the API: every field, every refusal, and what is shown of it."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.adapters.key_ring import Opener
from gateway.adapters.store import Store
from gateway.domain.credential import Health, fingerprint
from gateway.domain.ids import AgentId
from gateway.domain.secret import Secret
from gateway.flows.accounts import close_account
from tests.examples import NOW, OPEN_KEYS
from tests.setting_up import MODEL_PLACE, Customer
from tests.web.api import JSON, body_of, expect
from tests.web.contents import contents, names
from tests.web.processes import calling, web_process

_KEY = "sk-canary-agents-own-d3d9446802a44259"
_URL = "https://public.example.com/v1"
_OWN: dict[str, Any] = {"api_key": _KEY, "provider": "openai_compat", "base_url": _URL, "model": "m"}
_SHOWN = {"mode", "model", "provider", "base_url", "label", "fingerprint", "health"}


@pytest.fixture
async def hosted(redis_url: Secret, customer: Customer) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a web process whose operator has two models of their own."""
    models = {"TEXTGATE_HOSTED_FAST_MODEL": "openai/fast", "TEXTGATE_HOSTED_SMART_MODEL": "openai/smart"}
    async with web_process(redis_url, **models) as app, calling(app) as client:
        client.headers["authorization"] = f"Bearer {customer.api_key}"
        yield client


async def _make(client: httpx.AsyncClient, **llm: object) -> dict[str, Any]:
    response = await client.post("/v1/agents", json={"llm": llm})
    assert response.status_code == 200, response.text
    return body_of(response)


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        (None, {"mode": "hosted", "tier": "fast", "model": None, "label": None}),
        ({}, {"mode": "hosted", "tier": "fast", "model": None, "label": None}),
        ({"mode": "hosted"}, {"mode": "hosted", "tier": "fast", "model": None, "label": None}),
        ({"tier": "smart", "label": "l"}, {"mode": "hosted", "tier": "smart", "model": None, "label": "l"}),
        ({"mode": "hosted", "model": "x"}, {"mode": "hosted", "tier": "fast", "model": "x", "label": None}),
        ({"mode": "byok"}, {"mode": "byok", "model": None, "provider": None, "base_url": None, "label": None}),
    ],
)
async def test_a_hosted_gateway(hosted: httpx.AsyncClient, wishes: object, shown: dict[str, Any]) -> None:
    """Contract 5: an llm that is left out is hosted where the operator has set that up, and says so from then on."""
    made = body_of(await hosted.post("/v1/agents", json={"llm": wishes}))
    assert made["llm"] == shown
    assert body_of(await hosted.get(f"/v1/agents/{made['agent_id']}")) == made


async def test_status_tells_the_mode(hosted: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    """Contract 5: GET /status says what a new agent gets."""
    assert body_of(await hosted.get("/v1/status"))["mode"] == "hosted"
    assert body_of(await api.get("/v1/status"))["mode"] == "byok"


async def test_hosted_needs_no_key(hosted: httpx.AsyncClient) -> None:
    """A hosted agent is made without any model key; a byok one still needs one, hosted models or not (I62)."""
    await hosted.delete("/v1/byok")
    await _make(hosted)
    expect(await hosted.post("/v1/agents", json={"llm": {"mode": "byok"}}), 409, "byok_not_configured")


@pytest.mark.parametrize("wishes", [{"mode": "hosted"}, {"tier": "fast"}])
async def test_a_gateway_without_hosted_models(api: httpx.AsyncClient, wishes: dict[str, str]) -> None:
    """Without hosted models, asking for one is 503 `hosted_not_available`, with what to do instead."""
    response = await api.post("/v1/agents", json={"llm": wishes})
    assert "PUT /v1/byok" in expect(response, 503, "hosted_not_available")
    assert response.headers["retry-after"]


async def test_hosted_models_taken_away(hosted: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    """A hosted agent whose gateway has no hosted models any more is 503, although its key has a BYOK record (I62)."""
    made = await _make(hosted)
    path = f"/v1/agents/{made['agent_id']}/messages"
    expect(await api.post(path, json={"text": "Hi"}), 503, "hosted_not_available")


_WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a mode that is unknown": ({"mode": "free"}, "invalid_llm_mode", "mode"),
    "a tier that is unknown": ({"tier": "medium"}, "invalid_llm_tier", "tier"),
    "a tier that is a number": ({"tier": 1}, "invalid_llm_tier", "tier"),
    "a tier of byok": ({"mode": "byok", "tier": "fast"}, "invalid_llm_tier", "tier"),
    "an empty model": ({"model": ""}, "invalid_llm_model", "model"),
    "a blank model": ({"model": "  "}, "invalid_llm_model", "model"),
    "a long model": ({"model": "m" * 201}, "invalid_llm_model", "model"),
    "a blank hosted model": ({"mode": "hosted", "model": "  "}, "invalid_llm_model", "model"),
    "a provider that is unknown": ({"provider": "acme"}, "invalid_llm_provider", "provider"),
    "a provider that is a list": ({"provider": []}, "invalid_llm_provider", "provider"),
    "another provider than the key's": ({"provider": "openai"}, "invalid_llm_provider", "provider"),
    "a provider of hosted": ({"mode": "hosted", "provider": "openai"}, "invalid_llm_provider", "provider"),
    "a base URL that is a number": ({"base_url": 1}, "invalid_llm_base_url", "base_url"),
    "a long base URL": ({"base_url": f"https://{'a' * 400}.example"}, "invalid_llm_base_url", "base_url"),
    "a base URL that is none": ({"base_url": "nonsense"}, "invalid_llm_base_url", "base_url"),
    "another host than the key's": ({"base_url": _URL}, "invalid_llm_base_url", "base_url"),
    "another port than the key's": ({"base_url": "http://127.0.0.1:4142/v1"}, "invalid_llm_base_url", "base_url"),
    "a base URL of hosted": ({"mode": "hosted", "base_url": _URL}, "invalid_llm_base_url", "base_url"),
    "a long label": ({"label": "l" * 61}, "invalid_llm_label", "label"),
    "a label that is a list": ({"label": []}, "invalid_llm_label", "label"),
    "a key of hosted": (_OWN | {"mode": "hosted"}, "llm_api_key_requires_byok_mode", "api_key"),
    "a key that is a number": (_OWN | {"api_key": 7}, "invalid_llm_api_key", "api_key"),
    "an empty key": (_OWN | {"api_key": ""}, "invalid_llm_api_key", "api_key"),
    "a blank key": (_OWN | {"api_key": " \t"}, "invalid_llm_api_key", "api_key"),
    "a key with a space": (_OWN | {"api_key": f"{_KEY} x"}, "invalid_llm_api_key", "api_key"),
    "a long key": (_OWN | {"api_key": "k" * 601}, "invalid_llm_api_key", "api_key"),
    "a key of nobody's": ({"api_key": _KEY, "model": "m"}, "missing_llm_provider", "provider"),
    "a key without a model": (_OWN | {"model": None}, "invalid_llm_model", "model"),
    "a key without a place": (_OWN | {"base_url": None}, "invalid_llm_base_url", "base_url"),
    "a key for a private place": (
        _OWN | {"base_url": "https://private.example.com"},
        "invalid_llm_base_url",
        "base_url",
    ),
    "a key for plain http": (_OWN | {"base_url": "http://public.example.com"}, "invalid_llm_base_url", "base_url"),
    "an unknown field": (_OWN | {"sealed": "x"}, "unknown_field", "sealed"),
    "somebody's credential": ({"credential_id": "cred_x"}, "unknown_field", "credential_id"),
}


@pytest.mark.parametrize("case", _WRONG.values(), ids=_WRONG.keys())
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_wrong_field_is_named(
    api: httpx.AsyncClient, redis_url: Secret, log: io.StringIO, method: str, case: tuple[dict[str, Any], str, str]
) -> None:
    """Contract 5, I63, I67: each wrong field has its own error, nothing is changed, and no key shows anywhere."""
    llm, code, field = case
    (agent,) = body_of(await api.get("/v1/agents"))["agents"]
    path = "/v1/agents" if method == "POST" else f"/v1/agents/{agent['agent_id']}"
    before = contents(redis_url)
    response = await api.request(method, path, content=json.dumps({"llm": llm}), headers=JSON)
    expect(response, 400, code, field=f"llm.{field}")
    assert contents(redis_url) == before
    assert _KEY not in response.text + log.getvalue()


async def test_an_own_key(api: httpx.AsyncClient, customer: Customer, store: Store, log: io.StringIO) -> None:
    """Contract 5, I58, I63: an agent's own key is sealed, shown by its fingerprint, and needs no BYOK record."""
    record = await store.credentials.find(customer.key.id)
    made = await _make(api, **_OWN, label="work")
    assert set(made["llm"]) == _SHOWN
    assert (made["llm"]["mode"], made["llm"]["provider"], made["llm"]["base_url"]) == ("byok", "openai_compat", _URL)
    assert (made["llm"]["fingerprint"], made["llm"]["health"]) == (fingerprint(Secret(_KEY)), "unverified")
    assert await store.credentials.find(customer.key.id) == record
    own = await store.credentials.find_own(AgentId(made["agent_id"]))
    assert own
    assert Opener(OPEN_KEYS).open(own.sealed, own.place).reveal() == _KEY
    listed = await api.get("/v1/agents")
    assert _KEY not in listed.text + log.getvalue() + repr(contents_of(store, made))
    await api.delete("/v1/byok")
    assert (await _make(api, **_OWN))["llm"]["health"] == "unverified"


def contents_of(store: Store, agent: dict[str, Any]) -> dict[str, Any]:
    """Everything that the store's Redis holds."""
    options = store.connection.connection_pool.connection_kwargs
    url = f"redis://:{options['password']}@{options['host']}:{options['port']}/{options['db']}"
    found = contents(Secret(url))
    assert f"tg:agent:{agent['agent_id']}" in found
    return found


async def test_the_health_of_an_own_key(api: httpx.AsyncClient, store: Store) -> None:
    """Contract 5: a rejected key of an agent's own is shown with its reason, where its owner looks."""
    made = await _make(api, **_OWN)
    own = await store.credentials.find_own(AgentId(made["agent_id"]))
    assert own
    await store.credentials.note_health(own.id, Health.REJECTED, at=NOW)
    shown = body_of(await api.get(f"/v1/agents/{made['agent_id']}"))["llm"]
    assert (shown["health"], "401" in shown["health_reason"]) == ("rejected", True)
    assert (await api.get("/v1/byok")).json()["byok"]["health"] == "unverified"


async def test_an_own_key_is_not_lured(api: httpx.AsyncClient) -> None:
    """I67: with its key a base URL may move within its origin alone; another origin or provider needs the key again."""
    path = f"/v1/agents/{(await _make(api, **_OWN))['agent_id']}"
    for llm, code in (
        ({"base_url": "https://other.example.com/v1"}, "invalid_llm_base_url"),
        ({"base_url": None}, "invalid_llm_base_url"),
        ({"provider": "openai"}, "invalid_llm_provider"),
        ({"provider": "anthropic", "base_url": _URL}, "invalid_llm_provider"),
    ):
        response = await api.patch(path, json={"llm": llm})
        assert (response.status_code, response.json()["error"]) == (400, code)
    moved = await api.patch(path, json={"llm": {"base_url": f"{_URL}/beta"}})
    assert body_of(moved)["llm"]["base_url"] == f"{_URL}/beta"
    anew = {"base_url": "https://other.example.com/v1", "api_key": "sk-other"}
    assert body_of(await api.patch(path, json={"llm": anew}))["llm"]["base_url"] == anew["base_url"]


async def test_the_same_origin_as_the_record(api: httpx.AsyncClient) -> None:
    """Contract 5: without a key of its own an agent may name another path at the BYOK record's own host."""
    llm = {"provider": "openai_compat", "base_url": f"http://{MODEL_PLACE}/v2"}
    shown = (await _make(api, **llm))["llm"]
    assert (shown["base_url"], shown["mode"], "fingerprint" in shown) == (llm["base_url"], "byok", False)


async def test_own_keys_are_erased(api: httpx.AsyncClient, redis_url: Secret) -> None:
    """I58: an own key replaced, given up, left for another mode, or deleted with its agent is nowhere any more."""
    before = names(contents(redis_url), "tg:credential:")
    agent = (await _make(api, **_OWN))["agent_id"]
    path, seen = f"/v1/agents/{agent}", [names(contents(redis_url), "tg:credential:")]
    assert (await api.patch(path, json={"llm": {"api_key": "sk-second"}})).status_code == 200
    seen.append(names(contents(redis_url), "tg:credential:"))
    assert [len(found) for found in seen] == [len(before) + 1] * 2
    assert seen[0] != seen[1]
    back = body_of(await api.patch(path, json={"llm": {"api_key": None}}))["llm"]
    assert back == {"mode": "byok", "model": "m", "provider": None, "base_url": None, "label": None}
    assert names(contents(redis_url), "tg:credential:") == before
    await api.patch(path, json={"llm": _OWN})
    assert (await api.delete(path)).status_code == 200
    assert names(contents(redis_url), "tg:credential:") == before


async def test_another_mode_begins_anew(hosted: httpx.AsyncClient, redis_url: Secret) -> None:
    """From its own key to hosted and back to the record: nothing of the mode before is left, its key least of all."""
    before = names(contents(redis_url), "tg:credential:")
    path = f"/v1/agents/{(await _make(hosted, **_OWN))['agent_id']}"
    to_hosted = body_of(await hosted.patch(path, json={"llm": {"mode": "hosted", "tier": "smart"}}))["llm"]
    assert to_hosted == {"mode": "hosted", "tier": "smart", "model": None, "label": None}
    assert names(contents(redis_url), "tg:credential:") == before
    to_byok = body_of(await hosted.patch(path, json={"llm": {"mode": "byok"}}))["llm"]
    assert to_byok == {"mode": "byok", "model": None, "provider": None, "base_url": None, "label": None}


async def test_a_closed_account_keeps_no_key(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 4: closing an account erases the agents' own keys, too, and leaves them on no other (I62)."""
    agent = AgentId((await _make(api, **_OWN))["agent_id"])
    await close_account(customer.account.id, store=store, now=NOW)
    assert await store.connection.keys("tg:credential:*") == []
    kept = await store.agents.read(agent)
    assert kept.llm.credential_id
    assert await store.credentials.find_own(agent) is None


async def test_nothing_left_to_fall_back_on(api: httpx.AsyncClient) -> None:
    """Giving up an own key needs a BYOK record to go back to: 409, and the own key stays."""
    path = f"/v1/agents/{(await _make(api, **_OWN))['agent_id']}"
    await api.delete("/v1/byok")
    expect(await api.patch(path, json={"llm": {"api_key": None}}), 409, "byok_not_configured")
    assert body_of(await api.get(path))["llm"]["fingerprint"]


async def test_a_prompt_is_changed_without_a_model(hosted: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    """A change that says nothing about the llm is taken whatever has become of keys and hosted models."""
    made = await _make(hosted)
    changed = await api.patch(f"/v1/agents/{made['agent_id']}", json={"system_prompt": "Be brief."})
    assert body_of(changed)["llm"] == made["llm"]
