"""The guarded way out to a model provider: the address that was checked is the address that is called.

A base URL comes from an account, so its name may lead anywhere, and elsewhere tomorrow. Here a name is
resolved, every address of it checked, and the connection made to a checked address: never resolved twice.
"""

import ssl
from collections.abc import Collection, Iterable
from typing import Any

import httpcore
import httpx

from gateway.adapters.resolver import resolve
from gateway.domain.endpoint import all_public
from workers.lanes import outside_lane

MAX_ANSWER_BYTES = 4 * 1024 * 1024
_IDLE_CONNECTIONS = 4
_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class AnswerTooLargeError(httpx.ReadError):
    """An answer has more bytes than anybody wants to hold."""


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to those that the operator allows by `host:port`."""

    def __init__(self, allowed_private: Collection[str]) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._allowed_private = allowed_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await resolve(host, port)
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if place not in self._allowed_private and not all_public(addresses):
            raise httpcore.ConnectError("the name leads to a private address")
        for address in addresses[:2]:
            try:
                stream = await self._backend.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
                return _Stream(stream)
            except httpcore.ConnectError:
                continue
        raise httpcore.ConnectError("no connection to any address of the name")


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed when its TLS handshake is given up: httpcore forgets it when cancelled."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _GuardedTransport(httpx.AsyncBaseTransport):
    """One origin's connections, as httpx uses them. Follows no redirect and takes no compressed answer."""

    def __init__(self, pool: httpcore.AsyncConnectionPool, max_bytes: int) -> None:
        self._pool = pool
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # an honest provider sends plain bytes then, and a small compressed bomb can't grow behind the cap
        request.headers["accept-encoding"] = "identity"
        try:
            async with outside_lane():
                return await self._ask(request)
        except httpcore.TimeoutException as error:
            raise httpx.ConnectTimeout("no answer in time", request=request) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            # not ConnectError, on which litellm would try once more by itself
            raise httpx.ReadError("no connection", request=request) from error

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        response = await self._pool.handle_async_request(_to_core(request))
        try:
            encodings = {value.lower() for name, value in response.headers if name.lower() == b"content-encoding"}
            if encodings - {b"identity"}:
                raise httpx.DecodingError("the answer is compressed", request=request)
            content = await _read(response, request, self._max_bytes)
            return httpx.Response(response.status, headers=response.headers, content=content)
        finally:
            await response.aclose()


async def _read(response: httpcore.Response, request: httpx.Request, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > max_bytes:
            raise AnswerTooLargeError("the answer is too large", request=request)
    return bytes(body)


def _to_core(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


class Egress:
    """The ways out, one for each origin: a pool shared by all walks through all of its connections."""

    def __init__(self, allowed_private: Collection[str], *, max_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._backend = _CheckedBackend(frozenset(allowed_private))
        self._max_bytes = max_bytes
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    def transport_to(self, origin: str) -> httpx.AsyncBaseTransport:
        """Return the way to an origin such as `https://api.openai.com:443`."""
        if origin not in self._pools:
            self._pools[origin] = httpcore.AsyncConnectionPool(
                network_backend=self._backend,
                max_connections=None,
                max_keepalive_connections=_IDLE_CONNECTIONS,
                keepalive_expiry=30,
            )
        return _GuardedTransport(self._pools[origin], self._max_bytes)

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
