"""A provider's list of models: the cheapest thing that a key opens, where no model is named to try it on."""

from collections.abc import Iterator
from typing import Any

import httpx

from gateway.domain.check import ModelUnproven
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.model_errors import (
    ModelBusy,
    ModelFailed,
    ModelOverQuota,
    ModelRefused,
    ModelRejectedKey,
)
from gateway.domain.secret import Secret

_ANTHROPIC_VERSION = "2023-06-01"
"""https://docs.anthropic.com/en/api/versioning"""
_KINDS: dict[int, type[ModelFailed]] = {
    httpx.codes.UNAUTHORIZED: ModelRejectedKey,
    httpx.codes.PAYMENT_REQUIRED: ModelOverQuota,
    httpx.codes.TOO_MANY_REQUESTS: ModelBusy,
}
_PUBLIC = (
    "The provider lists its models without a key, too, so that proves nothing. Name a model to have the key tried."
)
_NO_LIST = "What answers at base_url lists no models. Look at base_url, or name a model to have the key tried."


async def list_models(
    route: ModelRoute, secret: Secret, transport: httpx.AsyncBaseTransport, *, seconds: float
) -> frozenset[str]:
    """Have a provider list its models for a key; ModelFailed when it won't, ModelUnproven when it would for anybody."""
    async with httpx.AsyncClient(
        transport=transport, timeout=seconds, follow_redirects=False, trust_env=False
    ) as client:
        names = await _list(client, route, _login(route.provider, secret))
        if route.base_url is not None and await _is_public(client, route):
            raise ModelUnproven(_PUBLIC)
        return names


async def _list(client: httpx.AsyncClient, route: ModelRoute, login: dict[str, str]) -> frozenset[str]:
    try:
        answer = await client.get(_url(route), headers=login)
        listed = answer.json() if answer.is_success else None
    except httpx.HTTPError:
        failure: ModelFailed = ModelBusy()
    except (ValueError, RecursionError):
        failure = ModelUnproven(_NO_LIST)
    else:
        if isinstance(listed, dict | list):
            return frozenset(_names(listed))
        failure = ModelUnproven(_NO_LIST) if answer.is_success else _refusal(answer.status_code)
    # raised out here, where it drags no other error along: those hold the request, and that holds the key
    raise failure


def _names(listed: Any) -> Iterator[str]:
    """Name the models of a list: OpenAI and Anthropic have it below `data`, some have nothing around it."""
    models = listed.get("data") if isinstance(listed, dict) else listed
    for model in models if isinstance(models, list) else ():
        if isinstance(model, dict) and isinstance(model.get("id"), str):
            yield model["id"].removeprefix("models/")  # Google's way to put it


async def _is_public(client: httpx.AsyncClient, route: ModelRoute) -> bool:
    try:
        await _list(client, route, {})
    except ModelFailed:
        return False
    return True


def _refusal(status: int) -> ModelFailed:
    broken = ModelBusy if status >= httpx.codes.INTERNAL_SERVER_ERROR else ModelRefused
    return _KINDS.get(status, broken)(status=status)


def _url(route: ModelRoute) -> str:
    base = route.url.rstrip("/")
    return f"{base.removesuffix('/v1')}/v1/models" if route.provider is Provider.ANTHROPIC else f"{base}/models"


def _login(provider: Provider, secret: Secret) -> dict[str, str]:
    if provider is Provider.ANTHROPIC:
        return {"x-api-key": secret.reveal(), "anthropic-version": _ANTHROPIC_VERSION}
    return {"authorization": f"Bearer {secret.reveal()}"}
