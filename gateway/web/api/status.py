"""GET /v1/status."""

from starlette.responses import JSONResponse

from gateway.web.api.requests import Call


async def get_status(call: Call) -> JSONResponse:
    """Tell a key's owner that the gateway is there and takes the key; `mode` is what a new agent gets."""
    mode = call.resources.offer.default_mode.value
    return call.answer({"ok": True, "service": "textgate", "version": "v1", "mode": mode})
