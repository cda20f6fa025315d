"""Agents changed and deleted over the API, and what becomes of their numbers and texts."""

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.agent import AgentStatus
from gateway.domain.errors import NotFound
from gateway.domain.honesty import DISCLOSURE
from gateway.domain.texting import GATHER_MS
from gateway.flows.agents import revise_agent
from tests.examples import NOW, NUMBER, inbound_form, message_sid
from tests.setting_up import Customer
from tests.web.api import body_of, expect
from tests.web.twilio import post_text, said


async def test_what_is_not_named_stays(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: PATCH changes what its body names, null clears it, and the answer is the agent as it is now."""
    path = f"/v1/agents/{customer.agent.id}"
    before = body_of(await api.get(path))
    changes = {"system_prompt": "Be brief.", "texting": {"gather_ms": 0}, "llm": {"model": "m2"}, "customer_ref": "r"}
    after = body_of(await api.patch(path, json=changes))
    assert after == body_of(await api.get(path))
    assert (after["system_prompt"], after["llm"]["model"], after["customer_ref"]) == ("Be brief.", "m2", "r")
    assert after["texting"] == {**before["texting"], "gather_ms": 0}
    cleared = body_of(await api.patch(path, json={"llm": {"model": None}, "customer_ref": None, "system_prompt": None}))
    assert (cleared["system_prompt"], cleared["llm"]["model"], cleared["customer_ref"]) == ("", None, None)
    assert cleared["texting"] == after["texting"]
    assert body_of(await api.patch(path, json={}))["system_prompt"] == ""
    usual = body_of(await api.patch(path, json={"texting": {"gather_ms": None, "disclosure": None}}))["texting"]
    assert (usual["gather_ms"], usual["disclosure"]) == (GATHER_MS, DISCLOSURE)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"nonsense": 1}, "unknown_field", "nonsense"),
        ({"system_prompt": "x" * 2001}, "system_prompt_too_long", "system_prompt"),
        ({"llm": {"model": ""}}, "invalid_llm_model", "llm.model"),
        ({"texting": {"gather_ms": -1}}, "invalid_texting", "texting.gather_ms"),
    ],
)
async def test_a_wrong_change_changes_nothing(
    api: httpx.AsyncClient, customer: Customer, changes: dict[str, object], code: str, field: str
) -> None:
    """Contract 5: PATCH refuses what POST refuses, in the same words, and nothing of it is kept."""
    path = f"/v1/agents/{customer.agent.id}"
    before = body_of(await api.get(path))
    expect(await api.patch(path, json={"customer_ref": "kept?", **changes}), 400, code, field=field)
    assert body_of(await api.get(path)) == before


async def test_a_change_may_warn(api: httpx.AsyncClient, customer: Customer) -> None:
    """I31: a prompt that asks for a keyword is told when it is changed, as when it is made."""
    path = f"/v1/agents/{customer.agent.id}"
    assert body_of(await api.patch(path, json={"system_prompt": "Ask them to reply CANCEL to cancel."}))["warnings"]


async def test_a_deleted_agent_is_gone(
    api: httpx.AsyncClient, web: httpx.AsyncClient, customer: Customer, store: Store
) -> None:
    """Contract 5: deleted, an agent is 404 everywhere; its number stays without an agent and still heeds STOP."""
    path = f"/v1/agents/{customer.agent.id}"
    assert body_of(await api.delete(path)) == {"ok": True}
    for method, where in (("GET", path), ("PATCH", path), ("DELETE", path), ("POST", f"{path}/messages")):
        expect(await api.request(method, where, json={"text": "Hi"}), 404, "not_found")
    assert body_of(await api.get("/v1/agents"))["agents"] == []
    assert (await store.numbers.read(NUMBER)).binding is None
    assert said(await post_text(web, inbound_form("Hello"))) == []
    assert len(said(await post_text(web, inbound_form("STOP", sid=message_sid(2))))) == 1
    with pytest.raises(NotFound):
        await revise_agent(customer.agent, {"system_prompt": "back"}, store=store, now=NOW)


async def test_a_paused_agent(api: httpx.AsyncClient, web: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 4: paused, an agent meets texts with silence and messages with 409, until it is resumed."""
    paused = await revise_agent(customer.agent, {"status": AgentStatus.PAUSED}, store=store, now=NOW)
    expect(await api.post(f"/v1/agents/{paused.id}/messages", json={"text": "Hi"}), 409, "agent_paused")
    await post_text(web, inbound_form("Hello"))
    assert (await store.traces.read(message_sid())).steps[0].details == {"reason": "agent is paused"}
    assert body_of(await api.get(f"/v1/agents/{paused.id}"))["status"] == "paused"
