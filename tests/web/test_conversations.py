"""/v1/conversations, and those of an agent: listed, read and deleted by whom they belong to."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.numbers import bind_number
from tests.examples import NOW, NUMBER, TEXTER, inbound_form, message_sid
from tests.setting_up import QUIET, Customer, set_up_customer
from tests.web.api import body_of, expect
from tests.web.contents import contents
from tests.web.talking import talk, work
from tests.web.twilio import post_text

_CANARY = "the blue bicycle"
_SHOWN = {
    "conversation_id",
    "agent_id",
    "channel",
    "user_ref",
    "number",
    "texter",
    "created_at",
    "last_at",
    "message_count",
    "spend",
}


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody whose agent answers texts at once."""
    return await set_up_customer(store, texting=replace(QUIET, gather_ms=0))


async def _list(api: httpx.AsyncClient, agent_id: str, query: str = "") -> list[dict[str, Any]]:
    return list(body_of(await api.get(f"/v1/agents/{agent_id}/conversations{query}"))["conversations"])


async def test_those_used_last_come_first(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: an agent's conversations are listed by their last use, each with whom and since when."""
    agent = customer.agent.id
    for user in ("ann", "bob", "ann"):
        await talk(api, agent, store, "Hello", user_ref=user)
    await talk(api, agent, store, "Hello")
    nobody, ann, bob = await _list(api, agent)
    assert [each["user_ref"] for each in (nobody, ann, bob)] == [None, "ann", "bob"]
    assert set(ann) == _SHOWN
    assert (ann["agent_id"], ann["channel"], ann["number"], ann["texter"]) == (agent, "api", None, None)
    assert (ann["message_count"], bob["message_count"]) == (4, 2)
    assert ann["created_at"] < bob["created_at"] < bob["last_at"] < ann["last_at"]


async def test_pages_hold_each_once(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: pages follow each other by next_cursor, also where uses fall into one millisecond."""
    agent = customer.agent.id
    for user in "abcde":
        await talk(api, agent, store, "Hello", user_ref=user)
    index = f"tg:recent:{agent}"
    for conversation_id in await store.connection.zrange(index, 1, 3):
        await store.connection.zadd(index, {conversation_id: 1_800_000_000_000})
    found, cursor = [], ""
    while cursor is not None:
        page = body_of(await api.get(f"/v1/agents/{agent}/conversations?limit=2&cursor={cursor}"))
        assert len(page["conversations"]) <= 2
        found += [each["user_ref"] for each in page["conversations"]]
        cursor = page["next_cursor"]
    assert sorted(found) == list("abcde")
    assert found == [each["user_ref"] for each in await _list(api, agent)]


@pytest.mark.parametrize("cursor", ["x", "1-conv_x", "conv_" + "0" * 32, "9" * 17 + "-conv_" + "0" * 32])
async def test_a_wrong_cursor(api: httpx.AsyncClient, customer: Customer, cursor: str) -> None:
    """Contract 5: a cursor that no page ended with is refused by name."""
    answer = await api.get(f"/v1/agents/{customer.agent.id}/conversations?cursor={cursor}")
    expect(answer, 400, "invalid_cursor", field="cursor")


async def test_what_was_said(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: a conversation shows what was said in it, oldest first, each with who said it and when."""
    for text in ("one", "two"):
        await talk(api, customer.agent.id, store, text, user_ref="ann")
    (listed,) = await _list(api, customer.agent.id)
    shown = body_of(await api.get(f"/v1/conversations/{listed['conversation_id']}"))
    messages = shown.pop("messages")
    assert shown == listed
    said = [("user", "one"), ("assistant", "echo of one"), ("user", "two"), ("assistant", "echo of two")]
    assert [(each["role"], each["text"]) for each in messages] == said
    assert {each["at"] for each in messages} == {"2026-11-23T10:15:30.123Z"}


async def _text(web: httpx.AsyncClient, store: Store, body: str, number: int = 1) -> None:
    await post_text(web, inbound_form(body, sid=message_sid(number)))
    await work(store, f"echo of {body}")


async def test_a_talk_by_text(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: a conversation by text shows number and texter in full: they are the developer's own customers."""
    await _text(api, store, "Hello")
    (listed,) = await _list(api, customer.agent.id)
    assert (listed["channel"], listed["number"], listed["texter"], listed["user_ref"]) == ("sms", NUMBER, TEXTER, None)


async def test_a_number_that_changes_its_agent(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """A conversation is listed under the agent that answered it last, or is to answer what waits."""
    other = await create_agent(customer.key, AgentWishes(texting=customer.agent.texting), store=store, now=NOW)
    await _text(api, store, "Hello")
    await bind_number(NUMBER, other.id, store=store, now=NOW)
    assert len(await _list(api, customer.agent.id)) == 1
    await post_text(api, inbound_form("Hello again", sid=message_sid(2)))
    assert await _list(api, customer.agent.id) == []
    (listed,) = await _list(api, other.id)
    assert listed["agent_id"] == other.id
    await bind_number(NUMBER, customer.agent.id, store=store, now=NOW)
    await work(store, "Hi")
    assert await _list(api, other.id) == []
    (listed,) = await _list(api, customer.agent.id)
    assert (listed["agent_id"], listed["message_count"]) == (customer.agent.id, 4)


async def test_a_deleted_agent(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """What a deleted agent said stays readable by its id, and can be deleted; a list of it there is not."""
    await talk(api, customer.agent.id, store, "Hello")
    (listed,) = await _list(api, customer.agent.id)
    path = f"/v1/conversations/{listed['conversation_id']}"
    assert body_of(await api.delete(f"/v1/agents/{customer.agent.id}")) == {"ok": True}
    expect(await api.get(f"/v1/agents/{customer.agent.id}/conversations"), 404, "not_found")
    assert body_of(await api.get(path))["message_count"] == 2
    assert body_of(await api.delete(path)) == {"ok": True}
    expect(await api.get(path), 404, "not_found")


async def test_those_of_others_do_not_exist(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """I63: neither list, talk nor deletion of another account's is to be had, and theirs stays as it is."""
    await talk(api, customer.agent.id, store, "Hello")
    (listed,) = await _list(api, customer.agent.id)
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550188"))
    thief = {"authorization": f"Bearer {other.api_key}"}
    path = f"/v1/conversations/{listed['conversation_id']}"
    for method, where in (("GET", path), ("DELETE", path), ("GET", f"/v1/agents/{customer.agent.id}/conversations")):
        expect(await api.request(method, where, headers=thief), 404, "not_found")
    assert (await _list(api, customer.agent.id)) == [listed]


@pytest.mark.parametrize("name", ["conv_" + "0" * 32, "x", "agt_" + "0" * 32])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_no_conversation(api: httpx.AsyncClient, method: str, name: str) -> None:
    """Contract 5: what is no conversation is 404."""
    expect(await api.request(method, f"/v1/conversations/{name}"), 404, "not_found")


async def test_a_deleted_talk_is_gone(
    api: httpx.AsyncClient, customer: Customer, store: Store, redis_url: Secret
) -> None:
    """I70: deleted, no key of Redis holds its words or its user any more; again it is 404; others' talks stay."""
    await talk(api, customer.agent.id, store, "kept", user_ref="bob")
    message = await talk(api, customer.agent.id, store, _CANARY, user_ref="canary-user")
    ours, theirs = await _list(api, customer.agent.id)
    path = f"/v1/conversations/{ours['conversation_id']}"
    assert "canary-user" in str(contents(redis_url))
    assert body_of(await api.delete(path)) == {"ok": True}
    left = str(contents(redis_url, "tg:*"))
    assert _CANARY not in left
    assert "canary-user" not in left
    expect(await api.delete(path), 404, "not_found")
    expect(await api.get(f"/v1/messages/{message}"), 404, "not_found")
    assert await _list(api, customer.agent.id) == [theirs]


async def test_the_next_message_starts_afresh(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Deleted, a conversation begins anew with the next message, also with one under an Idempotency-Key of before."""
    path, headers = f"/v1/agents/{customer.agent.id}/messages", {"idempotency-key": "k", "prefer": "respond-async"}
    first = body_of(await api.post(path, json={"text": _CANARY}, headers=headers))
    await work(store, "Hi")
    (listed,) = await _list(api, customer.agent.id)
    await api.delete(f"/v1/conversations/{listed['conversation_id']}")
    again = body_of(await api.post(path, json={"text": _CANARY}, headers=headers))
    assert again["message_id"] != first["message_id"]
    await work(store, "Hello")
    (anew,) = await _list(api, customer.agent.id)
    assert (anew["conversation_id"], anew["message_count"]) == (listed["conversation_id"], 2)
    assert anew["created_at"] > listed["last_at"]


async def test_who_waits_hears_of_it(
    api: httpx.AsyncClient, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a reply while its conversation is deleted is told so at once, and may send it again."""
    monkeypatch.setattr("gateway.adapters.store.replies._LOOK_SECONDS", 60)
    asked = asyncio.create_task(api.post(f"/v1/agents/{customer.agent.id}/messages", json={"text": "Hello"}))
    async with asyncio.timeout(10):
        while not (listed := await _list(api, customer.agent.id)):
            pass
        await api.delete(f"/v1/conversations/{listed[0]['conversation_id']}")
        expect(await asked, 409, "conversation_deleted")
