"""Accounts, and the API keys that their programs show to us."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.domain.ids import AccountId, CredentialId, KeyId
from gateway.domain.secret import Secret
from gateway.domain.spend import OwnCaps

SEATS = 50
"""How many conversations of one account are at work at once: what a hanging provider can keep busy at most."""


class Plan(StrEnum):
    """What an API key may do, and how much of it."""

    FREE = "free"
    PRO = "pro"
    MAX = "max"
    BYOK = "byok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The customer who owns agents, numbers and keys."""

    id: AccountId
    name: str
    brand: str | None = None
    """Who texts from its numbers, instead of what the settings say."""
    help_contact: str | None = None
    spend: OwnCaps = field(default_factory=OwnCaps)
    """What it may spend, instead of what the settings say; 0 for no cap."""
    created_at: datetime
    closed_at: datetime | None = None
    """When it was closed, for good."""

    @property
    def profile_gaps(self) -> tuple[str, ...]:
        """What its compliance profile lacks: the answer to HELP is made of who texts and whom to reach."""
        profile = {"brand": self.brand, "help_contact": self.help_contact}
        return tuple(name for name, line in profile.items() if not line)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of an API key: never the key itself."""

    id: KeyId
    account_id: AccountId
    plan: Plan
    label: str
    last4: str
    credential_id: CredentialId | None
    """The BYOK record that belongs to this key."""
    created_at: datetime
    revoked_at: datetime | None = None
    """When its API access ended; its agents answer on."""


def hash_api_key(key: Secret) -> str:
    """Return the hash that an API key is looked up by; the key is 256 random bits, so a fast hash will do."""
    return hashlib.sha256(key.reveal().encode()).hexdigest()
