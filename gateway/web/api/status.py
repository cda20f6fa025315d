"""GET /v1/status."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.domain.agent import LlmMode
from gateway.web.api.requests import answer, read_api_key


async def get_status(request: Request) -> JSONResponse:
    """Tell a key's owner that the gateway is there and takes the key."""
    await read_api_key(request)
    return answer(request, {"ok": True, "service": "textgate", "version": "v1", "mode": LlmMode.BYOK.value})
