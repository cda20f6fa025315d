"""How much of a body is read, and for how long."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway.domain.errors import TooLarge, TooSlow, WrongMediaType

MAX_BODY = 64 * 1024
BODY_SECONDS = 10.0


async def read_body(request: Request) -> bytes:
    """Read a body; TooLarge beyond 64 KiB, TooSlow after 10 seconds."""
    announced = request.headers.get("content-length", "0").lstrip("0")
    if len(announced) > len(str(MAX_BODY)) or (announced.isdecimal() and int(announced) > MAX_BODY):
        raise TooLarge
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _collect(request)
    except (TimeoutError, ClientDisconnect):
        raise TooSlow from None


def check_media_type(request: Request, media_type: str) -> None:
    """Hold a body to the one media type that is taken where it was sent, in UTF-8; WrongMediaType for any other."""
    given, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if given.strip().lower() != media_type or charset not in ("", "utf-8"):
        raise WrongMediaType(f"Send {media_type} in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise WrongMediaType("Send the body uncompressed.")


async def _collect(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TooLarge
    return bytes(body)
