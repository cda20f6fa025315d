"""New identifiers, ordered by the time they were made."""

import secrets

from uuid_utils import uuid7

from gateway.domain.ids import MessageId
from gateway.domain.secret import Secret


def mint(prefix: str) -> str:
    """Make a new id of the kind that `prefix` names: `agt_`, then a version 7 UUID's 32 digits."""
    return f"{prefix}_{uuid7().hex}"


def mint_api_key() -> Secret:
    """Make a new API key: `vck_` and 256 random bits."""
    return Secret(f"vck_{secrets.token_urlsafe(32)}")


def mint_message_sid() -> MessageId:
    """Make a MessageSid as Twilio would, for a pretend text."""
    return MessageId(f"SM{secrets.token_hex(16)}")
