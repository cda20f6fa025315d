"""/v1/byok: set, shown and cleared; what goes in never comes back."""

import io
import json
from typing import Any

import httpx
import pytest

from gateway.adapters.key_ring import Opener
from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from tests.examples import OPEN_KEYS
from tests.setting_up import MODEL_KEY, MODEL_PLACE, Customer
from tests.web.api import body_of, expect
from tests.web.contents import contents, names

_KEY = "sk-canary-byok-eccbc87e4b5ce2fe"
_WISHES: dict[str, Any] = {"provider": "openai_compat", "api_key": _KEY, "base_url": "https://public.example.com/v1"}
_RECORD = {"provider", "base_url", "model", "label", "fingerprint", "health", "updated_at"}


async def test_a_record_is_shown_without_its_key(api: httpx.AsyncClient) -> None:
    """I63: GET shows exactly the metadata of contract 5."""
    body = body_of(await api.get("/v1/byok"))
    assert body["ok"] is True
    assert set(body) == {"ok", "byok"}
    assert set(body["byok"]) == _RECORD
    assert body["byok"]["health"] == "unverified"


async def test_no_record_is_null(api: httpx.AsyncClient) -> None:
    """DELETE clears, the same again does no harm, and GET then says null."""
    for _ in range(2):
        response = await api.delete("/v1/byok")
        assert (response.status_code, body_of(response)) == (200, {"ok": True})
    assert body_of(await api.get("/v1/byok")) == {"ok": True, "byok": None}


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        (_WISHES, {"base_url": "https://public.example.com/v1", "model": None, "label": None}),
        (_WISHES | {"model": "m", "label": "work"}, {"model": "m", "label": "work"}),
        (_WISHES | {"model": None, "label": None}, {"model": None, "label": None}),
        ({"provider": "openai", "api_key": _KEY}, {"provider": "openai", "base_url": None}),
        ({"provider": "anthropic", "api_key": _KEY}, {"provider": "anthropic", "base_url": None}),
        (_WISHES | {"base_url": f"http://{MODEL_PLACE}/v1"}, {"base_url": f"http://{MODEL_PLACE}/v1"}),
        (_WISHES | {"base_url": "https://nowhere.example.com/v1"}, {"health": "unverified"}),
        (_WISHES | {"api_key": f"  {_KEY}\n"}, {"fingerprint": "e4a4d1b2c8a1"}),
        (_WISHES | {"api_key": "k" * 600, "model": "m" * 200, "label": "l" * 60}, {"model": "m" * 200}),
    ],
)
async def test_a_key_is_set(api: httpx.AsyncClient, wishes: dict[str, Any], shown: dict[str, Any]) -> None:
    """Contract 5: PUT answers with the record as GET then shows it; a host that can't be resolved is no reason."""
    put = await api.put("/v1/byok", json=wishes)
    body = body_of(put)
    assert put.status_code == 200
    assert set(body["byok"]) == _RECORD
    known = {name: value for name, value in shown.items() if name != "fingerprint"}
    assert known.items() <= body["byok"].items()
    assert body_of(await api.get("/v1/byok")) == body


async def test_the_fingerprint_is_of_the_key_without_spaces(api: httpx.AsyncClient) -> None:
    """Contract 5: a line break pasted along with a key is no part of it."""
    prints = {
        body_of(await api.put("/v1/byok", json=_WISHES | {"api_key": spelled}))["byok"]["fingerprint"]
        for spelled in (_KEY, f" {_KEY}\n")
    }
    assert len(prints) == 1
    assert len(prints.pop()) == 12


_WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no provider": ({"api_key": _KEY}, "invalid_provider", "provider"),
    "an unknown provider": (_WISHES | {"provider": "azure"}, "invalid_provider", "provider"),
    "a provider that is a number": (_WISHES | {"provider": 1}, "invalid_provider", "provider"),
    "a provider that is null": (_WISHES | {"provider": None}, "invalid_provider", "provider"),
    "no key": ({"provider": "openai"}, "missing_api_key", "api_key"),
    "an empty key": (_WISHES | {"api_key": ""}, "missing_api_key", "api_key"),
    "a blank key": (_WISHES | {"api_key": " \n"}, "missing_api_key", "api_key"),
    "a key that is null": (_WISHES | {"api_key": None}, "missing_api_key", "api_key"),
    "a key that is a list": (_WISHES | {"api_key": [_KEY]}, "missing_api_key", "api_key"),
    "a key with a space": (_WISHES | {"api_key": f"{_KEY} {_KEY}"}, "missing_api_key", "api_key"),
    "a key with a line break": (_WISHES | {"api_key": f"{_KEY}\r\nX: y"}, "missing_api_key", "api_key"),
    "a key beyond ASCII": (_WISHES | {"api_key": f"{_KEY}\u00e9"}, "missing_api_key", "api_key"),
    "a long key": (_WISHES | {"api_key": "k" * 601}, "missing_api_key", "api_key"),
    "no base_url": ({"provider": "openai_compat", "api_key": _KEY}, "invalid_base_url", "base_url"),
    "a base_url that is a number": (_WISHES | {"base_url": 1}, "invalid_base_url", "base_url"),
    "an empty base_url": (_WISHES | {"base_url": ""}, "invalid_base_url", "base_url"),
    "an empty base_url where there is a default": (
        {"provider": "openai", "api_key": _KEY, "base_url": ""},
        "invalid_base_url",
        "base_url",
    ),
    "a long base_url": (_WISHES | {"base_url": "https://a.example/" + "x" * 400}, "invalid_base_url", "base_url"),
    "plain http": (_WISHES | {"base_url": "http://public.example.com/v1"}, "invalid_base_url", "base_url"),
    "loopback": (_WISHES | {"base_url": "https://127.0.0.1/v1"}, "invalid_base_url", "base_url"),
    "another port of an allowed host": (
        _WISHES | {"base_url": "http://127.0.0.1:6379"},
        "invalid_base_url",
        "base_url",
    ),
    "metadata": (_WISHES | {"base_url": "https://169.254.169.254/latest"}, "invalid_base_url", "base_url"),
    "a private name": (_WISHES | {"base_url": "https://private.example.com"}, "invalid_base_url", "base_url"),
    "a loopback name": (_WISHES | {"base_url": "https://loopback.example.com"}, "invalid_base_url", "base_url"),
    "a metadata name": (_WISHES | {"base_url": "https://metadata.example.com"}, "invalid_base_url", "base_url"),
    "a mixed name": (_WISHES | {"base_url": "https://mixed.example.com"}, "invalid_base_url", "base_url"),
    "a mapped name": (_WISHES | {"base_url": "https://mapped.example.com"}, "invalid_base_url", "base_url"),
    "a private name for openai": (
        {"provider": "openai", "api_key": _KEY, "base_url": "https://private.example.com"},
        "invalid_base_url",
        "base_url",
    ),
    "an empty model": (_WISHES | {"model": ""}, "invalid_model", "model"),
    "a blank model": (_WISHES | {"model": " "}, "invalid_model", "model"),
    "a model that is nothing but a prefix": (
        {"provider": "openai", "api_key": _KEY, "model": "openai/"},
        "invalid_model",
        "model",
    ),
    "a long model": (_WISHES | {"model": "m" * 201}, "invalid_model", "model"),
    "a model that is a number": (_WISHES | {"model": 4}, "invalid_model", "model"),
    "a long label": (_WISHES | {"label": "l" * 61}, "invalid_label", "label"),
    "a label that is a list": (_WISHES | {"label": []}, "invalid_label", "label"),
    "an unknown field": (_WISHES | {"health": "ok"}, "unknown_field", "health"),
    "another account": (_WISHES | {"account_id": "acct_x"}, "unknown_field", "account_id"),
    "a sealed value": (_WISHES | {"sealed": "0123abcd.AAAA"}, "unknown_field", "sealed"),
}


@pytest.mark.parametrize("case", _WRONG.values(), ids=_WRONG.keys())
async def test_a_wrong_field_is_named(
    api: httpx.AsyncClient, redis_url: Secret, log: io.StringIO, case: tuple[dict[str, Any], str, str]
) -> None:
    """I63, I67: each wrong field has its own error, nothing is changed, and the key shows nowhere."""
    wishes, code, field = case
    before = contents(redis_url)
    response = await api.put("/v1/byok", content=json.dumps(wishes), headers={"content-type": "application/json"})
    expect(response, 400, code, field=field)
    assert _KEY not in response.text + log.getvalue()
    assert contents(redis_url) == before


async def test_a_torn_character_is_the_callers_fault(api: httpx.AsyncClient, redis_url: Secret) -> None:
    """Contract 5: half a surrogate pair in a label is 400, and nothing is changed."""
    before = contents(redis_url)
    body = json.dumps(_WISHES | {"label": "\ud800"})
    response = await api.put("/v1/byok", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"] in ("invalid_label", "invalid_json")) == (400, True)
    assert contents(redis_url) == before


async def test_the_key_is_nowhere_but_under_its_seal(
    api: httpx.AsyncClient, customer: Customer, store: Store, redis_url: Secret, log: io.StringIO
) -> None:
    """I58, I61, I63: after PUT the key is in no answer, no log line and no Redis value, and opens from its record."""
    put = await api.put("/v1/byok", json=_WISHES)
    answers = [put, await api.get("/v1/byok"), await api.get("/v1/agents")]
    seen = "".join(answer.text for answer in answers) + log.getvalue() + repr(contents(redis_url))
    for secret in (_KEY, MODEL_KEY, customer.api_key):
        assert secret not in seen
    credential = await store.credentials.find(customer.key.id)
    assert credential
    assert Opener(OPEN_KEYS).open(credential.sealed, credential.place).reveal() == _KEY


async def test_a_new_key_erases_the_one_before(api: httpx.AsyncClient, redis_url: Secret) -> None:
    """I58: of the record before, nothing is left."""
    before = names(contents(redis_url), "tg:credential:")
    await api.put("/v1/byok", json=_WISHES)
    after = names(contents(redis_url), "tg:credential:")
    assert len(before) == len(after) == 1
    assert before != after
    await api.delete("/v1/byok")
    assert names(contents(redis_url), "tg:credential:") == []
