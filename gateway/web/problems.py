"""Errors as HTTP: one table from our tree to statuses, one shape for every answer."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.adapters.mint import mint
from gateway.domain import errors, model_errors
from gateway.domain.quota import Taken

log = structlog.get_logger()

STATUS: dict[type[errors.TextgateError], int] = {
    errors.InvalidRequest: 400,
    errors.Unauthenticated: 401,
    errors.BadSignature: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.TooSlow: 408,
    errors.TooLarge: 413,
    errors.WrongMediaType: 415,
    errors.StoreDown: 503,
    errors.TwilioDown: 503,
    errors.NotReady: 503,
    errors.CredentialMissing: 409,
    errors.CredentialSealed: 503,
    errors.CredentialUnfit: 409,
    errors.HostedMissing: 503,
    errors.EdgeShut: 503,
    model_errors.ModelBusy: 503,
    model_errors.ModelRefused: 503,
    model_errors.ModelTooLong: 503,
    model_errors.ModelDeclined: 503,
    model_errors.ModelOverQuota: 503,
    model_errors.ModelRejectedKey: 503,
    model_errors.HostedRejected: 503,
    model_errors.HostedOverQuota: 503,
    # these end in the worker and reach no web request; should one do so, it is our fault
    errors.HoldLost: 500,
    errors.WorkerLost: 500,
    errors.OptedOut: 500,
    errors.BeingAsked: 500,
    errors.Blocked: 500,
    errors.CarrierRefused: 500,
    errors.CarrierBusy: 500,
    errors.CarrierUnknown: 500,
}
_RETRY_AFTER_SECONDS = "5"
_HTTP_WORDS = {
    404: ("not_found", "There is nothing at this address. The API is under /v1."),
    405: ("method_not_allowed", "This address does not take that method."),
}


def answer_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer one of our own errors."""
    if not isinstance(error, errors.TextgateError):
        raise error
    status = STATUS[type(error)]
    headers = {"Retry-After": _RETRY_AFTER_SECONDS} if status == 503 else {}  # noqa: PLR2004
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.wait_seconds)
    if isinstance(error, errors.TooLarge | errors.TooSlow | errors.WrongMediaType):
        headers["Connection"] = "close"  # the rest of the body is still to come, and nobody will read it
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    about = {name: getattr(error, name, None) for name in ("field", "limit", "reason")}
    named = {name: value for name, value in about.items() if value}
    return _problem(request, status, error.code, error.message, named=named, headers=headers)


def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework itself refuses: unknown addresses and methods."""
    if not isinstance(error, HTTPException):
        raise error
    code, message = _HTTP_WORDS.get(error.status_code, ("http_error", error.detail))
    return _problem(request, error.status_code, code, message, headers=dict(error.headers or {}))


def _problem(
    request: Request,
    status: int,
    code: str,
    message: str,
    *,
    named: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body = {"error": code, "message": message, "trace_id": request.state.trace_id}
    return JSONResponse(body | (named or {}), status_code=status, headers=headers)


class Envelope:
    """Gives every request a trace id and every API answer its headers; turns what nobody caught into a 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = mint("trc")
        scope.setdefault("state", {})["trace_id"] = trace_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [
                    *message["headers"],
                    (b"x-trace-id", trace_id.encode()),
                    (b"cache-control", b"no-store"),
                    *_quota_headers(scope["state"].get("taken")),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # the web edge: nothing above would know better
            # the log gets the error's type and places: its message may hold a secret or a text
            log.exception("request.failed", trace_id=trace_id, path=scope["path"], exc_info=error)
            if not started:
                await _internal_error(Request(scope))(scope, receive, send_with_headers)


def _quota_headers(taken: Taken | None) -> list[tuple[bytes, bytes]]:
    """Tell what is left of the tightest quota that the request took from."""
    if taken is None:
        return []
    told = {"limit": taken.most, "remaining": taken.left, "reset": taken.reset_seconds}
    return [(f"ratelimit-{name}".encode(), str(value).encode()) for name, value in told.items()]


def _internal_error(request: Request) -> JSONResponse:
    message = "Something went wrong on our side. Tell your operator the trace_id."
    return _problem(request, 500, "internal_error", message)
