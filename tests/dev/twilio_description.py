"""Twilio's own OpenAPI description as a judge of requests and answers.

`load_description()` finds it by TEXTGATE_TWILIO_OAI, or beside the repository; without it a test is skipped
with the reason, and fails where CI=true. Stricter than the description itself in one point: an answer must
show every property that is described, and no other.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

Schema = dict[str, Any]

_BESIDE = Path(__file__).parents[3] / "shared/twilio-oai/twilio_api_v2010_messaging.json"
_FORM = "application/x-www-form-urlencoded"
_FORMATS = jsonschema.FormatChecker(formats=())


def _is_mail_date(text: object) -> bool:
    pattern = r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000"
    return not isinstance(text, str) or bool(re.fullmatch(pattern, text) and parsedate_to_datetime(text))


def _is_phone(text: object) -> bool:
    return not isinstance(text, str) or bool(re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,6}", text))


def _is_uri(text: object) -> bool:
    # in answers Twilio shows its own addresses without a host, and an unset one as an empty string
    if not isinstance(text, str) or not text:
        return True
    return text.startswith("/") or bool(urlsplit(text).hostname)


_FORMATS.checkers |= {
    "date-time-rfc-2822": (_is_mail_date, (ValueError, TypeError)),
    "phone-number": (_is_phone, ()),
    "uri": (_is_uri, ValueError),
}


def load_description() -> "Description":
    """Load the description, or end the test with the reason."""
    path = Path(os.environ.get("TEXTGATE_TWILIO_OAI", _BESIDE))
    if path.is_file():
        return Description(json.loads(path.read_text()))
    reason = "Twilio's OpenAPI description is not here: set TEXTGATE_TWILIO_OAI to its file"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class Description:
    """The description, and what it says about one request or answer; each check raises ValidationError."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._paths: Mapping[str, Any] = document["paths"]
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]

    def check_request(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        """Check path, query and form parameters: all known, none missing, each of its type."""
        template, found = self._find(path)
        operation = self._operation(template, method)
        parameters = [self._plain(parameter) for parameter in operation.get("parameters", [])]
        self._check_parameters([p for p in parameters if p["in"] == "path"], found)
        self._check_parameters([p for p in parameters if p["in"] == "query"], query or {})
        body = operation.get("requestBody", {"content": {_FORM: {"schema": {"properties": {}}}}})
        schema = {**self._plain(body["content"][_FORM]["schema"]), "additionalProperties": False}
        _check({key: _typed(schema, key, value) for key, value in (form or {}).items()}, schema)

    def check_response(self, method: str, path: str, status: int, content: bytes) -> None:
        """Check that the status is a described one, and the body what is described for it."""
        template, _ = self._find(path)
        responses = self._operation(template, method)["responses"]
        if str(status) not in responses:
            raise jsonschema.ValidationError(f"{method} {template} has no answer {status}")
        described = responses[str(status)].get("content")
        if not described:
            _check(content.decode(), {"const": ""})
            return
        _check(json.loads(content), _whole(self._plain(described["application/json"]["schema"])))

    def _find(self, path: str) -> tuple[str, dict[str, str]]:
        for template in self._paths:
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            match = re.fullmatch(pattern, path)
            if match:
                return template, match.groupdict()
        raise jsonschema.ValidationError(f"Twilio has no address {path}")

    def _operation(self, template: str, method: str) -> Mapping[str, Any]:
        operation = self._paths[template].get(method.lower())
        if not operation:
            raise jsonschema.ValidationError(f"{template} takes no {method}")
        found: Mapping[str, Any] = operation
        return found

    def _check_parameters(self, parameters: Sequence[Schema], given: Mapping[str, str]) -> None:
        schema: Schema = {
            "type": "object",
            "properties": {parameter["name"]: parameter["schema"] for parameter in parameters},
            "required": [parameter["name"] for parameter in parameters if parameter.get("required")],
            "additionalProperties": False,
        }
        _check({key: _typed(schema, key, value) for key, value in given.items()}, schema)

    def _plain(self, schema: Any) -> Any:
        """Turn OpenAPI 3.0 into JSON Schema: references in place, nullable as a type of its own."""
        if isinstance(schema, list):
            return [self._plain(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self._plain(self._schemas[schema["$ref"].rpartition("/")[2]])
        plain = {key: self._plain(part) for key, part in schema.items() if key not in {"examples", "example"}}
        if plain.pop("nullable", False) is not True:
            return plain
        return {"anyOf": [plain, {"type": "null"}]}


def _check(value: object, schema: Schema) -> None:
    jsonschema.Draft202012Validator(schema, format_checker=_FORMATS).validate(value)


def _whole(schema: Schema) -> Schema:
    """Ask for every property and no other, all the way down the lists."""
    properties = {key: _whole(part) for key, part in schema.get("properties", {}).items()}
    if "items" in schema:
        return {**schema, "items": _whole(schema["items"])}
    if not properties:
        return schema
    return {**schema, "properties": properties, "required": list(properties), "additionalProperties": False}


def _typed(schema: Schema, key: str, value: str) -> object:
    """Read a form's string as the type that is described for it."""
    match schema["properties"].get(key, {}).get("type"):
        case "boolean":
            return {"true": True, "false": False}.get(value, value)
        case "integer" | "number" if re.fullmatch(r"-?\d+", value):
            return int(value)
        case "array":
            return [value]
        case _:
            return value
