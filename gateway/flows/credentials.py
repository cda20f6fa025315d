"""BYOK records: set, shown and cleared by the API key that they belong to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gateway.adapters.key_ring import Sealer
from gateway.adapters.mint import mint
from gateway.adapters.resolver import resolve
from gateway.adapters.store import Store
from gateway.adapters.store.replies import ReplyListener
from gateway.domain.account import ApiKey
from gateway.domain.agent import Agent
from gateway.domain.credential import (
    DEFAULT_BASE_URL,
    Credential,
    Health,
    Provider,
    SealedPlace,
    check_model,
    fingerprint,
)
from gateway.domain.endpoint import Endpoint, all_public, parse_base_url
from gateway.domain.errors import CredentialSealed, InvalidRequest, StoreDown
from gateway.domain.ids import CredentialId
from gateway.domain.secret import Secret
from gateway.flows.checks import ask_worker

_RINGS_DIFFER = (
    "The workers can't open what is sealed here, so the key was not taken; the one set before stays. "
    "The operator must give them the TEXTGATE_OPEN_KEYS that belong to TEXTGATE_SEAL_KEYS: textgate doctor"
)
MAX_API_KEY = 600
MAX_MODEL = 200
MAX_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ByokSettings:
    """What a developer says about a model key, besides the key."""

    provider: Provider
    base_url: str | None
    model: str | None
    label: str | None


async def set_credential(
    key: ApiKey,
    secret: Secret,
    settings: ByokSettings,
    *,
    store: Store,
    sealer: Sealer,
    allowed_private: Collection[str],
    now: datetime,
) -> Credential:
    """Seal a model key and keep it, untried, as the BYOK record of an API key; InvalidRequest for what can't be one."""
    credential = await seal_credential(key, secret, settings, sealer=sealer, allowed_private=allowed_private, now=now)
    await store.credentials.set(key.id, credential)
    return credential


async def keep_tried(key: ApiKey, credential: Credential, *, store: Store, replies: ReplyListener) -> Credential:
    """Have a worker try a sealed model key, keep it as the BYOK record of an API key, and return it as it is then.

    Kept untried when no worker says anything in time. CredentialSealed, and the record before stays, when the worker
    can't open it.
    """
    order = await store.credentials.propose(key.id, credential)
    verdict = await ask_worker(credential.id, store=store, replies=replies)
    if verdict and not verdict.opened:
        await store.credentials.erase(credential.id)
        raise CredentialSealed(_RINGS_DIFFER)
    kept = await store.credentials.keep(key.id, credential.id, order)
    if kept is None:
        raise StoreDown  # it took so long that the record has been forgotten: nothing was changed
    return kept


async def seal_credential(
    owner: ApiKey | Agent,
    secret: Secret,
    settings: ByokSettings,
    *,
    sealer: Sealer,
    allowed_private: Collection[str],
    now: datetime,
) -> Credential:
    """Seal a model key for an API key or an agent, to be kept; InvalidRequest for what can't be one."""
    _check_secret(secret)
    if settings.model is not None:
        check_model(settings.provider, settings.model, code="invalid_model", field="model")
    endpoint = await _check_endpoint(settings, allowed_private)
    record_id = CredentialId(mint("cred"))
    place = SealedPlace(
        account_id=owner.account_id,
        record_id=record_id,
        provider=settings.provider,
        origin=endpoint.origin,
    )
    return Credential(
        id=record_id,
        account_id=owner.account_id,
        provider=settings.provider,
        base_url=settings.base_url,
        origin=endpoint.origin,
        model=settings.model,
        label=settings.label,
        fingerprint=fingerprint(secret),
        sealed=sealer.seal(secret, place),
        health=Health.UNVERIFIED,
        updated_at=now,
    )


def _check_secret(secret: Secret) -> None:
    value = secret.reveal()
    # it travels in an HTTP header, where a space or a line break would end it or worse
    if not 0 < len(value) <= MAX_API_KEY or not (value.isascii() and value.isprintable()) or " " in value:
        raise InvalidRequest(
            "missing_api_key",
            f"Give api_key: the provider's key, 1 to {MAX_API_KEY} characters without spaces.",
            field="api_key",
        )


async def _check_endpoint(settings: ByokSettings, allowed_private: Collection[str]) -> Endpoint:
    url = DEFAULT_BASE_URL.get(settings.provider) if settings.base_url is None else settings.base_url
    if url is None:
        raise InvalidRequest(
            "invalid_base_url", "openai_compat needs a base_url: where the model is served.", field="base_url"
        )
    endpoint = parse_base_url(url, allowed_private=allowed_private)
    # a name that can't be resolved just now is taken; the worker asks again before each connection
    if settings.base_url and endpoint.place not in allowed_private:
        addresses = await resolve(endpoint.host, endpoint.port)
        if not all_public(addresses):
            raise InvalidRequest("invalid_base_url", "base_url leads to a private address.", field="base_url")
    return endpoint
