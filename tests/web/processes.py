"""Web processes that tests start: called directly, or over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.server import ServerState

from gateway.domain.secret import Secret
from gateway.main import create
from tests.examples import environment
from tests.setting_up import MODEL_PLACE


@asynccontextmanager
async def web_process(redis_url: Secret, **changes: str) -> AsyncIterator[Starlette]:
    """Run the web application of a complete environment, from its start to its stop."""
    settings = {"TEXTGATE_REDIS_URL": redis_url.reveal(), "TEXTGATE_ALLOWED_PRIVATE_HOSTS": MODEL_PLACE}
    app = create(environment(**settings, **changes))
    async with app.router.lifespan_context(app):
        yield app


def calling(app: Starlette) -> httpx.AsyncClient:
    """Make a client that calls an application directly."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside.example")


@asynccontextmanager
async def listening(app: Starlette) -> AsyncIterator[int]:
    """Serve an application on a loopback port, with the server that production uses, and give the port."""
    config = Config(app, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="off")
    config.load()
    protocol = cast("Any", config.http_protocol_class)
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state={}), host="127.0.0.1", port=0
    )
    async with server:
        yield int(server.sockets[0].getsockname()[1])
        for connection in list(state.connections):
            connection.shutdown()


async def exchange(port: int, request: bytes) -> bytes:
    """Send raw bytes and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
