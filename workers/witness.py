"""A witness of what a provider really answered: litellm makes up a status where there was none."""

from collections.abc import Callable

import httpx


class Witness:
    """Watches the ways out, and remembers the status of the last answer."""

    def __init__(self, transport_to: Callable[[str], httpx.AsyncBaseTransport]) -> None:
        self._transport_to = transport_to
        self.status: int | None = None

    def transport_to(self, origin: str) -> httpx.AsyncBaseTransport:
        """Return the way to an origin, under watch."""
        return _Watched(self._transport_to(origin), self)


class _Watched(httpx.AsyncBaseTransport):
    def __init__(self, transport: httpx.AsyncBaseTransport, witness: Witness) -> None:
        self._transport, self._witness = transport, witness

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._witness.status = None
        answer = await self._transport.handle_async_request(request)
        self._witness.status = answer.status_code
        return answer
