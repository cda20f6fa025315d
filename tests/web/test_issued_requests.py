"""The three requests that a developer begins with, sent exactly so."""

import hashlib
from typing import Any

import httpx

from tests.web.api import JSON, body_of

_PUT = (
    '{"provider": "openai_compat", "api_key": "sk_REPLACE_ME", '
    '"base_url": "https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/compat", '
    '"model": "openai/amazon/nova-lite", "label": "work"}'
)
_POST = (
    '{"system_prompt": "You are a helpful assistant. Keep replies concise.", '
    '"llm": {"mode": "byok"}, "sms": {"mode": "none"}}'
)


async def test_the_three_first_requests(api: httpx.AsyncClient) -> None:
    """Issue 2: GET and PUT /v1/byok and POST /v1/agents work as written, without DNS, and show no key."""
    shown = await api.get("/v1/byok")
    assert shown.status_code == 200
    put = await api.put("/v1/byok", content=_PUT, headers=JSON)
    assert put.status_code == 200
    record: dict[str, Any] = body_of(put)["byok"]
    record.pop("updated_at")
    assert record == {
        "provider": "openai_compat",
        "base_url": "https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/compat",
        "model": "openai/amazon/nova-lite",
        "label": "work",
        "fingerprint": hashlib.sha256(b"sk_REPLACE_ME").hexdigest()[:12],
        "health": "unverified",
    }
    made = await api.post("/v1/agents", content=_POST, headers=JSON)
    assert made.status_code == 200
    agent = body_of(made)
    assert (agent["status"], agent["sms"]) == ("active", {"mode": "none", "status": "disabled"})
    assert agent["llm"]["mode"] == "byok"
    assert "sk_REPLACE_ME" not in shown.text + put.text + made.text
