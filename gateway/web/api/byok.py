"""/v1/byok: the model key that belongs to an API key. What goes in is never given back."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse

from gateway.domain.credential import Provider
from gateway.domain.endpoint import MAX_BASE_URL
from gateway.domain.secret import Secret
from gateway.flows.credentials import MAX_LABEL, MAX_MODEL, ByokSettings, keep_tried, seal_credential
from gateway.web.api.requests import Body, Call, read_json, read_switches


class PutByok(Body):
    """The body of PUT /v1/byok."""

    provider: Annotated[Provider, Field(strict=False)]
    api_key: str
    base_url: Annotated[str | None, Field(max_length=MAX_BASE_URL)] = None
    model: Annotated[str | None, Field(min_length=1, max_length=MAX_MODEL)] = None
    label: Annotated[str | None, Field(max_length=MAX_LABEL)] = None


CODES = {
    "provider": ("invalid_provider", "invalid_provider"),
    "api_key": ("missing_api_key", "missing_api_key"),
    "base_url": ("invalid_base_url", "invalid_base_url"),
    "model": ("invalid_model", "invalid_model"),
    "label": ("invalid_label", "invalid_label"),
}


async def get_byok(call: Call) -> JSONResponse:
    """Show what is known about the model key: everything but the key."""
    credential = await call.resources.store.credentials.find(call.key.id)
    return call.answer({"ok": True, "byok": credential.describe() if credential else None})


async def put_byok(call: Call) -> JSONResponse:
    """Set the model key, once a worker has tried it with its provider, unless the caller says not to."""
    verify = read_switches(call, verify=True)["verify"]
    body = read_json(call, PutByok, CODES)
    resources = call.resources
    credential = await seal_credential(
        call.key,
        Secret(body.api_key.strip()),
        ByokSettings(provider=body.provider, base_url=body.base_url, model=body.model, label=body.label),
        sealer=resources.sealer,
        allowed_private=resources.allowed_private_hosts,
        now=datetime.now(UTC),
    )
    await call.take(resources.quotas.of_new_byok(call.key.id))
    if verify:
        credential = await keep_tried(call.key, credential, store=resources.store, replies=resources.replies)
    else:
        await resources.store.credentials.set(call.key.id, credential)
    return call.answer({"ok": True, "byok": credential.describe()})


async def delete_byok(call: Call) -> JSONResponse:
    """Clear the model key; the same again does no harm."""
    await call.resources.store.credentials.clear(call.key.id)
    return call.answer({"ok": True})
