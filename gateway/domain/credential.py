"""BYOK: what an account shows to its model provider, and how it is kept."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.endpoint import read_origin
from gateway.domain.errors import CredentialSealed, InvalidRequest
from gateway.domain.ids import AccountId, CredentialId, TurnId
from gateway.domain.secret import Secret
from gateway.domain.trace import format_time


class Provider(StrEnum):
    """Who runs the model; `openai_compat` is anyone who speaks OpenAI's chat completions."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    OPENAI_COMPAT = "openai_compat"


DEFAULT_BASE_URL = {
    Provider.OPENAI: "https://api.openai.com/v1",
    Provider.ANTHROPIC: "https://api.anthropic.com",
}


class Health(StrEnum):
    """What we know of a key: nothing yet, that it works, or that its provider rejects it."""

    UNVERIFIED = "unverified"
    OK = "ok"
    REJECTED = "rejected"


UNKNOWN_KEY = "The provider answered 401: it does not know this key."
"""Why a key is rejected: nothing else makes it so."""
REJECTED_REST = timedelta(minutes=5)
"""How long a rejected key is left alone before the next text tries it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One BYOK record: a sealed key and the words about it."""

    id: CredentialId
    account_id: AccountId
    provider: Provider
    base_url: str | None
    origin: str
    model: str | None
    label: str | None
    fingerprint: str
    sealed: str
    health: Health
    updated_at: datetime
    checked_at: datetime | None = None
    """When its provider last answered, as far as it was noted."""
    retried_at: datetime | None = None
    """When a text last tried it although it was rejected."""
    retried_by: TurnId | None = None
    """The turn that was let try it then."""
    health_reason: str | None = None
    """Why it is not `ok`, in words for its owner; None where it was not tried."""

    @property
    def place(self) -> "SealedPlace":
        """Where the sealed key belongs, and nowhere else."""
        return SealedPlace(account_id=self.account_id, record_id=self.id, provider=self.provider, origin=self.origin)

    def rests(self, now: datetime) -> bool:
        """Tell whether a rejected key must not be tried again yet: its provider would only count it against us."""
        if self.health is not Health.REJECTED:
            return False
        return _is_recent(self.checked_at, now) or _is_recent(self.retried_at, now)

    def is_news(self, health: Health, now: datetime) -> bool:
        """Tell whether it is worth a note that its provider has answered so, when it does at each turn."""
        return self.health is not health or not _is_recent(self.checked_at, now)

    def route_to(self, model: str | None) -> "ModelRoute":
        """Name the way to a model of its provider's; without one, to the provider alone.

        CredentialSealed when it leads elsewhere than the key was sealed for: then the record was tampered with.
        """
        wire = wire_model(self.provider, model) if model else ""
        route = ModelRoute(provider=self.provider, model=wire, base_url=self.base_url)
        if read_origin(route.url) != self.origin:
            raise CredentialSealed
        return route

    def describe(self) -> dict[str, object]:
        """Tell what its owner may read: everything but the key."""
        return {
            "provider": self.provider.value,
            "base_url": self.base_url,
            "model": self.model,
            "label": self.label,
            "fingerprint": self.fingerprint,
            **self.describe_health(),
            "updated_at": format_time(self.updated_at),
        }

    def describe_health(self) -> dict[str, object]:
        """Tell what its provider thinks of the key."""
        checked_at = format_time(self.checked_at) if self.checked_at else None
        told = {"health": self.health.value, "health_reason": self.health_reason, "checked_at": checked_at}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPlace:
    """The place a sealed key is bound to: moved to another account, record, provider or origin, it stays shut."""

    account_id: AccountId
    record_id: CredentialId
    provider: Provider
    origin: str

    def info(self, kid: str) -> bytes:
        """Spell the place out as HPKE's `info` (RFC 9180 §5.1), unambiguously."""
        fields = [
            "textgate credential 1",
            kid,
            self.account_id,
            self.record_id,
            self.provider.value,
            self.origin,
        ]
        return json.dumps(fields).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRoute:
    """Where a prompt goes: a provider, its model by the name it has there, and a base URL of the account's."""

    provider: Provider
    model: str
    """Empty where none is named: then nothing but the key can be tried."""
    base_url: str | None

    @property
    def url(self) -> str:
        """The base URL that is called."""
        return self.base_url or DEFAULT_BASE_URL[self.provider]


def _is_recent(moment: datetime | None, now: datetime) -> bool:
    # a moment of the future is one from before a clock was set back, and tells nothing
    return moment is not None and timedelta(0) <= now - moment < REJECTED_REST


def fingerprint(key: Secret) -> str:
    """Return the first 12 hexadecimal digits of a key's SHA-256: enough to recognise it, too little to use."""
    return hashlib.sha256(key.reveal().encode()).hexdigest()[:12]


def wire_model(provider: Provider, model: str) -> str:
    """Return the model's name as its provider knows it, without our route prefix.

    `openai/gpt-4o` is `gpt-4o` to OpenAI, but stays as it is for an OpenAI-compatible gateway (that is how
    OpenRouter and Cloudflare name it) unless another `/` follows: `openai/amazon/nova-lite`.
    """
    if provider is Provider.OPENAI_COMPAT:
        rest = model.removeprefix("openai/")
        return rest if "/" in rest else model
    return model.removeprefix(f"{provider.value}/")


def check_model(provider: Provider, model: str, *, code: str, field: str) -> None:
    """Refuse a model's name of which nothing would reach the provider: InvalidRequest with `code`."""
    if not wire_model(provider, model).strip() or not model.isprintable():
        raise InvalidRequest(code, f"{field}: name a model as its provider does.", field=field)
