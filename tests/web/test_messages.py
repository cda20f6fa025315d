"""/v1/agents/{id}/messages: what is asked, what comes back, and what a caller hears when nothing does."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from tests.setting_up import Customer
from tests.web.api import JSON, body_of, expect
from tests.web.contents import contents, names
from tests.web.talking import work as _work


async def _talk(
    api: httpx.AsyncClient, customer: Customer, store: Store, reply: tuple[str | None, str | None], **body: Any
) -> httpx.Response:
    asked = api.post(f"/v1/agents/{customer.agent.id}/messages", json={"text": "Hello"} | body)
    response, _ = await asyncio.gather(asked, _work(store, *reply))
    return response


async def test_the_reply_comes_back(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: the answer holds the reply and the trace id, under which the message's trace is kept."""
    response = await _talk(api, customer, store, ("We open at nine. \U0001f600", None))
    assert response.status_code == 200
    trace = await store.traces.read(response.headers["x-trace-id"])
    assert body_of(response) == {"reply_text": "We open at nine. \U0001f600"}
    assert trace.outcome == "answered"
    assert [step.name for step in trace.steps] == ["message.admitted", "turn.closed"]


@pytest.mark.parametrize(
    "case",
    [
        ("byok_rejected", 503, "byok_rejected"),
        ("byok_mismatch", 409, "byok_mismatch"),
        ("hosted_not_available", 503, "hosted_not_available"),
        ("hosted_rejected", 503, "upstream_unavailable"),
        ("hosted_over_quota", 503, "upstream_unavailable"),
        ("byok_not_available", 503, "byok_not_available"),
        ("byok_not_configured", 409, "byok_not_configured"),
        ("upstream_unavailable", 503, "upstream_unavailable"),
        ("upstream_refused", 503, "upstream_unavailable"),
        ("something_new", 503, "upstream_unavailable"),
        (None, 503, "upstream_unavailable"),
    ],
)
async def test_a_failure_has_its_code(
    api: httpx.AsyncClient, customer: Customer, store: Store, case: tuple[str | None, int, str]
) -> None:
    """I42: what went wrong with the model reaches the developer as a stable code, with Retry-After on 503."""
    failure, status, code = case
    response = await _talk(api, customer, store, (None, failure))
    expect(response, status, code)
    assert ("retry-after" in response.headers) == (status == 503)


_TEXTS = {
    "as it is": ("Hello", "Hello"),
    "spaces around": ("  Hello\n ", "Hello"),
    "the longest": ("x" * 4000, "x" * 4000),
    "the longest, with spaces around": (" " + "x" * 4000 + " ", "x" * 4000),
    "emoji and accents": ("\U0001f468\u200d\U0001f469 \u00e9", "\U0001f468\u200d\U0001f469 \u00e9"),
    "a NUL": ("a\0b", "a\0b"),
    "JSON": ('{"a": "\\u0000"}', '{"a": "\\u0000"}'),
}


@pytest.mark.parametrize(("text", "asked"), _TEXTS.values(), ids=_TEXTS.keys())
async def test_a_text_reaches_the_worker_whole(
    api: httpx.AsyncClient, customer: Customer, store: Store, text: str, asked: str
) -> None:
    """Contract 5: 1 to 4000 characters after trimming are admitted as they are."""
    posted = api.post(f"/v1/agents/{customer.agent.id}/messages", json={"text": text})
    response, seen = await asyncio.gather(posted, _work(store, "ok"))
    assert (response.status_code, seen) == (200, asked)


@pytest.mark.parametrize(
    "case",
    [
        ({}, "missing_text", "text"),
        ({"text": ""}, "missing_text", "text"),
        ({"text": " \n\t "}, "missing_text", "text"),
        ({"text": None}, "missing_text", "text"),
        ({"text": 5}, "missing_text", "text"),
        ({"text": ["Hello"]}, "missing_text", "text"),
        ({"text": "x" * 4001}, "text_too_long", "text"),
        ({"text": "Hello", "user_ref": 7}, "invalid_user_ref", "user_ref"),
        ({"text": "Hello", "user_ref": "u" * 201}, "invalid_user_ref", "user_ref"),
        ({"text": "Hello", "stream": True}, "unknown_field", "stream"),
    ],
)
async def test_a_wrong_message_is_refused(
    api: httpx.AsyncClient, customer: Customer, redis_url: Secret, case: tuple[dict[str, Any], str, str]
) -> None:
    """Contract 5: each wrong field has its own error, and nothing is admitted."""
    body, code, field = case
    before = contents(redis_url)
    path = f"/v1/agents/{customer.agent.id}/messages"
    expect(await api.post(path, content=json.dumps(body), headers=JSON), 400, code, field=field)
    assert contents(redis_url) == before


@pytest.mark.parametrize("body", ['{"text": "a\\ud800"}', '{"text": "Hello", "user_ref": "\\udfff"}'])
async def test_a_torn_character_is_the_callers_fault(
    api: httpx.AsyncClient, customer: Customer, redis_url: Secret, body: str
) -> None:
    """I16: half a surrogate pair, which no store could keep, is 400; it must not look like a Redis that is down."""
    before = contents(redis_url)
    path = f"/v1/agents/{customer.agent.id}/messages"
    response = await api.post(path, content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"] in ("missing_text", "invalid_user_ref", "invalid_json")
    assert contents(redis_url) == before


async def test_without_a_model_key_nothing_is_admitted(
    api: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """Contract 5: without a BYOK record a message is 409 `byok_not_configured` at once."""
    await api.delete("/v1/byok")
    response = await api.post(f"/v1/agents/{customer.agent.id}/messages", json={"text": "Hello"})
    expect(response, 409, "byok_not_configured")
    assert names(contents(redis_url), "arq:") == []


async def test_user_refs_have_conversations_of_their_own(
    api: httpx.AsyncClient, customer: Customer, store: Store, redis_url: Secret
) -> None:
    """Contract 5: an agent has one conversation without user_ref and one for each user_ref."""
    for wishes in ({}, {}, {"user_ref": "a"}, {"user_ref": "b"}, {"user_ref": "a"}):
        await _talk(api, customer, store, ("ok", None), **wishes)
    saved = contents(redis_url)
    assert sorted(len(saved[name]) for name in names(saved, "tg:history:")) == [2, 4, 4]


async def test_no_reply_in_time_is_503(
    api: httpx.AsyncClient, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 5: when nobody answers, the caller hears `upstream_unavailable` and when to come back."""
    monkeypatch.setattr("gateway.flows.conversations._WAIT_SECONDS", 0.05)
    response = await api.post(f"/v1/agents/{customer.agent.id}/messages", json={"text": "Hello"})
    expect(response, 503, "upstream_unavailable")
    assert int(response.headers["retry-after"]) > 0


async def test_a_job_names_a_conversation_and_nothing_else(
    api: httpx.AsyncClient, customer: Customer, redis_url: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I65: the job of an API message holds neither its text nor its user."""
    monkeypatch.setattr("gateway.flows.conversations._WAIT_SECONDS", 0.01)
    body = {"text": "canary-text", "user_ref": "canary-user"}
    await api.post(f"/v1/agents/{customer.agent.id}/messages", json=body)
    saved = contents(redis_url)
    (job,) = (saved[name] for name in names(saved, "arq:job:"))
    assert "canary" not in job


def _path(customer: Customer) -> str:
    return f"/v1/agents/{customer.agent.id}/messages"


async def test_the_same_request_gets_the_same_answer(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: under one Idempotency-Key a request is one message with one answer, however often it is sent."""
    headers = {"idempotency-key": "order 66"}
    asked = [api.post(_path(customer), json={"text": "Hello"}, headers=headers) for _ in range(3)]
    working = asyncio.create_task(_work(store, "Hi"))
    answers = await asyncio.gather(*asked)
    await working
    late = await api.post(_path(customer), json={"text": " Hello "}, headers=headers)
    assert [body_of(answer) for answer in (*answers, late)] == [{"reply_text": "Hi"}] * 4
    assert len(await store.connection.keys("tg:message:*")) == 1
    for other in ({"text": "Bye"}, {"text": "Hello", "user_ref": "u"}, {"text": "Hello", "user_ref": ""}):
        expect(await api.post(_path(customer), json=other, headers=headers), 409, "idempotency_conflict")


async def test_a_failure_is_an_answer_too(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: what failed under an Idempotency-Key fails again, and the model is not asked anew."""
    headers = {"idempotency-key": "k"}
    asked = api.post(_path(customer), json={"text": "Hello"}, headers=headers)
    first, _ = await asyncio.gather(asked, _work(store, None, "byok_rejected"))
    second = await api.post(_path(customer), json={"text": "Hello"}, headers=headers)
    assert expect(first, 503, "byok_rejected") == expect(second, 503, "byok_rejected")


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_no_idempotency_key(api: httpx.AsyncClient, customer: Customer, key: str) -> None:
    """Contract 5: a key that is none, or too long to be meant, is refused rather than passed over."""
    answer = await api.post(_path(customer), json={"text": "Hello"}, headers={"idempotency-key": key})
    expect(answer, 400, "invalid_idempotency_key", field="Idempotency-Key")


@pytest.mark.parametrize("prefer", ["respond-async", "wait=5, Respond-Async", "respond-async; x=1"])
async def test_an_answer_later(api: httpx.AsyncClient, customer: Customer, store: Store, prefer: str) -> None:
    """Contract 5: who prefers not to wait is told at once where the reply will be, and finds it there."""
    admitted = await api.post(_path(customer), json={"text": "Hello"}, headers={"prefer": prefer})
    told = body_of(admitted)
    assert (admitted.status_code, admitted.headers["preference-applied"]) == (202, "respond-async")
    where = told["status_url"]
    assert where.endswith(told["message_id"])
    assert body_of(await api.get(where)) == {"message_id": told["message_id"], "status": "waiting"}
    await _work(store, "Hi")
    expected = {"message_id": told["message_id"], "status": "answered", "reply_text": "Hi"}
    assert body_of(await api.get(where)) == expected


async def test_a_failure_later(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: a message that failed says so where its reply would be, with the stable code."""
    told = body_of(await api.post(_path(customer), json={"text": "Hello"}, headers={"prefer": "respond-async"}))
    await _work(store, None, "byok_rejected")
    state = body_of(await api.get(told["status_url"]))
    assert (state["status"], state["error"]) == ("failed", "byok_rejected")
    await store.connection.delete(f"tg:reply:{told['message_id']}")
    assert body_of(await api.get(told["status_url"]))["status"] == "expired"


@pytest.mark.parametrize("name", ["msg_" + "0" * 32, "x", "SM" + "0" * 32])
async def test_no_message(api: httpx.AsyncClient, name: str) -> None:
    """I63: a message that is not one's own, or no message of the API, does not exist."""
    expect(await api.get(f"/v1/messages/{name}"), 404, "not_found")
