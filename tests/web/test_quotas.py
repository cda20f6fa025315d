"""Quotas: what an answer tells of them, what happens when they are spent, and whose they are."""

import asyncio

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.account import Plan
from gateway.domain.secret import Secret
from gateway.flows.accounts import issue_key
from tests.examples import NOW
from tests.setting_up import Customer
from tests.web.api import body_of
from tests.web.contents import contents
from tests.web.processes import calling, web_process

_BYOK = {"provider": "openai", "api_key": "sk-1234567890", "model": "gpt-4o"}


async def _get(web: httpx.AsyncClient, key: str, **headers: str) -> httpx.Response:
    return await web.get("/v1/status", headers={"authorization": f"Bearer {key}", **headers})


def _expect_spent(response: httpx.Response, limit: str) -> None:
    body = body_of(response)
    assert (response.status_code, body["error"], body["limit"]) == (429, "rate_limited", limit)
    assert 1 <= int(response.headers["retry-after"]) <= 86_400


async def test_answers_tell_what_is_left(web: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: every answer to a known key, refusals included, names the tightest quota and what is left of it."""
    web.headers["authorization"] = f"Bearer {customer.api_key}"
    answers = [await web.get("/v1/status"), await web.get("/v1/agents/agt_x"), await web.get("/v1/agents?limit=x")]
    assert [answer.status_code for answer in answers] == [200, 404, 400]
    told = [(answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]) for answer in answers]
    assert told == [("600", "599"), ("600", "598"), ("600", "597")]
    assert 1 <= int(answers[0].headers["ratelimit-reset"]) <= 60
    assert "ratelimit-limit" not in (await _get(web, "vck_wrong")).headers


@pytest.mark.parametrize("plan", Plan)
async def test_each_plan_has_its_own(redis_url: Secret, customer: Customer, store: Store, plan: Plan) -> None:
    """Contract 5: a plan's own number counts, and a setting changes it."""
    issued = await issue_key(customer.account.id, label="", plan=plan, store=store, now=NOW)
    changes = {f"TEXTGATE_LIMIT_{plan.upper()}_KEY_MINUTE": "2"}
    async with web_process(redis_url, **changes) as app, calling(app) as web:
        answers = [await _get(web, issued.secret.reveal()) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        _expect_spent(answers[-1], "key_minute")
        assert (await _get(web, customer.api_key)).status_code == 200


async def test_a_refused_request_costs_nothing(redis_url: Secret, customer: Customer) -> None:
    """Contract 5: when one quota is spent nothing is taken from the others."""
    async with web_process(redis_url, TEXTGATE_LIMIT_BYOK_IP_MINUTE="1") as app, calling(app) as web:
        assert (await _get(web, customer.api_key)).status_code == 200
        before = contents(redis_url, "tg:quota:*")
        for _ in range(5):
            _expect_spent(await _get(web, customer.api_key), "ip_minute")
        assert contents(redis_url, "tg:quota:*") == before


async def test_a_cap_holds_under_race(redis_url: Secret, customer: Customer) -> None:
    """Contract 5: of two hundred requests at once over two processes exactly as many pass as there are left."""
    changes = {"TEXTGATE_LIMIT_BYOK_KEY_DAY": "50"}
    async with (
        web_process(redis_url, **changes) as one,
        web_process(redis_url, **changes) as two,
        calling(one) as a,
        calling(two) as b,
    ):
        answers = await asyncio.gather(*(_get(web, customer.api_key) for web in (a, b) for _ in range(100)))
    assert [answer.status_code for answer in answers].count(200) == 50
    assert {answer.status_code for answer in answers} == {200, 429}


async def test_who_forwards_is_not_believed(redis_url: Secret, customer: Customer) -> None:
    """Contract 3: X-Forwarded-For is believed from trusted proxies alone, and only what they have added."""
    limit = {"TEXTGATE_LIMIT_BYOK_IP_MINUTE": "1"}
    async with web_process(redis_url, **limit) as app, calling(app) as web:
        assert (await _get(web, customer.api_key, **{"x-forwarded-for": "198.51.100.1"})).status_code == 200
        assert (await _get(web, customer.api_key, **{"x-forwarded-for": "198.51.100.2"})).status_code == 429
    trusting = limit | {"TEXTGATE_TRUSTED_PROXIES": "127.0.0.0/8, 10.0.0.1"}
    async with web_process(redis_url, **trusting) as app, calling(app) as web:
        forwarded = ["198.51.100.1", "198.51.100.2", "6.6.6.6, 198.51.100.2", "198.51.100.3, 10.0.0.1", "198.51.100.3"]
        codes = [(await _get(web, customer.api_key, **{"x-forwarded-for": each})).status_code for each in forwarded]
    assert codes == [200, 200, 429, 200, 429]


async def test_model_keys_are_counted_after_validation(redis_url: Secret, customer: Customer) -> None:
    """Contract 5: only a good model key counts as one that was set; the sixth of an hour is refused, and not kept."""
    async with web_process(redis_url, TEXTGATE_LIMIT_BYOK_KEY_HOUR="2") as app, calling(app) as web:
        web.headers["authorization"] = f"Bearer {customer.api_key}"
        bad = [await web.put("/v1/byok", json={**_BYOK, **wrong}) for wrong in ({"model": ""}, {"api_key": ""})]
        assert {answer.status_code for answer in bad} == {400}
        codes = [(await web.put("/v1/byok", json={**_BYOK, "label": str(n)})).status_code for n in range(3)]
        assert codes == [200, 200, 429]
        _expect_spent(await web.put("/v1/byok", json=_BYOK), "byok_key_hour")
        assert body_of(await web.get("/v1/byok"))["byok"]["label"] == "1"


async def test_new_agents_are_counted(redis_url: Secret, customer: Customer) -> None:
    """Contract 5: agents have a quota by key and day, and one by address and minute; a wrong body costs neither."""
    changes = {"TEXTGATE_LIMIT_AGENTS_KEY_DAY": "2"}
    async with web_process(redis_url, **changes) as app, calling(app) as web:
        web.headers["authorization"] = f"Bearer {customer.api_key}"
        assert (await web.post("/v1/agents", json={"nonsense": 1})).status_code == 400
        assert [(await web.post("/v1/agents", json={})).status_code for _ in range(2)] == [200, 200]
        _expect_spent(await web.post("/v1/agents", json={}), "agents_key_day")
    async with web_process(redis_url, TEXTGATE_LIMIT_AGENTS_IP_MINUTE="2") as app, calling(app) as web:
        web.headers["authorization"] = f"Bearer {customer.api_key}"
        _expect_spent(await web.post("/v1/agents", json={}), "agents_ip_minute")
