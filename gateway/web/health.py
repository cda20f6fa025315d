"""Whether the process lives, and whether it can work."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.adapters.store.connection import in_time
from gateway.adapters.store.liveness import ALIVE_SECONDS
from gateway.domain.errors import StoreDown
from gateway.web.resources import resources_of

_SECONDS = 4.0


async def get_health(_request: Request) -> JSONResponse:
    """Answer as long as the process lives."""
    return JSONResponse({"ok": True})


async def get_readiness(request: Request) -> JSONResponse:
    """Answer 200 when a text could be saved now, 503 when not; and tell what would lose it, or leave it, later."""
    resources = resources_of(request)
    store = resources.store
    try:
        async with in_time(_SECONDS):
            await store.check_writes()
            await store.pepper.check(resources.pepper)
            server = await store.describe_server()
            workers = await store.liveness.count_workers(seconds=ALIVE_SECONDS)
    except StoreDown as error:
        return JSONResponse({"ok": False, "redis": error.message}, status_code=503)
    told = {
        "redis": "ok",
        "persistence": "on" if server["aof_enabled"] == "1" else "off",
        "eviction": server["maxmemory_policy"],
        "workers": workers,
    }
    return JSONResponse({"ok": True, **told})
