"""What every answer of the API has in common."""

import re
from typing import Any

import httpx

JSON = {"content-type": "application/json"}
_HEX = re.compile(r"trc_[0-9a-f]{32}")


def body_of(response: httpx.Response) -> dict[str, Any]:
    """Read an answer, and hold it to what all have: JSON, a trace id in body and header, nothing kept by caches."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body: dict[str, Any] = response.json()
    trace_id = body.pop("trace_id")
    assert _HEX.fullmatch(trace_id)
    assert response.headers["x-trace-id"] == trace_id
    return body


def expect(response: httpx.Response, status: int, code: str, *, field: str | None = None) -> str:
    """Hold a refusal to its shape: error, message, and the field where there is one; gives the message."""
    body = body_of(response)
    message = str(body.pop("message"))
    assert message
    assert (response.status_code, body) == (status, {"error": code} | ({"field": field} if field else {}))
    return message


async def read_sms(api: httpx.AsyncClient, agent: str) -> dict[str, Any]:
    """Read by which way an agent comes to a number."""
    shown: dict[str, Any] = body_of(await api.get(f"/v1/agents/{agent}"))["sms"]
    return shown
