"""What the API refuses before it looks closer: keys, addresses, methods, bodies."""

import io

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.web.api.operations import OPERATIONS
from tests.setting_up import Customer
from tests.web.api import JSON, body_of, expect

_GOOD = "vck_" + "A" * 43
_KEYS: dict[str, bytes | None] = {
    "none": None,
    "empty": b"",
    "a scheme": b"Bearer",
    "a scheme and a space": b"Bearer ",
    "wrong": f"Bearer {_GOOD}".encode(),
    "malformed": b"Bearer nonsense",
    "another prefix": b"Bearer sk-" + b"A" * 43,
    "another scheme": f"Basic {_GOOD}".encode(),
    "no scheme": _GOOD.encode(),
    "10 KB": b"Bearer vck_" + b"A" * 10_240,
    "beyond ASCII": b"Bearer vck_\xe9\xff",
    "two words": f"Bearer {_GOOD} {_GOOD}".encode(),
    "Redis words": b"Bearer *",
}


@pytest.mark.parametrize("shown", _KEYS.values(), ids=_KEYS.keys())
@pytest.mark.parametrize("route", OPERATIONS, ids=" ".join)
async def test_every_wrong_key_meets_the_same_words(
    web: httpx.AsyncClient, customer: Customer, log: io.StringIO, route: tuple[str, str], shown: bytes | None
) -> None:
    """I64: on every route every kind of wrong key is the same 401, and the key is in neither answer nor log."""
    method, path = route
    headers = [(b"authorization", shown)] if shown is not None else []
    response = await web.request(method, path.replace("{agent_id}", customer.agent.id), headers=headers)
    message = expect(response, 401, "unauthorized")
    assert message == (
        "Send a valid API key as `Authorization: Bearer vck_\u2026`. Ask your operator for one: `textgate keys issue`."
    )
    assert response.headers["www-authenticate"] == "Bearer"
    assert _GOOD not in response.text + log.getvalue()


async def test_a_key_changed_by_one_letter_is_wrong(web: httpx.AsyncClient, customer: Customer) -> None:
    """I64: a key that is nearly right is wrong, and the right one is right in either case of `Bearer`."""
    key = customer.api_key
    for near in (key[:-1], key + "A", key.swapcase(), key.removeprefix("vck_"), customer.key.id):
        expect(await web.get("/v1/status", headers={"authorization": f"Bearer {near}"}), 401, "unauthorized")
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert (await web.get("/v1/status", headers={"authorization": f"{scheme} {key}"})).status_code == 200


async def test_status(api: httpx.AsyncClient) -> None:
    """Contract 5: a valid key hears that the gateway is there."""
    expected = {"ok": True, "service": "textgate", "version": "v1", "mode": "byok"}
    assert body_of(await api.get("/v1/status")) == expected


async def test_the_other_key_of_an_account_sees_its_agents(
    web: httpx.AsyncClient, customer: Customer, store: Store
) -> None:
    """I63: agents belong to the account; BYOK belongs to the key that set it."""
    from gateway.domain.account import Plan
    from gateway.flows.accounts import issue_key
    from tests.examples import NOW

    second = await issue_key(customer.account.id, label="second", plan=Plan.FREE, store=store, now=NOW)
    web.headers["authorization"] = f"Bearer {second.secret.reveal()}"
    assert (await web.get(f"/v1/agents/{customer.agent.id}")).status_code == 200
    assert body_of(await web.get("/v1/byok"))["byok"] is None


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/status", {"GET", "HEAD"}),
        ("GET", "/v1/warmup", {"POST"}),
        ("POST", "/v1/byok", {"GET", "HEAD", "PUT", "DELETE"}),
        ("PATCH", "/v1/byok", {"GET", "HEAD", "PUT", "DELETE"}),
        ("DELETE", "/v1/agents", {"GET", "HEAD", "POST"}),
        ("GET", "/v1/agents/agt_x/messages", {"POST"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
        ("OPTIONS", "/v1/byok", {"GET", "HEAD", "PUT", "DELETE"}),
    ],
)
async def test_another_method_is_405(api: httpx.AsyncClient, method: str, path: str, allowed: set[str]) -> None:
    """Contract 5: a method that an address does not take is 405, and Allow names those that it takes."""
    response = await api.request(method, path)
    expect(response, 405, "method_not_allowed")
    assert set(response.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v2/status", "/v1/byok/", "/v1//byok", "/v1/agents//messages"])
async def test_another_address_is_404(api: httpx.AsyncClient, path: str) -> None:
    """Contract 5: an address that is not exactly one of ours is 404 in our own shape."""
    expect(await api.get(path), 404, "not_found")


_BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "a word": b'"text"',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "two values": b"{} {}",
    "single quotes": b"{'a': 1}",
    "half a character": b'{"a": "\xff"}',
    "nested 20,000 deep": b"[" * 20_000,
    "objects 10,000 deep": b'{"a":' * 10_000,
    "an endless number": b'{"a": ' + b"9" * 10_000 + b"}",
    "a form": b"provider=openai",
}


@pytest.mark.parametrize("content", _BODIES.values(), ids=_BODIES.keys())
@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/byok"), ("POST", "/v1/agents"), ("POST", "/v1/agents/{}/messages")]
)
async def test_a_body_that_is_no_object_is_invalid_json(
    api: httpx.AsyncClient, customer: Customer, method: str, path: str, content: bytes
) -> None:
    """Contract 5: whatever is no JSON object is 400 `invalid_json`, never 500."""
    response = await api.request(method, path.format(customer.agent.id), content=content, headers=JSON)
    expect(response, 400, "invalid_json")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/byok"), ("POST", "/v1/agents"), ("POST", "/v1/agents/{}/messages")]
)
async def test_another_kind_of_body_is_415(
    api: httpx.AsyncClient, customer: Customer, method: str, path: str, headers: dict[str, str]
) -> None:
    """Contract 6: the API takes `application/json` in UTF-8, uncompressed, and nothing else."""
    response = await api.request(method, path.format(customer.agent.id), content=b"{}", headers=headers)
    expect(response, 415, "unsupported_media_type")
