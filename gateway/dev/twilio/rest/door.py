"""Who comes in, with what, and how a refusal looks (docs/usage/requests-to-twilio)."""

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gateway.dev.twilio.account import Account
from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.records import Message, Number
from gateway.dev.twilio.stand_in import StandIn

Endpoint = Callable[[Request], Awaitable[Response]]
_CODES: Final = {404: 20404, 405: 20004, 500: 20500}


def guarded(endpoint: Endpoint) -> Endpoint:
    """Let in only who shows an account's credentials, and only to that account."""

    async def checked(request: Request) -> Response:
        account = StandIn.of(request).accounts.find(request.path_params["account"])
        user, password = _credentials(request.headers.get("authorization", ""))
        if not account or not account.admits(user, password):
            raise Refusal(20003)
        return await endpoint(request)

    return checked


def account_of(request: Request) -> Account:
    """Return the account that a request was let into."""
    accounts = StandIn.of(request).accounts
    return accounts.find(request.path_params["account"]) or accounts.main


def mark_of(request: Request) -> str:
    """Return what the records of that account bear."""
    return StandIn.of(request).accounts.mark(account_of(request))


def is_own(request: Request, record: Message | Number) -> bool:
    """Tell whether a record belongs to that account."""
    return record.account_sid == mark_of(request)


async def read_form(request: Request) -> dict[str, str]:
    """Read the form of a request; blank values count, as they do at Twilio."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True))


async def show_refusal(_request: Request, refusal: Exception) -> Response:
    """Answer with Twilio's error body."""
    if not isinstance(refusal, Refusal):
        raise refusal
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refusal.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(refusal.as_resource(), status_code=refusal.status, headers=headers)


async def show_http_error(request: Request, error: Exception) -> Response:
    """Give unknown addresses under the API Twilio's body, and plain words to people."""
    if not isinstance(error, HTTPException):
        raise error
    if not request.url.path.startswith("/2010-04-01/"):
        return PlainTextResponse(error.detail, status_code=error.status_code, headers=error.headers)
    refusal = Refusal(_CODES.get(error.status_code, 20500), path=request.url.path)
    return await show_refusal(request, refusal)


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
