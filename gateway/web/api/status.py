"""GET /v1/status."""

from starlette.responses import JSONResponse

from gateway.domain.agent import LlmMode
from gateway.web.api.requests import Call


async def get_status(call: Call) -> JSONResponse:
    """Tell a key's owner that the gateway is there and takes the key."""
    return call.answer({"ok": True, "service": "textgate", "version": "v1", "mode": LlmMode.BYOK.value})
