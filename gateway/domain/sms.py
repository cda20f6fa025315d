"""SMS set-ups: by which way an agent comes to a phone number, and how far it has come."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.number import Keywords
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret


class SmsMode(StrEnum):
    """How an agent comes to a number."""

    NONE = "none"
    """Only if the operator binds one to it."""
    SANDBOX = "sandbox"
    """It shares a number of the operator's; people join it with its code."""
    MANAGED = "managed"
    """It gets the next free number of the operator's pool."""
    BYO_TWILIO = "byo_twilio"
    """Its account brings a number of its own, and the Twilio account that owns it."""


class SmsStatus(StrEnum):
    """How far an agent's SMS has come."""

    DISABLED = "disabled"
    NEEDS_COMPLIANCE = "needs_compliance"
    """Its account has no compliance profile yet."""
    PENDING = "pending"
    """The operator has no number for it yet."""
    NEEDS_SETUP = "needs_setup"
    """Its developer has something to do."""
    ACTIVE = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsWish:
    """What a developer asks for: a mode, and what comes with it."""

    mode: SmsMode
    account_sid: str | None = None
    auth_token: Secret | None = None
    phone_number: str | None = None
    keywords: Keywords | None = None
    """Who answers STOP, HELP and START on a number that is brought; None leaves it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSetup:
    """By which way an agent comes to a number, and how far it has come."""

    mode: SmsMode = SmsMode.NONE
    status: SmsStatus = SmsStatus.DISABLED
    reason: str | None = None
    """Why it is not active, and what to do about it."""
    join_code: str | None = None
    number: PhoneNumber | None = None

    def describe(self) -> dict[str, str]:
        """Tell what the agent's owner may read."""
        told = {"phone_number": self.number, "join_code": self.join_code, "reason": self.reason}
        return {
            "mode": self.mode.value,
            "status": self.status.value,
            **{name: value for name, value in told.items() if value is not None},
        }
