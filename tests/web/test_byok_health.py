"""PUT /v1/byok: the key is tried before it counts, and the answer says what came of it."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.adapters.key_ring import new_pair
from gateway.adapters.store import Store
from gateway.domain.model_errors import (
    ModelBusy,
    ModelFailed,
    ModelOverQuota,
    ModelRefused,
    ModelRejectedKey,
)
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from gateway.flows import checks
from tests.checking import checking_worker
from tests.setting_up import MODEL_KEY, Customer
from tests.web.api import body_of, expect
from tests.web.contents import contents, names
from tests.workers.fakes import ScriptedModel

_KEY = "sk-canary-byok-c81e728d9d4c2f63"
_WISHES: dict[str, Any] = {"provider": "openai", "api_key": _KEY, "model": "gpt-4o-mini"}


@pytest.fixture
async def model(store: Store, customer: Customer) -> AsyncIterator[ScriptedModel]:
    """The model with which a living worker tries keys."""
    async with checking_worker(store, customer) as model:
        yield model


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a worker's word no longer than a moment."""
    monkeypatch.setattr(checks, "_WAIT_SECONDS", 0.2)


async def put(api: httpx.AsyncClient, query: str = "", **changes: Any) -> dict[str, Any]:
    """Set a model key, and return the record as the answer shows it, which is as GET shows it then."""
    response = await api.put(f"/v1/byok{query}", json=_WISHES | changes)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = body_of(response)["byok"]
    assert body_of(await api.get("/v1/byok"))["byok"] == shown
    return shown


async def test_ok(api: httpx.AsyncClient, model: ScriptedModel) -> None:
    """Contract 5: a key that its provider takes is `ok` in the very answer, with the moment and without a reason."""
    shown = await put(api)
    assert (shown["health"], "checked_at" in shown, "health_reason" in shown) == ("ok", True, False)
    assert [(route.model, key) for route, key in model.tried] == [("gpt-4o-mini", _KEY)]


@pytest.mark.parametrize("size", [1, 50, 120, 200, 600])
async def test_sizes(api: httpx.AsyncClient, model: ScriptedModel, size: int) -> None:
    """Contract 5: a key of any size that is taken is sealed here, opened by the worker, and tried as it was given."""
    secret = ("k" * size)[:-1] + "!"
    assert (await put(api, api_key=secret))["health"] == "ok"
    assert [key for _, key in model.tried] == [secret]


async def test_rejected(api: httpx.AsyncClient, model: ScriptedModel) -> None:
    """Contract 5: a 401 makes the record rejected, with reason and moment; set anew, it is ok again."""
    model.trials.append(ModelRejectedKey(status=401))
    shown = await put(api)
    assert (shown["health"], "401" in shown["health_reason"], "checked_at" in shown) == ("rejected", True, True)
    assert (await put(api))["health"] == "ok"


@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (ModelRefused(status=403), "403"),
        (ModelRefused(status=400), "400"),
        (ModelOverQuota(), "quota"),
        (ModelBusy(status=429), "429"),
        (ModelBusy(status=500), "500"),
        (ModelBusy(), "reached"),
    ],
)
async def test_unverified(api: httpx.AsyncClient, model: ScriptedModel, failure: ModelFailed, word: str) -> None:
    """Contract 5: what is not the key's own fault leaves it unverified, and the reason can be read."""
    model.trials.append(failure)
    shown = await put(api)
    assert (shown["health"], word in shown["health_reason"]) == ("unverified", True)


async def test_no_worker(api: httpx.AsyncClient, store: Store, redis_url: Secret) -> None:
    """Without a worker the record is saved unverified at once, and nothing is left to be tried one day."""
    shown = await put(api)
    assert shown["health"] == "unverified"
    assert not {"health_reason", "checked_at"} & set(shown)
    assert names(contents(redis_url), "tg:check:") + names(contents(redis_url), "arq:") == []


@pytest.mark.usefixtures("hasty")
async def test_silent_worker(api: httpx.AsyncClient, model: ScriptedModel, store: Store) -> None:
    """A worker that says nothing in time costs its verdict alone; what it finds out later is noted."""
    gate = asyncio.Event()
    model.interlude = gate.wait
    assert (await put(api))["health"] == "unverified"
    gate.set()
    async with asyncio.timeout(5):
        while body_of(await api.get("/v1/byok"))["byok"]["health"] != "ok":
            await store.ping()


@pytest.mark.parametrize(("query", "tried"), [("?verify=false", 0), ("?verify=true", 1), ("", 1)])
async def test_verify(api: httpx.AsyncClient, model: ScriptedModel, query: str, tried: int) -> None:
    """Contract 5: `?verify=false` keeps the key untried."""
    assert (await put(api, query))["health"] == ("ok" if tried else "unverified")
    assert len(model.tried) == tried


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("?verify=no", "invalid_verify", "verify"),
        ("?verify=", "invalid_verify", "verify"),
        ("?verify=False", "invalid_verify", "verify"),
        ("?verify=false&verify=true", "invalid_verify", "verify"),
        ("?verfy=false", "unknown_field", "verfy"),
        ("?verify=false&x=1", "unknown_field", "x"),
    ],
)
async def test_wrong_query(api: httpx.AsyncClient, redis_url: Secret, query: str, code: str, field: str) -> None:
    """A query that says something else is a 400 that names it; nothing is changed, and nothing was spent."""
    before = contents(redis_url), contents(redis_url, "tg:quota:byok_key_hour:*")
    expect(await api.put(f"/v1/byok{query}", json=_WISHES), 400, code, field=field)
    assert (contents(redis_url), contents(redis_url, "tg:quota:byok_key_hour:*")) == before


async def test_rings_differ(
    api: httpx.AsyncClient, store: Store, customer: Customer, redis_url: Secret, log: io.StringIO
) -> None:
    """Contract 5: what no worker can open is a 503; the record before stays, and nothing of the new one."""
    before = body_of(await api.get("/v1/byok")), names(contents(redis_url), "tg:credential:")
    _, foreign = new_pair()
    async with checking_worker(store, customer, ring=Secret(format_entry(foreign))) as model:
        refused = await api.put("/v1/byok", json=_WISHES)
        assert "TEXTGATE_OPEN_KEYS" in expect(refused, 503, "byok_not_available")
    assert (body_of(await api.get("/v1/byok")), names(contents(redis_url), "tg:credential:")) == before
    assert model.tried == []
    assert _KEY not in refused.text + log.getvalue() + repr(contents(redis_url))


async def test_web_process_dies(api: httpx.AsyncClient, model: ScriptedModel, store: Store, customer: Customer) -> None:
    """A request that ends in the middle of the try leaves the record before in force."""
    before, called = body_of(await api.get("/v1/byok")), asyncio.Event()

    async def hang() -> None:
        called.set()
        await asyncio.Event().wait()

    model.interlude = hang
    putting = asyncio.create_task(api.put("/v1/byok", json=_WISHES))
    await called.wait()
    putting.cancel()
    await asyncio.gather(putting, return_exceptions=True)
    assert body_of(await api.get("/v1/byok")) == before


async def test_overtaken(api: httpx.AsyncClient, model: ScriptedModel) -> None:
    """Of two keys set at once the one that was asked for last stays, however long the first one's try took."""
    gate, called = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        called.set()
        await gate.wait()

    model.interlude = wait
    slow = asyncio.create_task(api.put("/v1/byok", json=_WISHES | {"label": "slow"}))
    await called.wait()
    quick = await api.put("/v1/byok", json=_WISHES | {"label": "quick"})
    gate.set()
    assert [response.status_code for response in (await slow, quick)] == [200, 200]
    assert body_of(await api.get("/v1/byok"))["byok"]["label"] == "quick"


async def test_deleted_meanwhile(api: httpx.AsyncClient, model: ScriptedModel) -> None:
    """A key that is deleted while it is being tried does not come back."""

    async def delete() -> None:
        assert (await api.delete("/v1/byok")).status_code == 200

    model.interlude = delete
    assert (await api.put("/v1/byok", json=_WISHES)).status_code == 200
    assert body_of(await api.get("/v1/byok"))["byok"] is None


async def test_nothing_of_it_is_kept(
    api: httpx.AsyncClient, model: ScriptedModel, redis_url: Secret, log: io.StringIO
) -> None:
    """I58, I61: of a try, however it went, nothing but the record is left, and no key anywhere."""
    answers = [await api.put("/v1/byok", json=_WISHES)]
    model.trials.append(ModelRejectedKey(f"Incorrect API key provided: {_KEY}", status=401))
    answers.append(await api.put("/v1/byok", json=_WISHES))
    kept = contents(redis_url)
    assert len(names(kept, "tg:credential:")) == 1
    assert names(kept, "tg:check:") == []
    seen = "".join(answer.text for answer in answers) + log.getvalue() + repr(kept)
    assert (_KEY in seen, MODEL_KEY in seen) == (False, False)
