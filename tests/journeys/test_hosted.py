"""Hosted models with real processes: the operator pays where an agent says so, with a key that web never sees."""

from contextlib import closing
from typing import Any

import httpx

from tests.journeys.gateway import OPERATORS_KEY, Gateway
from tests.journeys.processes import ended, find_port, wait_until
from tests.journeys.search import read_commands, read_environment, read_files, read_memory, read_redis
from tests.setting_up import MODEL_KEY, Customer

_HOSTED = "sk-canary-hosted-1679091c5a880faf"
_OWN = "sk-canary-agents-own-e4da3b7fbbce2345"


def _settings(gateway: Gateway) -> dict[str, str]:
    names = {"FAST_MODEL": "quick", "SMART_MODEL": "clever", "BASE_URL": gateway.model_base_url, "API_KEY": _HOSTED}
    return {f"TEXTGATE_HOSTED_{name}": value for name, value in names.items()}


def test_the_operator_pays(gateway: Gateway, customer: Customer) -> None:
    """Each agent is answered with its own payer's key, and its trace says whose; no key is left anywhere (I62, I58)."""
    gateway.workers.pop().stop()
    settings, port = _settings(gateway), find_port()
    url = f"http://127.0.0.1:{port}"
    with (
        ended(gateway.start_with(settings, "gateway.cli", "work")) as worker,
        ended(gateway.start_with(settings, "gateway.cli", "serve", "--port", str(port))) as web,
        closing(_client(url, customer)) as api,
    ):
        wait_until(lambda: worker.has_said("worker.started") and gateway.answers(f"{url}/readyz"), 60)
        own = {"provider": "openai_compat", "base_url": gateway.model_base_url, "api_key": _OWN, "model": "mine"}
        agents = [_make(api, **llm) for llm in ({}, {"tier": "smart"}, own)] + [customer.agent.id]
        answers = [api.post(f"/v1/agents/{agent}/messages", json={"text": "Hello"}) for agent in agents]
        payers = [_payer(gateway, answer) for answer in answers]
        shown = [("hosted", "fast"), ("hosted", "smart"), ("agent", None), ("byok", None)]
        assert [(payer["paid_by"], payer.get("tier")) for payer in payers] == shown
        expected = [(_HOSTED, "quick"), (_HOSTED, "clever"), (_OWN, "mine"), (MODEL_KEY, "test-model")]
        assert [(call["key"], call["body"]["model"]) for call in gateway.model.calls()] == expected
        assert api.post("/v1/warmup").json()["mode"] == api.get("/v1/status").json()["mode"] == "hosted"
        seen = {
            "environment": read_environment(web),
            "memory": read_memory(web),
            "Redis": read_redis(gateway.redis_url.reveal()),
        }
        assert b"TEXTGATE_HOSTED_FAST_MODEL=" in seen["environment"]
    seen["commands"] = read_commands(gateway.redis_url.reveal())
    seen["logs"] = read_files(gateway.directory.glob("*.log"))
    seen["answers"] = "".join(answer.text for answer in answers).encode()
    assert [place for place, found in seen.items() if _HOSTED.encode() in found] == []
    del seen["memory"]  # the web process has read what a developer sent in plain words
    assert [place for place, found in seen.items() if _OWN.encode() in found] == []
    assert OPERATORS_KEY not in str(gateway.model.all_calls())


def _client(url: str, customer: Customer) -> httpx.Client:
    headers = {"authorization": f"Bearer {customer.api_key}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=90)


def _make(api: httpx.Client, **llm: str) -> str:
    return str(api.post("/v1/agents", json={"llm": llm}).raise_for_status().json()["agent_id"])


def _payer(gateway: Gateway, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    steps = gateway.run("trace", answer.json()["trace_id"])["steps"]
    (recorded,) = [step for step in steps if step["step"] == "reply.recorded"]
    return dict(recorded)
