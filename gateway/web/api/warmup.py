"""POST /v1/warmup: find out before the first text whether an agent could answer."""

from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse

from gateway.domain.errors import Conflict, CredentialMissing
from gateway.domain.llm import Llm, LlmMode, Tier
from gateway.flows.checks import warm_up_byok, warm_up_hosted
from gateway.web.api.requests import Body, Call, read_json


class PostWarmup(Body):
    """The body of POST /v1/warmup, which may be left out."""

    mode: Annotated[LlmMode | None, Field(strict=False)] = None


CODES = {"mode": ("invalid_mode", "invalid_mode")}


async def post_warmup(call: Call) -> JSONResponse:
    """Have what an agent answers with be tried now."""
    body = read_json(call, PostWarmup, CODES) if call.body.strip() else PostWarmup()
    mode = body.mode or call.resources.offer.default_mode
    await (_warm_up_hosted(call) if mode is LlmMode.HOSTED else _warm_up_byok(call))
    return call.answer({"ok": True, "warmed": True, "mode": mode})


async def _warm_up_hosted(call: Call) -> None:
    resources = call.resources
    resources.offer.check(Llm(mode=LlmMode.HOSTED, tier=Tier.FAST))
    await call.take(resources.quotas.of_warm_up(call.key.id, LlmMode.HOSTED))
    await warm_up_hosted(Tier.FAST, store=resources.store, replies=resources.replies)


async def _warm_up_byok(call: Call) -> None:
    resources = call.resources
    credential = await resources.store.credentials.find(call.key.id)
    if credential is None:
        raise Conflict(CredentialMissing.code, CredentialMissing().message)
    await call.take(resources.quotas.of_warm_up(call.key.id, LlmMode.BYOK))
    await warm_up_byok(credential, store=resources.store, replies=resources.replies)
