"""What becomes of running agents when a key is changed: each row of the table in docs/operations.md."""

from dataclasses import replace

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.model_errors import ModelRejectedKey
from gateway.domain.reply import APOLOGY
from gateway.domain.secret import Secret
from gateway.flows.accounts import close_account, issue_key, revoke_key, rotate_key
from tests.examples import NOW, NUMBER, inbound_form, message_sid
from tests.setting_up import MODEL_KEY, QUIET, Customer, set_up_customer
from tests.web.api import body_of, expect
from tests.web.twilio import post_text
from tests.workers.desk import Desk, open_desk
from tests.workers.fakes import WORDS

_NEW_KEY = "sk-canary-the-next-one-eccbc87e4b5ce2fe"
_WISHES = {"provider": "openai", "api_key": _NEW_KEY, "model": "gpt-4o-mini"}


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody whose agent answers at once."""
    return await set_up_customer(store, texting=replace(QUIET, gather_ms=0))


@pytest.fixture
def desk(store: Store, customer: Customer) -> Desk:
    """The worker that answers for them."""
    return open_desk(store, customer)


def keys_shown(desk: Desk) -> list[str]:
    """The keys with which the model was asked, in order."""
    return [question.key for question in desk.model.asked]


async def text_and_work(desk: Desk) -> None:
    """Have a text come in, and be answered if anybody can."""
    await desk.text("When do you open?")
    await desk.work()


async def say(client: httpx.AsyncClient, customer: Customer, api_key: str) -> httpx.Response:
    """Say something to the agent over the API, without waiting."""
    headers = {"authorization": f"Bearer {api_key}", "prefer": "respond-async"}
    return await client.post(f"/v1/agents/{customer.agent.id}/messages", json={"text": "Hi"}, headers=headers)


async def test_put(api: httpx.AsyncClient, desk: Desk) -> None:
    """A new key is used from the next call on; a turn whose call has begun ends with the one before."""

    async def put() -> None:
        assert (await api.put("/v1/byok?verify=false", json=_WISHES)).status_code == 200

    desk.model.interlude = put
    await text_and_work(desk)
    await text_and_work(desk)
    assert keys_shown(desk) == [MODEL_KEY, _NEW_KEY]
    assert desk.carrier.texts == [WORDS, WORDS]


async def test_delete(api: httpx.AsyncClient, desk: Desk, customer: Customer) -> None:
    """I62: without a key texts get one neutral line an hour, messages a 409, and no model is asked."""
    await api.delete("/v1/byok")
    for _ in range(2):
        await text_and_work(desk)
    assert (desk.carrier.texts, keys_shown(desk)) == ([APOLOGY], [])
    expect(await say(api, customer, customer.api_key), 409, "byok_not_configured")
    await api.put("/v1/byok?verify=false", json=_WISHES)
    await text_and_work(desk)
    assert keys_shown(desk) == [_NEW_KEY]


async def test_rejected(api: httpx.AsyncClient, desk: Desk) -> None:
    """I42: a key that dies in use: one neutral line, a reason for its owner, a notice; a new key ends it at once."""
    desk.model.answers.append(ModelRejectedKey(status=401))
    for _ in range(2):
        await text_and_work(desk)
    shown = body_of(await api.get("/v1/byok"))["byok"]
    assert (shown["health"], "401" in shown["health_reason"], "checked_at" in shown) == ("rejected", True, True)
    posted, _ = await desk.store.notices.read_all(limit=10, cursor=None)
    assert [each.notice.kind.value for each in posted] == ["byok.rejected"]
    assert (desk.carrier.texts, keys_shown(desk)) == ([APOLOGY], [MODEL_KEY])
    await api.put("/v1/byok?verify=false", json=_WISHES)
    await text_and_work(desk)
    assert keys_shown(desk) == [MODEL_KEY, _NEW_KEY]


async def test_revoke(api: httpx.AsyncClient, desk: Desk, customer: Customer, store: Store) -> None:
    """Contract 4: a revoked key is a 401 at once, like any wrong one; its agents answer texts with its model key."""
    await revoke_key(customer.key.id, store=store, now=NOW)
    revoked, wrong = await say(api, customer, customer.api_key), await say(api, customer, "vck_wrong")
    message = expect(revoked, 401, "unauthorized")
    assert message == expect(wrong, 401, "unauthorized")
    await text_and_work(desk)
    assert (desk.carrier.texts, keys_shown(desk)) == ([WORDS], [MODEL_KEY])
    other = await issue_key(customer.account.id, label="", plan=customer.key.plan, store=store, now=NOW)
    assert (await say(api, customer, other.secret.reveal())).status_code == 202


async def test_rotate(api: httpx.AsyncClient, desk: Desk, customer: Customer, store: Store) -> None:
    """Contract 4: a rotated key's old secret is a 401 at once, the new one has agents and model key; texts go on."""
    rotated = (await rotate_key(customer.key.id, store=store)).secret.reveal()
    expect(await say(api, customer, customer.api_key), 401, "unauthorized")
    assert (await say(api, customer, rotated)).status_code == 202
    shown = body_of(await api.get("/v1/byok", headers={"authorization": f"Bearer {rotated}"}))
    assert shown["byok"]["fingerprint"]
    await text_and_work(desk)
    assert (desk.carrier.texts, keys_shown(desk)) == ([WORDS], [MODEL_KEY])


async def test_close(api: httpx.AsyncClient, desk: Desk, customer: Customer, store: Store, redis_url: Secret) -> None:
    """Contract 4: a closed account's keys are 401, its texts meet silence, and no model is asked."""
    await close_account(customer.account.id, store=store, now=NOW)
    expect(await say(api, customer, customer.api_key), 401, "unauthorized")
    assert (await post_text(api, inbound_form("Hi", sid=message_sid(77), To=NUMBER))).status_code == 200
    await desk.work()
    assert (desk.carrier.texts, keys_shown(desk)) == ([], [])
