"""The API described in OpenAPI 3.1, generated from the models and the table of operations.

https://spec.openapis.org/oas/v3.1.1.html
"""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway import __version__
from gateway.web.api.answers import Problem
from gateway.web.api.operations import OPERATIONS, Operation

_REF = "#/components/schemas/{model}"
_EVERYWHERE = {401: ("unauthorized",), 429: ("rate_limited",), 500: ("internal_error",), 503: ("unavailable",)}
"""The errors that every operation has."""
_WITH_BODY = {400: (), 408: ("too_slow",), 413: ("body_too_large",), 415: ("unsupported_media_type",)}
_MEANINGS = {
    200: "Done",
    202: "Taken; the work goes on",
    400: "Something in the request is not as it must be; nothing was changed",
    401: "No valid API key",
    404: "It is not there, or not yours",
    408: "The body did not arrive in time",
    409: "The state of things does not allow it",
    413: "The body is larger than 64 KiB",
    415: "The body is not application/json in UTF-8",
    429: "A quota is used up",
    500: "A fault of ours",
    503: "Not now",
}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": {
        "in": "query",
        "description": "How many a page has.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    },
    "cursor": {
        "in": "query",
        "description": "Where the page begins: `next_cursor` of the page before.",
        "schema": {"type": "string"},
    },
    "verify": {
        "in": "query",
        "description": "Whether a worker tries the key with its provider before the answer.",
        "schema": {"type": "boolean", "default": True},
    },
    "from": {
        "in": "query",
        "description": "The first day, in UTC; the first of the month of `to`, where it is left out.",
        "schema": {"type": "string", "format": "date"},
    },
    "to": {
        "in": "query",
        "description": "The last day, in UTC; today, where it is left out. At most 400 days, both included.",
        "schema": {"type": "string", "format": "date"},
    },
    "by": {
        "in": "query",
        "description": "What a row is about.",
        "schema": {"type": "string", "enum": ["day", "agent", "agent_day"], "default": "day"},
    },
    "format": {
        "in": "query",
        "description": "How it is written; where it is left out, `Accept: text/csv` asks for a table.",
        "schema": {"type": "string", "enum": ["json", "csv"]},
    },
    "Idempotency-Key": {
        "in": "header",
        "description": "Yours: for 24 hours the same request gets the same answer, and another one under it a 409.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "Prefer": {
        "in": "header",
        "description": "`respond-async`: don't wait for the reply, answer 202 with the address where it will be.",
        "schema": {"type": "string", "examples": ["respond-async"]},
    },
}
_NUMBER = {"type": "string", "pattern": "^[0-9]+$"}
HEADERS: dict[str, dict[str, Any]] = {
    "x-trace-id": {"description": "The same as trace_id.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "How many the nearest quota has.", "schema": _NUMBER},
    "RateLimit-Remaining": {"description": "How many are left of it.", "schema": _NUMBER},
    "RateLimit-Reset": {"description": "Seconds until it is whole again.", "schema": _NUMBER},
    "Retry-After": {"description": "Seconds to wait.", "schema": _NUMBER},
}
_OF_QUOTAS = [name for name in HEADERS if name.startswith("RateLimit-")]
_INTRODUCTION = (
    "Give an AI agent a phone number: make an agent, set the key of its model, talk to it. "
    "Send your API key as `Authorization: Bearer vck_…`."
)


@cache
def describe_api() -> dict[str, Any]:
    """Describe every operation; made once, and the same for every caller."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method.lower()] = _describe(method, path, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "textgate", "version": __version__, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "security": [{"api_key": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in OPERATIONS.values())],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "headers": HEADERS,
            "securitySchemes": {
                "api_key": {"type": "http", "scheme": "bearer", "description": "An API key: `vck_…`."},
            },
        },
    }


def _schemas() -> dict[str, Any]:
    models: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for operation in OPERATIONS.values():
        models.update((body, "validation") for body in (operation.body,) if body)
        models.update((answer, "serialization") for answer in (operation.answer, operation.later) if answer)
    _, schemas = models_json_schema(sorted(models, key=lambda pair: pair[0].__name__), ref_template=_REF)
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions


def _describe(method: str, path: str, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _name(method, path),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(path), *_parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.body:
        content: dict[str, Any] = {"schema": _ref(operation.body)}
        if operation.example:
            content["example"] = operation.example
        described["requestBody"] = {"required": operation.needs_body, "content": {"application/json": content}}
    return described


def _name(method: str, path: str) -> str:
    steps = [step for step in path.removeprefix("/v1/").split("/") if not step.startswith("{")]
    return "_".join([method.lower(), *steps, *(["one"] if path.endswith("}") else [])])


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    return [{"name": name, **_PARAMETERS[name]} for name in operation.parameters]


def _responses(operation: Operation) -> dict[str, Any]:
    done = {200: operation.answer} | ({202: operation.later} if operation.later else {})
    responses = {str(status): _response(status, _ref(answer)) for status, answer in done.items()}
    if operation.has_table:
        responses["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    for status, codes in sorted(_refusals(operation).items()):
        responses[str(status)] = _response(status, {"allOf": [_ref(Problem), _one_of(codes)]})
    return responses


def _refusals(operation: Operation) -> dict[int, tuple[str, ...]]:
    """Name every error that an operation has, its own and everybody's, by status."""
    named: dict[int, tuple[str, ...]] = {}
    for source in (operation.refusals, _WITH_BODY if operation.body else {}, _EVERYWHERE):
        for status, codes in source.items():
            named[status] = tuple(dict.fromkeys([*named.get(status, ()), *codes]))
    return named


def _one_of(codes: tuple[str, ...]) -> dict[str, Any]:
    return {"properties": {"error": {"enum": list(codes)}}}


def _response(status: int, schema: dict[str, Any]) -> dict[str, Any]:
    # of whom we don't know no quota is told
    names = ["x-trace-id", *([] if status == HTTPStatus.UNAUTHORIZED else _OF_QUOTAS)]
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        names.append("Retry-After")
    return {
        "description": _MEANINGS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {"application/json": {"schema": schema}},
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
