"""Calling the application: signed, within 15 seconds, with Twilio's retries (docs/usage/webhooks)."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from gateway.dev.twilio.connection import Connection

_AGENT: Final = "TwilioProxy/1.1"
_FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of calling an address; problem is empty when the application answered with a 2xx."""

    attempts: int
    status: int | None = None
    content_type: str = ""
    content: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    response: httpx.Response | None = None
    failure: str = ""
    detail: str = ""


class Webhooks:
    """The accounts' way out: one HTTP client, and of each account the token that signs."""

    def __init__(self) -> None:
        """Make the client; proxies of the environment have no business between loopback processes."""
        self._client = httpx.AsyncClient(
            trust_env=False, limits=httpx.Limits(max_connections=None, max_keepalive_connections=0)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def call(self, address: str, form: Mapping[str, str], *, token: str, method: str = "POST") -> Outcome:
        """Call an address, signed with a token, until it answers, its retries are spent or its time is up."""
        connection = Connection.of(address)
        tries: list[_Attempt] = []
        try:
            async with asyncio.timeout(connection.total_seconds):
                await self._try(connection, form, method, tries, token)
        except TimeoutError:
            problem = f"no answer within {connection.total_seconds:g} s"
            return Outcome(attempts=len(tries) + 1, problem=problem)
        return _outcome(tries)

    async def _try(
        self, connection: Connection, form: Mapping[str, str], method: str, tries: list[_Attempt], token: str
    ) -> None:
        # one token for all attempts: that is how an application can tell a retry (see the overrides' page)
        headers = {"User-Agent": _AGENT, "Accept": "*/*", "I-Twilio-Idempotency-Token": str(uuid.uuid4())}
        request = self._request(connection, form, method, headers, token)
        for _ in range(connection.retries + 1):
            tries.append(await self._send(request))
            if not tries[-1].failure or not connection.retries_after(tries[-1].failure):
                return

    def _request(
        self, connection: Connection, form: Mapping[str, str], method: str, headers: dict[str, str], token: str
    ) -> httpx.Request:
        wait = httpx.Timeout(connection.read_seconds, connect=connection.connect_seconds)
        url, signed, content = connection.url, dict(form), urlencode(form)
        if method == "GET":
            url, signed, content = _with_query(url, content), {}, ""
        else:
            headers["Content-Type"] = _FORM
        headers["X-Twilio-Signature"] = str(RequestValidator(token).compute_signature(url, signed))
        extensions = {"timeout": wait.as_dict()}
        return self._client.build_request(method, url, content=content, headers=headers, extensions=extensions)

    async def _send(self, request: httpx.Request) -> _Attempt:
        try:
            response = await self._client.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return _Attempt(failure="ct", detail="could not connect")
        except httpx.ReadTimeout:
            return _Attempt(failure="rt", detail="the answer took too long")
        except (httpx.HTTPError, httpx.InvalidURL) as broken:
            return _Attempt(failure="rt", detail=f"no usable answer: {type(broken).__name__}")
        if response.is_success:
            return _Attempt(response=response)
        failure = f"{response.status_code // 100}xx"
        return _Attempt(response=response, failure=failure, detail=f"answered HTTP {response.status_code}")


def _outcome(tries: list[_Attempt]) -> Outcome:
    last = tries[-1]
    if last.response is None:
        return Outcome(attempts=len(tries), problem=last.detail)
    return Outcome(
        attempts=len(tries),
        status=last.response.status_code,
        content_type=last.response.headers.get("content-type", ""),
        content=last.response.content,
        problem=last.detail,
    )


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"
