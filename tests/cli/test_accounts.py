"""`textgate accounts` and `textgate keys`: lives of customers and of their keys."""

import pytest

from gateway.adapters.store import Store
from gateway.domain.account import Plan
from gateway.domain.consent import ConsentState
from gateway.domain.errors import Conflict, NotFound, Unauthenticated
from gateway.domain.secret import Secret
from gateway.domain.spend import OwnCaps
from gateway.flows.accounts import authenticate, close_account, issue_key, revoke_key, rotate_key
from gateway.flows.agents import read_own_agent
from tests.adapters.texts import set_consent
from tests.cli.tool import Tool
from tests.examples import NOW, NUMBER, TEXTER_HASH
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with a key, an agent and a number."""
    return await set_up_customer(store)


async def test_a_rotated_key_carries_all_over(store: Store, customer: Customer) -> None:
    """Contract 4: the old secret is nobody's at once; agents and the model key belong to the new one."""
    rotated = await rotate_key(customer.key.id, store=store)
    with pytest.raises(Unauthenticated):
        await authenticate(Secret(customer.api_key), store=store)
    key = await authenticate(rotated.secret, store=store)
    assert key.id == customer.key.id
    assert key.last4 == rotated.secret.reveal()[-4:]
    assert await read_own_agent(key, customer.agent.id, store=store) == customer.agent
    assert await store.credentials.find(key.id)


async def test_a_revoked_key_ends_access_alone(store: Store, customer: Customer) -> None:
    """Contract 4: revoked, a key is nobody's at once and for good; its agents answer on with its model key."""
    await revoke_key(customer.key.id, store=store, now=NOW)
    with pytest.raises(Unauthenticated):
        await authenticate(Secret(customer.api_key), store=store)
    assert await store.credentials.find(customer.key.id)
    assert (await store.numbers.read(NUMBER)).agent_id == customer.agent.id
    for again in (revoke_key(customer.key.id, store=store, now=NOW), rotate_key(customer.key.id, store=store)):
        with pytest.raises(Conflict, match="keys issue"):
            await again


async def test_a_closed_account(store: Store, customer: Customer) -> None:
    """Contract 4: closing revokes keys, erases model keys, releases numbers, and keeps the consent ledger."""
    await issue_key(customer.account.id, label="second", plan=Plan.PRO, store=store, now=NOW)
    await set_consent(store, ConsentState.OUT, before=ConsentState.UNSET)
    closed = await close_account(customer.account.id, store=store, now=NOW)
    assert closed.closed_at == NOW
    assert await close_account(customer.account.id, store=store, now=NOW) == closed
    keys, _ = await store.accounts.read_keys(customer.account.id, limit=10, cursor=None)
    assert [key.revoked_at for key in keys] == [NOW, NOW]
    assert await store.connection.keys("tg:credential:*") == []
    with pytest.raises(NotFound):
        await store.numbers.read(NUMBER)
    assert len(await store.consents.read_history(NUMBER, TEXTER_HASH)) == 1
    with pytest.raises(Conflict, match="accounts create"):
        await issue_key(customer.account.id, label="", plan=Plan.PRO, store=store, now=NOW)


def test_lists(tool: Tool, customer: Customer) -> None:
    """Contract 4: accounts and keys are listed without any secret, and a lost id is found again."""
    other = tool.ask("accounts", "create", "Other")["account_id"]
    assert [row["account_id"] for row in tool.ask("accounts", "list")] == [customer.account.id, other]
    assert tool.ask("accounts", "show", other)["name"] == "Other"
    issued = tool.ask("keys", "issue", other, "--label", "shop")
    rows = tool.ask("keys", "list")
    assert [row["key_id"] for row in rows] == [customer.key.id, issued["key_id"]]
    assert [row["label"] for row in tool.ask("keys", "list", "--account", other)] == ["shop"]
    rotated = tool.ask("keys", "rotate", issued["key_id"])
    assert rotated["key_id"] == issued["key_id"]
    assert rotated["api_key"] != issued["api_key"]
    assert tool.ask("keys", "revoke", issued["key_id"])["revoked_at"]
    assert tool.run("keys", "revoke", issued["key_id"], "--json").value["error"] == "key_revoked"
    assert tool.ask("accounts", "close", other)["closed_at"]
    said = tool.run("keys", "list")
    assert not any(secret in said.out for secret in (issued["api_key"], rotated["api_key"], customer.api_key))


async def test_what_an_account_may_spend(tool: Tool, customer: Customer, store: Store) -> None:
    """An operator caps what an account may spend; what is not named stays, and `default` is the settings' again."""
    account = customer.account.id
    set_ = tool.ask("accounts", "set", account, "--spend-day", "500", "--spend-month", "0")
    assert set_["spend"] == {"day_cents": 500, "month_cents": 0}
    again = tool.ask("accounts", "set", account, "--spend-day", "default", "--brand", "Cafe")
    assert (again["spend"], again["brand"]) == ({"day_cents": None, "month_cents": 0}, "Cafe")
    assert (await store.accounts.read(account)).spend == OwnCaps(month_cents=0)
    refused = tool.run("accounts", "set", account, "--spend-day", "1.5")
    assert (refused.code, "whole number of cents" in refused.err) == (2, True)


async def test_what_an_agent_may_spend(tool: Tool, customer: Customer) -> None:
    """An agent's own cap is set by the operator, too; 0 takes it away."""
    revised = tool.ask("agents", "revise", customer.agent.id, "--spend-day", "20", "--spend-month", "300")
    assert revised["spend"] == {"day_cents": 20, "month_cents": 300}
    lifted = tool.ask("agents", "revise", customer.agent.id, "--spend-day", "0")
    assert lifted["spend"] == {"day_cents": None, "month_cents": 300}
