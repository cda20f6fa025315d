"""API requests, read: who asks, and what the body says."""

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.domain.account import ApiKey
from gateway.domain.errors import InvalidRequest, Unauthenticated
from gateway.domain.secret import Secret
from gateway.flows.accounts import authenticate
from gateway.web.limits import read_body
from gateway.web.resources import resources_of

_MAX_SHOWN_KEY = 200
_MAX_PAGE = 100


class Body(BaseModel):
    """A JSON body: unknown fields are refused, nothing is guessed from the wrong type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


AnyBody = TypeVar("AnyBody", bound=Body)
Codes = Mapping[str, tuple[str, str]]
"""For each field (`llm.mode`): the error when it is wrong, and the error when it is too long."""


async def read_api_key(request: Request) -> ApiKey:
    """Find out whose request this is; Unauthenticated in the same words for every kind of wrong key."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(shown) <= _MAX_SHOWN_KEY:
        raise Unauthenticated
    return await authenticate(Secret(shown.strip()), store=resources_of(request).store)


async def read_json(request: Request, kind: type[AnyBody], codes: Codes) -> AnyBody:
    """Read a JSON body; InvalidRequest names the first field that is not as it must be."""
    body = await read_body(request, "application/json")
    try:
        fields = json.loads(body)
        # Python reads more than JSON is: NaN, numbers without end, halves of characters; none of it could be kept
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise InvalidRequest("invalid_json", "The body is not JSON in UTF-8.") from None
    if not isinstance(fields, dict):
        raise InvalidRequest("invalid_json", "The body must be a JSON object.")
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise _explain(dict(error.errors()[0]), codes) from None


def _explain(problem: dict[str, Any], codes: Codes) -> InvalidRequest:
    field = ".".join(str(step) for step in problem["loc"] if not str(step).endswith("[str]"))
    if problem["type"] == "extra_forbidden":
        return InvalidRequest("unknown_field", f"There is no field {field[:80]}. Remove it.", field=field[:80])
    wrong, too_long = _codes_of(field, codes)
    is_too_long = problem["type"] in ("string_too_long", "too_large")
    message = f"{field}: {str(problem['msg']).removeprefix('Value error, ')}."
    return InvalidRequest(too_long if is_too_long else wrong, message, field=field)


def _codes_of(field: str, codes: Codes) -> tuple[str, str]:
    while field and field not in codes:
        field = field.rpartition(".")[0]
    return codes.get(field, ("invalid_request", "invalid_request"))


def read_paging(request: Request) -> tuple[int, str | None]:
    """Read `limit` (1 to 100, else 20) and `cursor` of a list's address."""
    limit = request.query_params.get("limit", "20")
    if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= _MAX_PAGE:
        raise InvalidRequest("invalid_limit", f"limit is a number from 1 to {_MAX_PAGE}.", field="limit")
    return int(limit), request.query_params.get("cursor")


def answer(request: Request, fields: Mapping[str, object]) -> JSONResponse:
    """Answer with JSON that carries the request's trace id."""
    return JSONResponse({**fields, "trace_id": request.state.trace_id})
