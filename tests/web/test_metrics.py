"""/metrics: what whoever watches over the gateway sees."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from tests.setting_up import Customer
from tests.web.processes import calling, web_process

_NOWHERE = Secret("redis://127.0.0.1:1/0")


async def _read(web: httpx.AsyncClient, name: str, **labels: str) -> float:
    answer = await web.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return sum(
        sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


async def test_requests_are_counted_by_route(api: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: requests are counted by route, method and status, and no id, number or key makes a series."""
    asked = {"route": "/v1/agents/{agent_id}", "method": "GET", "status": "200"}
    before = await _read(api, "textgate_http_requests_total", **asked)
    for _ in range(3):
        await api.get(f"/v1/agents/{customer.agent.id}")
    await api.get("/v1/agents/agt_x")
    await api.get(f"/{customer.api_key}")
    assert await _read(api, "textgate_http_requests_total", **asked) == before + 3
    shown = (await api.get("/metrics")).text
    assert not any(secret in shown for secret in (customer.agent.id, customer.api_key, "agt_x"))


async def test_work_is_counted(api: httpx.AsyncClient, customer: Customer, store: Store) -> None:
    """Contract 5: what waits, for how long, and which workers live is told."""
    assert await _read(api, "textgate_conversations_waiting") == 0
    headers = {"prefer": "respond-async"}
    for who in ("ann", "ben"):
        body = {"text": "Hello", "user_ref": who}
        await api.post(f"/v1/agents/{customer.agent.id}/messages", json=body, headers=headers)
    await store.liveness.beat("worker-1")
    assert await _read(api, "textgate_conversations_waiting") == 2
    assert await _read(api, "textgate_oldest_waiting_seconds") > 0
    assert await _read(api, "textgate_workers_alive") == 1
    assert await _read(api, "textgate_redis_up") == 1


async def test_metrics_outlive_redis() -> None:
    """Contract 5: without a Redis the process still tells of itself, and that Redis is gone."""
    async with web_process(_NOWHERE) as app, calling(app) as web:
        assert await _read(web, "textgate_redis_up") == 0
