"""Whether the process lives, and whether it can work."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.domain.errors import StoreDown
from gateway.web.resources import resources_of


async def get_health(_request: Request) -> JSONResponse:
    """Answer as long as the process lives."""
    return JSONResponse({"ok": True})


async def get_readiness(request: Request) -> JSONResponse:
    """Answer 200 when a text could be saved now, 503 when not."""
    try:
        await resources_of(request).store.ping()
    except StoreDown as error:
        return JSONResponse({"ok": False, "redis": error.message}, status_code=503)
    return JSONResponse({"ok": True, "redis": "ok"})
