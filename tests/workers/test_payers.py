"""Whose key reaches which provider: two recorders, real calls, and a worker between them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import stamina

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store, keys
from gateway.domain.credential import ModelRoute, Provider, fingerprint
from gateway.domain.llm import LlmMode, Tier
from gateway.domain.payer import HostedModels
from gateway.domain.secret import Secret
from gateway.flows.credentials import ByokSettings, set_credential
from tests.examples import NOW, SEAL_KEYS
from tests.setting_up import MODEL_KEY, QUIET, set_up_customer
from tests.workers.asking import LITELLM_WARNS
from tests.workers.desk import open_desk
from tests.workers.recorders import (
    BROKEN,
    DEADLINE_SECONDS,
    DECLINED,
    OPERATORS,
    OWN,
    REFUSED,
    UNAUTHORIZED,
    Payers,
    Place,
    open_place,
    own_key,
)
from tests.workers.servers import Answer, hang
from workers.egress import Egress
from workers.llm import LiteLlm

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]


@pytest.fixture(autouse=True)
def _asked_once() -> "Any":
    """Ask a busy provider once."""
    with stamina.set_testing(testing=True, attempts=1):
        yield


accounts, operators, third = (pytest.fixture(open_place, name=name) for name in ("accounts", "operators", "third"))


@pytest.fixture
async def payers(store: Store, accounts: Place, operators: Place, third: Place) -> AsyncIterator[Payers]:
    """A customer with a key of the account's, and a worker that has the operator's."""
    texting = replace(QUIET, gather_ms=0)
    customer = await set_up_customer(store, model_place=accounts.server.place, texting=texting)
    desk, places = open_desk(store, customer), tuple(place.server.place for place in (accounts, operators, third))
    egress = Egress(places)
    routes = {
        tier: ModelRoute(provider=Provider.OPENAI_COMPAT, model=tier.value, base_url=f"{operators.server.url}/v1")
        for tier in Tier
    }
    secret = Secret(OPERATORS)
    desk.tools = replace(
        desk.tools,
        model=LiteLlm(egress.transport_to, allowed_private=places, deadline_seconds=DEADLINE_SECONDS),
        hosted=HostedModels(routes=routes, secret=secret, fingerprint=fingerprint(secret), falls_back=True),
        model_seconds=DEADLINE_SECONDS,
    )
    yield Payers(desk=desk, accounts=accounts, operators=operators, third=third)
    await egress.close()


async def test_the_accounts_key(payers: Payers) -> None:
    """I62: a byok agent's words and its account's key go to its provider alone, and the trace says who paid."""
    told = await payers.text()
    assert payers.asked == ([(MODEL_KEY, "test-model")], [], [])
    assert (told["paid_by"], told["provider"], told["model"]) == ("byok", "openai_compat", "test-model")
    assert told["fingerprint"] == fingerprint(Secret(MODEL_KEY))
    assert "tier" not in told


async def test_the_operators_key(payers: Payers) -> None:
    """I62: a hosted agent's words go to the operator's provider with the operator's key, and nowhere else."""
    await payers.say_how({"mode": LlmMode.HOSTED, "tier": Tier.SMART})
    told = await payers.text()
    assert payers.asked == ([], [(OPERATORS, "smart")], [])
    assert (told["paid_by"], told["tier"], told["model"]) == ("hosted", "smart", "smart")
    assert told["fingerprint"] == fingerprint(Secret(OPERATORS))


async def test_an_agents_own_key(payers: Payers) -> None:
    """Contract 5: an agent's own key goes to its own host, needs no BYOK record, and leaves that as it is."""
    record = await payers.desk.store.credentials.find(payers.desk.customer.key.id)
    await payers.say_how(own_key(payers))
    assert await payers.desk.store.credentials.find(payers.desk.customer.key.id) == record
    await payers.desk.store.credentials.clear(payers.desk.customer.key.id)
    told = await payers.text()
    assert payers.asked == ([], [], [(OWN, "own-model")])
    assert (told["paid_by"], told["fingerprint"]) == ("agent", fingerprint(Secret(OWN)))


@pytest.mark.parametrize("answer", [UNAUTHORIZED, BROKEN, REFUSED], ids=["401", "500", "404"])
@pytest.mark.parametrize("is_own", [False, True], ids=["byok", "own"])
async def test_no_account_falls_to_the_operator(payers: Payers, answer: Answer, *, is_own: bool) -> None:
    """I62: whatever the account's provider answers, the operator's key is not shown to anybody."""
    if is_own:
        await payers.say_how(own_key(payers))
    place, model = (payers.third, "own-model") if is_own else (payers.accounts, "test-model")
    place.answers[model] = answer
    assert (await payers.text())["paid_by"] == ("agent" if is_own else "byok")
    assert payers.operators.server.connections == 0
    assert {key for key, _ in place.asked} == {OWN if is_own else MODEL_KEY}


@pytest.mark.parametrize("answer", [UNAUTHORIZED, BROKEN, REFUSED], ids=["401", "500", "404"])
async def test_no_operator_falls_to_the_account(payers: Payers, answer: Answer) -> None:
    """I62: whatever the operator's provider answers, the account's key stays sealed."""
    await payers.say_how({"mode": LlmMode.HOSTED})
    payers.operators.answers.update(fast=answer, smart=answer)
    told = await payers.text()
    assert (told["outcome"], payers.accounts.server.connections) == ("apologised", 0)
    assert {key for key, _ in payers.operators.asked} == {OPERATORS}


@pytest.mark.parametrize(
    ("answer", "asked", "failure"),
    [
        (BROKEN, ["fast", "smart"], None),
        (UNAUTHORIZED, ["fast"], "hosted_rejected"),
        (REFUSED, ["fast"], "upstream_refused"),
        (DECLINED, ["fast"], "content_refused"),
    ],
    ids=["500", "401", "404", "declined"],
)
async def test_from_fast_to_smart(payers: Payers, answer: Answer, asked: list[str], failure: str | None) -> None:
    """The smart model stands in for a fast one that is down; not for one that refuses, declines, or rejects the key."""
    await payers.say_how({"mode": LlmMode.HOSTED})
    payers.operators.answers["fast"] = answer
    told = await payers.text()
    assert [model for _, model in payers.operators.asked] == asked
    assert told.get("failure") == failure
    assert (told["tier"], told.get("instead_of")) == (("smart", "fast") if failure is None else ("fast", None))


async def test_no_falling_unless_it_is_set(payers: Payers) -> None:
    """Where the operator has not switched it on, a fast model that is down is an apology."""
    tools = payers.desk.tools
    assert tools.hosted
    payers.desk.tools = replace(tools, hosted=replace(tools.hosted, falls_back=False))
    await payers.say_how({"mode": LlmMode.HOSTED})
    payers.operators.answers["fast"] = BROKEN
    assert (await payers.text())["failure"] == "upstream_unavailable"
    assert [model for _, model in payers.operators.asked] == ["fast"]


async def test_one_deadline_for_both(payers: Payers) -> None:
    """A fast model that hangs leaves the smart one half of the deadline, and the two together have no more than it."""
    await payers.say_how({"mode": LlmMode.HOSTED})
    payers.operators.answers["fast"] = hang
    assert (await payers.text())["tier"] == "smart"
    payers.operators.answers["smart"] = hang
    clock = payers.desk.store.read_clock
    began = await clock()
    assert (await payers.text())["failure"] == "upstream_unavailable"
    assert DEADLINE_SECONDS <= (await clock() - began).total_seconds() < DEADLINE_SECONDS * 1.5


async def test_hosted_is_gone(payers: Payers) -> None:
    """An operator who takes the hosted models away leaves their agents apologising, not on another key (I62)."""
    await payers.say_how({"mode": LlmMode.HOSTED})
    payers.desk.tools = replace(payers.desk.tools, hosted=None)
    told = await payers.text()
    assert (told["outcome"], told["failure"]) == ("apologised", "hosted_not_available")
    assert "paid_by" not in told
    assert payers.asked == ([], [], [])


async def test_the_operators_key_is_rejected(payers: Payers) -> None:
    """The operator hears of it by name; the account's own record is not blamed for it."""
    await payers.say_how({"mode": LlmMode.HOSTED})
    payers.operators.answers["fast"] = UNAUTHORIZED
    await payers.text()
    posted, _ = await payers.desk.store.notices.read_all(limit=10, cursor=None)
    assert [posted.notice.kind.value for posted in posted] == ["hosted.rejected"]
    record = await payers.desk.store.credentials.find(payers.desk.customer.key.id)
    assert record
    assert record.checked_at is None


async def test_an_own_key_rests_alone(payers: Payers) -> None:
    """I42: a rejected key of an agent's own rests for five minutes, and the BYOK record's health is another matter."""
    await payers.say_how(own_key(payers))
    payers.third.answers["own-model"] = UNAUTHORIZED
    assert [(await payers.text())["failure"] for _ in range(2)] == ["byok_rejected"] * 2
    assert len(payers.third.asked) == 1
    own = await payers.desk.store.credentials.find_own(payers.desk.customer.agent.id)
    record = await payers.desk.store.credentials.find(payers.desk.customer.key.id)
    assert own
    assert record
    assert (own.health.value, record.health.value) == ("rejected", "unverified")


async def test_a_record_replaced_since(payers: Payers) -> None:
    """I67: a new BYOK record is not shown to the host that an agent named for the last one; the owner is told why."""
    await payers.say_how({"base_url": f"{payers.accounts.server.url}/v1/other"})
    assert "failure" not in await payers.text()
    wishes = ByokSettings(
        provider=Provider.OPENAI_COMPAT, base_url=f"{payers.third.server.url}/v1", model="m", label=None
    )
    place = payers.third.server.place
    await set_credential(
        payers.desk.customer.key,
        Secret("sk-new"),
        wishes,
        store=payers.desk.store,
        sealer=Sealer(SEAL_KEYS),
        allowed_private=[place],
        now=NOW,
    )
    told = await payers.text()
    assert (told["failure"], "paid_by" in told) == ("byok_mismatch", False)
    assert payers.asked == ([(MODEL_KEY, "test-model")], [], [])


async def test_a_record_moved_by_hand(payers: Payers) -> None:
    """I59: a base URL changed in the store alone leads the key nowhere."""
    store, (name,) = payers.desk.store, await payers.desk.store.connection.keys("tg:credential:*")
    await store.connection.execute_command("HSET", name, "base_url", f"{payers.third.server.url}/v1")
    assert (await payers.text())["failure"] == "byok_mismatch"
    assert payers.asked == ([], [], [])


async def test_an_own_key_that_is_gone(payers: Payers) -> None:
    """I62: an agent whose own key was erased is on nobody else's, neither its account's nor the operator's."""
    await payers.say_how(own_key(payers))
    store = payers.desk.store
    own = await store.credentials.find_own(payers.desk.customer.agent.id)
    assert own
    await store.credentials.erase(own.id)
    assert (await payers.text())["failure"] == "byok_not_configured"
    assert payers.asked == ([], [], [])


async def test_an_own_key_of_another_account(payers: Payers) -> None:
    """I59: a record that another account's stands in, put in an own key's place in the store, is not opened."""
    await payers.say_how(own_key(payers))
    store = payers.desk.store
    own = await store.credentials.find_own(payers.desk.customer.agent.id)
    assert own
    await store.connection.execute_command("HSET", keys.credential(own.id), "account_id", "acct_" + "9" * 32)
    assert (await payers.text())["failure"] == "byok_not_available"
    assert payers.asked == ([], [], [])
