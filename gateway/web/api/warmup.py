"""POST /v1/warmup: find out before the first text whether an agent could answer."""

from typing import Literal, assert_never

from starlette.responses import JSONResponse

from gateway.domain.errors import Conflict, CredentialMissing, NotReady
from gateway.flows.checks import warm_up_byok
from gateway.web.api.requests import Body, Call, read_json

Mode = Literal["hosted", "byok"]
_NO_HOSTED = "This gateway has no models of its own. Bring a key: mode byok, after PUT /v1/byok."


class PostWarmup(Body):
    """The body of POST /v1/warmup, which may be left out."""

    mode: Mode | None = None


CODES = {"mode": ("invalid_mode", "invalid_mode")}


async def post_warmup(call: Call) -> JSONResponse:
    """Have what an agent answers with be tried now."""
    body = read_json(call, PostWarmup, CODES) if call.body.strip() else PostWarmup()
    mode: Mode = body.mode or "byok"
    match mode:
        case "byok":
            await _warm_up_byok(call)
        case "hosted":
            raise NotReady("hosted_not_available", _NO_HOSTED)
        case _:
            assert_never(mode)
    return call.answer({"ok": True, "warmed": True, "mode": mode})


async def _warm_up_byok(call: Call) -> None:
    resources = call.resources
    credential = await resources.store.credentials.find(call.key.id)
    if credential is None:
        raise Conflict(CredentialMissing.code, CredentialMissing().message)
    await call.take(resources.quotas.of_warm_up(call.key.id, "byok"))
    await warm_up_byok(credential, store=resources.store, replies=resources.replies)
