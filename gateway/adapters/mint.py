"""New identifiers, ordered by the time they were made."""

import secrets

from uuid_utils import uuid7

from gateway.domain.ids import MessageId
from gateway.domain.secret import Secret

_MANNERS = (
    "agile amber brave bright busy calm clever cosy curious daring eager early fair fancy fast fond free fresh gentle "
    "glad golden good grand green happy honest humble jolly keen kind large lively loyal lucky merry mild modest neat "
    "nice noble proud quick quiet rapid ready royal shiny smart"
)
_ANIMALS = (
    "ant badger bat bear beaver bee bison camel cat cobra crab crane crow deer dingo dog dove duck eagle falcon ferret "
    "finch fox frog gecko goat goose hare hawk heron horse ibis koala lark lemur lion llama lynx mole moose mouse newt "
    "otter owl panda puma quail raven robin seal swan tiger toad trout wolf wren"
)


def mint(prefix: str) -> str:
    """Make a new id of the kind that `prefix` names: `agt_`, then a version 7 UUID's 32 digits."""
    return f"{prefix}_{uuid7().hex}"


def mint_api_key() -> Secret:
    """Make a new API key: `vck_` and 256 random bits."""
    return Secret(f"vck_{secrets.token_urlsafe(32)}")


def mint_message_sid() -> MessageId:
    """Make a MessageSid as Twilio would, for a pretend text."""
    return MessageId(f"SM{secrets.token_hex(16)}")


def mint_join_code() -> str:
    """Make a join code that is easy to text and not to be guessed: one of 28 million."""
    return f"{secrets.choice(_MANNERS.split())}-{secrets.choice(_ANIMALS.split())}-{secrets.randbelow(9000) + 1000}"
