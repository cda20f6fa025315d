"""The only door to Twilio's Messages API: one POST, under our own deadline, and never a second by itself.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode
from weakref import WeakValueDictionary

import httpx

from gateway.adapters.key_ring import EdgeRing
from gateway.domain.carrier_errors import Nature, explain_code
from gateway.domain.errors import (
    CarrierBusy,
    CarrierRefused,
    CarrierUnknown,
    EdgeShut,
    OptedOut,
)
from gateway.domain.login import BAD_LOGIN
from gateway.domain.secret import Secret
from gateway.domain.turn import POST_SECONDS, OutboundPart, validity_of

_CONNECTIONS = 200
_OPERATORS_POSTS = 100
_OWN_POSTS = 10
"""Parts of one brought account under way at a time: one that hangs must not take the connections of all."""
_IDLE_CONNECTIONS = 10
_PAGE = 50
_CREATED = 201
_WRITES = ("send_request_headers.started", "send_request_body.started")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """The Twilio account that a part is sent by."""

    account_sid: str
    user: str
    password: Secret

    @property
    def auth(self) -> tuple[str, str]:
        return self.user, self.password.reveal()


class TwilioCarrier:
    """Sends parts through Twilio, by the operator's account or by one that an account has brought."""

    def __init__(
        self,
        *,
        api_url: str,
        account_sid: str,
        user: str,
        password: Secret,
        callback_url: str,
        edge: EdgeRing | None = None,
    ) -> None:
        self._api_url = api_url
        self._operator = _Sender(account_sid=account_sid, user=user, password=password)
        self._edge = edge
        self._callback_url = callback_url
        self._operators_gate = asyncio.Semaphore(_OPERATORS_POSTS)
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._client = httpx.AsyncClient(
            trust_env=False,
            limits=httpx.Limits(
                max_connections=_CONNECTIONS, max_keepalive_connections=_IDLE_CONNECTIONS, keepalive_expiry=20
            ),
        )

    async def send(self, part: OutboundPart) -> str:
        """Hand a part over and return its SID; see `Carrier.send` for what is raised."""
        sender, gate = self._sender_of(part), self._gate_of(part)
        try:
            async with asyncio.timeout(part.not_after - time.monotonic()):
                await gate.acquire()
        except TimeoutError:
            raise CarrierBusy from None
        try:
            return await self._post(part, sender)
        finally:
            gate.release()

    async def _post(self, part: OutboundPart, sender: _Sender) -> str:
        left = part.not_after - time.monotonic()
        if left <= 0:
            raise CarrierBusy("The fence has expired.")
        try:
            # httpx's own timeouts begin anew with every byte
            async with asyncio.timeout(left + POST_SECONDS):
                response = await self._client.post(
                    self._url_of(sender),
                    auth=sender.auth,
                    data=self._form(part),
                    timeout=httpx.Timeout(POST_SECONDS, connect=left, pool=left),
                    extensions={"trace": _Fence(part.not_after)},
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, _FenceExpiredError):
            raise CarrierBusy from None  # no whole request has left this machine
        except (httpx.HTTPError, TimeoutError):
            raise CarrierUnknown from None
        return _read_sid(response)

    async def find(self, part: OutboundPart, *, since: datetime) -> list[str]:
        """Find the SIDs of messages that can be this part; see `Carrier.find`.

        The list knows no id of ours and filters by sender and recipient alone.
        https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
        """
        query: dict[str, str | int] = {"From": part.sender, "To": part.recipient, "PageSize": _PAGE}
        try:
            sender = self._sender_of(part)
            url = self._url_of(sender)
            response = await self._client.get(url, auth=sender.auth, params=query, timeout=POST_SECONDS)
        except (httpx.HTTPError, EdgeShut):
            raise CarrierBusy from None
        if response.status_code != httpx.codes.OK:
            raise CarrierBusy
        return [
            message["sid"]
            for message in _json(response).get("messages", [])
            if message["body"] == part.text and parsedate_to_datetime(message["date_created"]) >= since
        ]

    def _sender_of(self, part: OutboundPart) -> _Sender:
        login = part.login
        if login is None:
            return self._operator
        if self._edge is None:
            raise EdgeShut
        # opened here and nowhere earlier: the token lives as long as this request
        return _Sender(account_sid=login.account_sid, user=login.account_sid, password=self._edge.open(login))

    def _gate_of(self, part: OutboundPart) -> asyncio.Semaphore:
        if part.login is None:
            return self._operators_gate
        return self._gates.setdefault(part.login.account_sid, asyncio.Semaphore(_OWN_POSTS))

    def _url_of(self, sender: _Sender) -> str:
        return f"{self._api_url}/2010-04-01/Accounts/{sender.account_sid}/Messages.json"

    def _form(self, part: OutboundPart) -> dict[str, str]:
        # the id in the callback is the only one of ours that Twilio ever gives back
        callback = urlencode({"turn": part.turn_id, "part": part.index})
        service = part.passage.messaging_service
        return {
            # beside a service, too: people are answered from the number that they texted
            "From": part.sender,
            **({"MessagingServiceSid": service} if service else {}),
            "To": part.recipient,
            "Body": part.text,
            "StatusCallback": f"{self._callback_url}?{callback}",
            "ValidityPeriod": str(validity_of(part.fresh_until - time.monotonic())),
        }

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


class _FenceExpiredError(Exception):
    """The fence expired before the request was written."""


class _Fence:
    """Looks at the clock once more right before a request is written: connecting may have taken long.

    And once more before its body, which is written by itself: without it Twilio has no request.
    """

    def __init__(self, not_after: float) -> None:
        self._not_after = not_after

    async def __call__(self, event: str, _info: dict[str, Any]) -> None:
        if event.endswith(_WRITES) and time.monotonic() > self._not_after:
            raise _FenceExpiredError


def _read_sid(response: httpx.Response) -> str:
    if response.status_code == _CREATED:
        sid = _json(response).get("sid")
        if isinstance(sid, str) and sid:
            return sid
        raise CarrierUnknown("Twilio took it and gave no SID.")
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise CarrierBusy  # documented as never processed
    if response.is_client_error:
        raise _refusal(response.status_code, _json(response).get("code"))
    raise CarrierUnknown


def _refusal(status: int, code: object) -> OptedOut | CarrierBusy | CarrierRefused:
    if status == httpx.codes.UNAUTHORIZED:
        return CarrierRefused(twilio_code=BAD_LOGIN)
    if not isinstance(code, int):
        return CarrierRefused()
    match explain_code(code).nature:
        case Nature.CONSENT:
            return OptedOut()
        case Nature.RETRY:
            return CarrierBusy()
    return CarrierRefused(twilio_code=code)


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
