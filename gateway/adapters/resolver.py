"""Names to addresses, asked without blocking the loop."""

import asyncio
import socket


async def resolve(host: str, port: int, *, seconds: float = 2.0) -> tuple[str, ...]:
    """Return every address of `host`, best first; empty when the name can't be resolved now."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return ()
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))
