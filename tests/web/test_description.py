"""The API's description: whole, true of every answer, and its examples work."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.app import build_app
from gateway.domain.secret import Secret
from gateway.web.api.operations import OPERATIONS
from gateway.web.openapi import describe_api
from tests.setting_up import Customer
from tests.web.served import Served

load_all_checks()
_CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
# what an address has no parameter for is left unread, and every request here shows a key
_GENERATION = {"allow-extra-parameters": False, "with-security-parameters": False}
_schema = schemathesis.openapi.from_dict(
    describe_api(), config=schemathesis.Config.from_dict({"generation": _GENERATION})
)


@pytest.fixture
def served(redis_url: Secret) -> Iterator[Served]:
    with Served(redis_url) as served:
        yield served


def test_every_route_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 5: the description has every address and method of the API, and no others."""
    routes = {
        (method, route.path)  # type: ignore[attr-defined]
        for route in build_app(lambda _: None).routes  # type: ignore[arg-type, return-value]
        for method in (route.methods or ())  # type: ignore[attr-defined]
        if route.path.startswith("/v1")  # type: ignore[attr-defined]
    }
    assert {(method, path) for method, path in routes if method != "HEAD"} == set(OPERATIONS)


async def test_the_description_is_served(web: httpx.AsyncClient) -> None:
    """Contract 5: /openapi.json is OpenAPI 3.1 and needs no key."""
    answer = await web.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1.")
    assert answer.json() == describe_api()


@_schema.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case[Any], served: Served) -> None:
    """Contract 5: whatever is sent, the status, the headers and the body of the answer are those of the description."""
    if "agent_id" in case.path_parameters and len(case.path_parameters["agent_id"]) % 2:
        case.path_parameters["agent_id"] = served.customer.agent.id  # half of the cases come further than 404
    headers = {"authorization": f"Bearer {served.customer.api_key}", **_prefer(case)}
    answer = case.call(base_url=served.base, headers=headers)
    assert answer.status_code != 500
    case.validate_response(answer, checks=_CHECKS)


def _prefer(case: schemathesis.Case[Any]) -> dict[str, str]:
    """Nobody answers here, so nobody waits for a reply."""
    return {"prefer": "respond-async"} if case.path.endswith("/messages") else {}


@pytest.mark.parametrize("named", [named for named, operation in OPERATIONS.items() if operation.example], ids=" ".join)
async def test_every_example_works(api: httpx.AsyncClient, customer: Customer, named: tuple[str, str]) -> None:
    """Contract 5: the bodies that the description shows can be sent as they are."""
    method, path = named
    answer = await api.request(
        method,
        path.format(agent_id=customer.agent.id),
        json=OPERATIONS[named].example,
        headers={"prefer": "respond-async"},
    )
    assert answer.status_code in (200, 202), answer.text
