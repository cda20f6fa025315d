"""API requests, read: who asks, and what the body says."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.domain.account import ApiKey
from gateway.domain.errors import InvalidRequest, Unauthenticated
from gateway.domain.quota import Quota, read_client
from gateway.domain.secret import Secret
from gateway.flows.accounts import authenticate
from gateway.web.limits import check_media_type, read_body
from gateway.web.resources import Resources, resources_of

_MAX_SHOWN_KEY = 200
_MAX_PAGE = 100


class Body(BaseModel):
    """A JSON body: unknown fields are refused, nothing is guessed from the wrong type.

    What stands below a field is what the API's description says of it.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


AnyBody = TypeVar("AnyBody", bound=Body)
Codes = Mapping[str, tuple[str, str]]
"""For each field (`llm.mode`): the error when it is wrong, and the error when it is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of somebody whom we know, within the general limits, its body not looked at yet."""

    request: Request
    key: ApiKey
    ip: str
    body: bytes

    @property
    def resources(self) -> Resources:
        """What the process shares between requests."""
        return resources_of(self.request)

    async def take(self, quotas: Sequence[Quota]) -> None:
        """Take what a deed costs, once everything else about it is found good; TooMany when that is spent."""
        await self.resources.store.quotas.take(quotas)

    def answer(self, fields: Mapping[str, object]) -> JSONResponse:
        """Answer with JSON that carries the request's trace id."""
        return JSONResponse({**fields, "trace_id": self.request.state.trace_id})


def called(deed: Callable[[Call], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a deed: its caller's body is measured, then its key read, then its quotas taken from."""

    async def endpoint(request: Request) -> Response:
        body = await read_body(request)
        key, resources = await read_api_key(request), resources_of(request)
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        ip = read_client(request.client.host if request.client else "", forwarded, resources.trusted_proxies)
        quotas = resources.quotas.of_request(key.plan, key.id, ip)
        request.state.taken = await resources.store.quotas.take(quotas)
        return await deed(Call(request=request, key=key, ip=ip, body=body))

    return endpoint


async def read_api_key(request: Request) -> ApiKey:
    """Find out whose request this is; Unauthenticated in the same words for every kind of wrong key."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(shown) <= _MAX_SHOWN_KEY:
        raise Unauthenticated
    return await authenticate(Secret(shown.strip()), store=resources_of(request).store)


def read_json(call: Call, kind: type[AnyBody], codes: Codes) -> AnyBody:
    """Read a JSON body; InvalidRequest names the first field that is not as it must be."""
    check_media_type(call.request, "application/json")
    try:
        fields = json.loads(call.body)
        # Python reads more than JSON is: NaN, numbers without end, halves of characters; none of it could be kept
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise InvalidRequest("invalid_json", "The body is not JSON in UTF-8.") from None
    if not isinstance(fields, dict):
        raise InvalidRequest("invalid_json", "The body must be a JSON object.")
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        # a name that is not known tells more than the one that is missing for it
        problems = sorted(map(dict, error.errors()), key=lambda problem: problem["type"] != "extra_forbidden")
        raise _explain(problems[0], codes) from None


def _explain(problem: dict[str, Any], codes: Codes) -> InvalidRequest:
    field = ".".join(str(step) for step in problem["loc"] if not str(step).endswith("[str]"))
    if problem["type"] == "extra_forbidden":
        return InvalidRequest("unknown_field", f"There is no field {field[:80]}. Remove it.", field=field[:80])
    wrong, too_long = _codes_of(field, codes)
    is_too_long = problem["type"] in ("string_too_long", "too_large")
    # pydantic's own words would name a class of ours
    wanted = "must be a JSON object" if problem["type"] == "model_type" else str(problem["msg"])
    message = f"{field}: {wanted.removeprefix('Value error, ')}."
    return InvalidRequest(too_long if is_too_long else wrong, message, field=field)


def _codes_of(field: str, codes: Codes) -> tuple[str, str]:
    while field and field not in codes:
        field = field.rpartition(".")[0]
    return codes.get(field, ("invalid_request", "invalid_request"))


def read_paging(call: Call) -> tuple[int, str | None]:
    """Read `limit` (1 to 100, else 20) and `cursor` of a list's address."""
    asked = call.request.query_params
    limit = asked.get("limit", "20")
    if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= _MAX_PAGE:
        raise InvalidRequest("invalid_limit", f"limit is a number from 1 to {_MAX_PAGE}.", field="limit")
    return int(limit), asked.get("cursor")


def read_switches(call: Call, **switches: bool) -> dict[str, bool]:
    """Read an address's query, in which nothing may stand but these switches, each `true` or `false`."""
    for name, value in call.request.query_params.multi_items():
        if name not in switches:
            known = ", ".join(switches)
            raise InvalidRequest("unknown_field", f"The address takes {known} and nothing else.", field=name[:80])
        if value not in ("true", "false") or len(call.request.query_params.getlist(name)) > 1:
            raise InvalidRequest(f"invalid_{name}", f"{name} is true or false, given once.", field=name)
        switches[name] = value == "true"
    return switches
