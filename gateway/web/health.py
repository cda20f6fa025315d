"""Whether the process lives, and whether it can work."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.domain.errors import StoreDown
from gateway.web.resources import resources_of


async def get_health(_request: Request) -> JSONResponse:
    """Answer as long as the process lives."""
    return JSONResponse({"ok": True})


async def get_readiness(request: Request) -> JSONResponse:
    """Answer 200 when a text could be saved now, 503 when not; and tell what would lose it later."""
    try:
        server = await resources_of(request).store.describe_server()
    except StoreDown as error:
        return JSONResponse({"ok": False, "redis": error.message}, status_code=503)
    writes = server["aof_last_write_status"] == "ok" and server["role"] == "master"
    told = {
        "redis": "ok" if writes else "refuses writes",
        "persistence": "on" if server["aof_enabled"] == "1" else "off",
        "eviction": server["maxmemory_policy"],
    }
    return JSONResponse({"ok": writes, **told}, status_code=200 if writes else 503)
