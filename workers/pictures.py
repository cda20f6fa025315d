"""The only way to a texter's pictures: Twilio is shown our credentials for them, and nobody else is.

Twilio answers with the way to its media's own hosts, where an address that is good for some hours is all it takes.
https://www.twilio.com/docs/messaging/api/media-resource
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from gateway.adapters.key_ring import EdgeRing
from gateway.domain.endpoint import read_origin
from gateway.domain.errors import EdgeShut, InvalidRequest
from gateway.domain.login import TwilioLogin
from gateway.domain.media import media_url
from gateway.domain.picture import Loss, Picture, find_next, read_picture
from gateway.domain.secret import Secret
from workers.egress import AnswerTooLargeError, Egress
from workers.lanes import far_from_lane
from workers.room import Room, Share
from workers.tools import Found, MediaPlace

_SECONDS = 10.0
"""For all pictures of a turn, the wait for room included: somebody waits for an answer."""
MOST_BYTES = 5 * 1024 * 1024
"""Of all pictures of a turn: as much as Twilio lets a message have."""
_ROOM_BYTES = 8 * MOST_BYTES
"""Of all pictures that a worker holds at a time."""
_REDIRECTS = 2


class TwilioPictures:
    """Fetches pictures with the login of the Twilio account that has them; held while they are shown, kept nowhere."""

    def __init__(
        self,
        *,
        api_url: str,
        account_sid: str,
        user: str,
        password: Secret,
        edge: EdgeRing | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        # where the operator has Twilio's API may be private, and no other place
        self._egress = Egress((read_origin(api_url).partition("://")[2],), max_bytes=MOST_BYTES)
        self._api_url = api_url
        self._account_sid = account_sid
        self._operators = user, password
        self._edge = edge
        self._seconds = seconds
        self._room = Room(_ROOM_BYTES)

    @asynccontextmanager
    async def opened(self, places: Sequence[MediaPlace], login: TwilioLogin | None) -> AsyncIterator[Found]:
        """Fetch pictures and hold them while the block runs; see `Pictures.opened`."""
        share = Share(self._room)
        try:
            # room is waited for as a network is; and nobody's pictures are late because a lane is long
            async with far_from_lane():
                found = await self._fetch_all(places, login, share)
            yield found
        finally:
            share.shrink_to(0)

    async def _fetch_all(self, places: Sequence[MediaPlace], login: TwilioLogin | None, share: Share) -> Found:
        found: dict[MediaPlace, Picture | Loss] = dict.fromkeys(places, Loss.TOO_SLOW)
        left = MOST_BYTES
        try:
            # httpx's own timeouts begin anew with every byte
            async with asyncio.timeout(self._seconds):
                await share.take(MOST_BYTES)
                for place in places:
                    found[place] = fit = _fit(await self._fetch(place, login), left)
                    left -= len(fit.data) if isinstance(fit, Picture) else 0
        except TimeoutError:
            pass  # those that came in time are shown
        share.shrink_to(MOST_BYTES - left)
        return found

    async def _fetch(self, place: MediaPlace, login: TwilioLogin | None) -> Picture | Loss:
        headers = self._authorize(place, login)
        if headers is None:
            return Loss.NO_LOGIN
        url = media_url(self._api_url, account_sid=place.account_sid, message_sid=place.message_sid, sid=place.sid)
        for _ in range(_REDIRECTS + 1):
            answer = await self._get(url, headers)
            if isinstance(answer, Loss) or not answer.has_redirect_location:
                return answer if isinstance(answer, Loss) else _read(answer)
            following = find_next(url, answer.headers["location"], api_url=self._api_url)
            if following is None:
                break
            url, headers = following, {}  # from here on without credentials
        return Loss.ELSEWHERE

    async def _get(self, url: str, headers: dict[str, str]) -> httpx.Response | Loss:
        try:
            request = httpx.Request("GET", url, headers=headers)
            return await self._egress.transport_to(_origin(request.url)).handle_async_request(request)
        except AnswerTooLargeError:
            return Loss.TOO_LARGE
        except (httpx.HTTPError, httpx.InvalidURL, InvalidRequest):
            return Loss.UNREACHABLE

    async def close(self) -> None:
        """Close every connection."""
        await self._egress.close()

    def _authorize(self, place: MediaPlace, login: TwilioLogin | None) -> dict[str, str] | None:
        """Make the header that shows who we are; None where the account is nobody's whose login we have."""
        try:
            # opened here and nowhere earlier: the token lives as long as this picture's way
            user, password = self._login_of(login)
        except EdgeShut:
            return None
        if place.account_sid != (login.account_sid if login else self._account_sid):
            return None
        return {"authorization": f"Basic {b64encode(f'{user}:{password.reveal()}'.encode()).decode()}"}

    def _login_of(self, login: TwilioLogin | None) -> tuple[str, Secret]:
        if login is None:
            return self._operators
        if self._edge is None:
            raise EdgeShut
        return login.account_sid, self._edge.open(login)


def _origin(url: httpx.URL) -> str:
    return read_origin(f"{url.scheme}://{url.netloc.decode()}")


def _read(answer: httpx.Response) -> Picture | Loss:
    if answer.is_success:
        return read_picture(answer.content)
    return Loss.REFUSED if answer.is_client_error else Loss.UNREACHABLE


def _fit(found: Picture | Loss, left: int) -> Picture | Loss:
    return Loss.TOO_LARGE if isinstance(found, Picture) and len(found.data) > left else found
