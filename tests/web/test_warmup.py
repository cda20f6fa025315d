"""POST /v1/warmup: an agent's model tried before the first text needs it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.adapters.key_ring import new_pair
from gateway.adapters.store import Store
from gateway.domain.check import ModelUnproven
from gateway.domain.credential import Health, ModelRoute, Provider
from gateway.domain.errors import TextgateError
from gateway.domain.llm import Tier
from gateway.domain.model_errors import ModelBusy, ModelOverQuota, ModelRefused, ModelRejectedKey
from gateway.domain.payer import HostedModels
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from tests.checking import checking_worker
from tests.examples import NOW
from tests.setting_up import MODEL_KEY, Customer
from tests.web.api import JSON, body_of, expect
from tests.web.processes import calling, web_process
from tests.workers.fakes import ScriptedModel

HOSTED = HostedModels(
    routes={Tier.FAST: ModelRoute(provider=Provider.OPENAI, model="fast", base_url=None)},
    secret=Secret("sk-canary-operators-4e732ced3463d06d"),
    fingerprint="ffffffffffff",
)
_WARM = {"ok": True, "warmed": True, "mode": "byok"}


@pytest.fixture
async def model(store: Store, customer: Customer) -> AsyncIterator[ScriptedModel]:
    """The model with which a living worker tries keys."""
    async with checking_worker(store, customer) as model:
        yield model


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", {}),
        (b"", {"content-type": "text/plain"}),
        (b" \n", {}),
        (b"{}", JSON),
        (b'{"mode": null}', JSON),
        (b'{"mode": "byok"}', JSON),
    ],
)
async def test_warm(api: httpx.AsyncClient, model: ScriptedModel, content: bytes, headers: dict[str, str]) -> None:
    """Contract 5: with a body or without one, the calling key's record is tried."""
    response = await api.post("/v1/warmup", content=content, headers=headers)
    assert (response.status_code, body_of(response)) == (200, _WARM)
    assert [key for _, key in model.tried] == [MODEL_KEY]
    assert body_of(await api.get("/v1/byok"))["byok"]["health"] == "ok"


@pytest.mark.parametrize(
    ("content", "status", "code", "field"),
    [
        (b'{"mode": "fast"}', 400, "invalid_mode", "mode"),
        (b'{"mode": 1}', 400, "invalid_mode", "mode"),
        (b'{"mode": "byok", "x": 1}', 400, "unknown_field", "x"),
        (b"[]", 400, "invalid_json", None),
        (b"{", 400, "invalid_json", None),
        (b'{"mode": "hosted"}', 503, "hosted_not_available", None),
    ],
)
async def test_refused(api: httpx.AsyncClient, content: bytes, status: int, code: str, field: str | None) -> None:
    """Contract 5: what is wrong with the body, or not there, is told; a body that is none of JSON's is a 415."""
    expect(await api.post("/v1/warmup", content=content, headers=JSON), status, code, field=field)
    plain = await api.post("/v1/warmup", content=content, headers={"content-type": "text/plain"})
    expect(plain, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (ModelRejectedKey(status=401), "401"),
        (ModelRefused(status=403), "403"),
        (ModelOverQuota(), "quota"),
        (ModelBusy(), "reached"),
    ],
)
async def test_cold(api: httpx.AsyncClient, model: ScriptedModel, failure: TextgateError, word: str) -> None:
    """Contract 5: a key with which no agent could answer now is a 503 that says why."""
    model.trials.append(failure)
    answer = await api.post("/v1/warmup")
    assert word in expect(answer, 503, "byok_not_available")
    assert int(answer.headers["retry-after"]) > 0


async def test_unproven(api: httpx.AsyncClient, model: ScriptedModel) -> None:
    """Contract 5: where the provider would say the same to any key, the 503 says that nobody knows, and why."""
    model.trials.append(ModelUnproven("Name a model."))
    told = expect(await api.post("/v1/warmup"), 503, "byok_not_available")
    assert ("Nobody can tell" in told, "Name a model." in told, "can't be used" in told) == (True, True, False)


async def test_no_worker(api: httpx.AsyncClient) -> None:
    """Contract 5: without a worker it is a 503 that says so."""
    assert "worker" in expect(await api.post("/v1/warmup"), 503, "byok_not_available")


async def test_another_ring(api: httpx.AsyncClient, store: Store, customer: Customer) -> None:
    """I62: a record that the worker can't open is a 503, and is tried with no other key."""
    _, foreign = new_pair()
    async with checking_worker(store, customer, ring=Secret(format_entry(foreign))) as model:
        assert "open" in expect(await api.post("/v1/warmup"), 503, "byok_not_available")
    assert model.tried == []


async def test_way_back(api: httpx.AsyncClient, model: ScriptedModel, store: Store, customer: Customer) -> None:
    """Contract 5: a warm-up tries a rejected record again, and mends it."""
    record = await store.credentials.find(customer.key.id)
    assert record
    await store.credentials.note_health(record.id, Health.REJECTED, at=NOW)
    assert body_of(await api.post("/v1/warmup")) == _WARM
    assert body_of(await api.get("/v1/byok"))["byok"]["health"] == "ok"


async def test_no_record(api: httpx.AsyncClient) -> None:
    """Contract 5: without a record there is nothing to warm up: 409."""
    await api.delete("/v1/byok")
    expect(await api.post("/v1/warmup"), 409, "byok_not_configured")


@pytest.fixture
async def hosted(redis_url: Secret, customer: Customer) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a web process whose operator has a model of their own."""
    async with web_process(redis_url, TEXTGATE_HOSTED_FAST_MODEL="openai/fast") as app, calling(app) as client:
        client.headers["authorization"] = f"Bearer {customer.api_key}"
        yield client


@pytest.mark.parametrize("body", [{}, {"mode": "hosted"}])
async def test_hosted(hosted: httpx.AsyncClient, store: Store, customer: Customer, body: dict[str, str]) -> None:
    """Contract 5: mode hosted, which is what a new agent gets there, tries the operator's model with their key."""
    async with checking_worker(store, customer, hosted=HOSTED) as model:
        response = await hosted.post("/v1/warmup", json=body)
    assert (response.status_code, body_of(response)) == (200, _WARM | {"mode": "hosted"})
    ((route, key),) = model.tried
    assert (route, key) == (HOSTED.routes[Tier.FAST], HOSTED.secret.reveal())


async def test_hosted_cold(hosted: httpx.AsyncClient, store: Store, customer: Customer) -> None:
    """I62: a cold hosted model is a 503 that tells nothing of the operator's key, and no other key is tried."""
    async with checking_worker(store, customer, hosted=HOSTED) as model:
        model.trials.append(ModelRejectedKey(status=401))
        message = expect(await hosted.post("/v1/warmup"), 503, "hosted_not_available")
    assert "401" not in message
    assert [key for _, key in model.tried] == [HOSTED.secret.reveal()]


async def test_a_worker_without_hosted_models(hosted: httpx.AsyncClient, store: Store, customer: Customer) -> None:
    """I62: where only the web process has heard of hosted models, a worker tries nobody's key."""
    async with checking_worker(store, customer) as model:
        expect(await hosted.post("/v1/warmup"), 503, "hosted_not_available")
    assert model.tried == []
    expect(await hosted.post("/v1/warmup"), 503, "hosted_not_available")


async def test_quota(redis_url: Secret, store: Store, customer: Customer) -> None:
    """Contract 5: three an hour for a key, counted once all else is good, and changed by a setting."""
    async with web_process(redis_url) as app, calling(app) as web, checking_worker(store, customer) as model:
        web.headers["authorization"] = f"Bearer {customer.api_key}"
        for body in ({"mode": "x"}, {"mode": "hosted"}):
            assert (await web.post("/v1/warmup", json=body)).status_code in (400, 503)
        answers = [await web.post("/v1/warmup") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert (body_of(answers[-1])["limit"], len(model.tried)) == ("warmup_key_hour", 3)
    async with web_process(redis_url, TEXTGATE_LIMIT_WARMUP_KEY_HOUR="9") as app, calling(app) as web:
        web.headers["authorization"] = f"Bearer {customer.api_key}"
        assert (await web.post("/v1/warmup")).status_code != 429
