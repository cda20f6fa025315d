"""The identifiers of everything that has one: a prefix that names the kind, and 32 hexadecimal digits."""

import hashlib
import hmac
import re
from typing import NewType

AccountId = NewType("AccountId", str)
KeyId = NewType("KeyId", str)
CredentialId = NewType("CredentialId", str)
CheckId = NewType("CheckId", str)
AgentId = NewType("AgentId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
"""Twilio's `SM…` or `MM…` for a text, our own `msg_…` for an API message."""
TurnId = NewType("TurnId", str)
TraceId = NewType("TraceId", str)
TexterHash = NewType("TexterHash", str)
"""A texter's number as a keyed hash: what consent is kept under, so that it outlives the number's erasure."""

_OURS = re.compile(r"^[a-z]{3,5}_[0-9a-f]{32}$")
_TWILIO_MESSAGE = re.compile(r"^(SM|MM)[0-9a-f]{32}$")
_TWILIO_ACCOUNT = re.compile(r"^AC[0-9a-f]{32}$")


def is_id(value: str, prefix: str) -> bool:
    """Tell whether `value` has the shape of an id of the kind that `prefix` names."""
    return value.startswith(f"{prefix}_") and _OURS.fullmatch(value) is not None


def is_message_sid(value: str) -> bool:
    """Tell whether `value` has the shape of Twilio's MessageSid."""
    return _TWILIO_MESSAGE.fullmatch(value) is not None


def is_account_sid(value: str) -> bool:
    """Tell whether `value` has the shape of Twilio's AccountSid."""
    return _TWILIO_ACCOUNT.fullmatch(value) is not None


def derive_conversation_id(pepper: bytes, *parts: str) -> ConversationId:
    """Name the conversation of `parts` (account, number, texter): always the same, and telling nothing."""
    # a keyed hash, so that two web processes name a new conversation alike without asking each other
    return ConversationId(f"conv_{_keyed_hash(pepper, 'conversation', *parts)}")


def hash_texter(pepper: bytes, texter: str) -> TexterHash:
    """Hash a texter's number: always the same, and nobody without the pepper gets from one to the other."""
    return TexterHash(_keyed_hash(pepper, "texter", texter))


def _keyed_hash(pepper: bytes, *parts: str) -> str:
    return hmac.digest(pepper, "\x1f".join(parts).encode(), hashlib.sha256)[:16].hex()
