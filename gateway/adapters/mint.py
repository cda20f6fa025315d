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

_THINGS = (
    f"{_ANIMALS} "
    "acorn anchor apple apron arrow autumn banjo basket beach berry bloom boat book bottle bread bridge brook brush "
    "bucket button cabin cake canyon carpet castle cedar chair cherry cliff cloud clover comet copper coral cotton "
    "cup daisy dawn desert drum feather fern field fiddle flute forest fountain garden glacier grape grove guitar "
    "hammer hill honey island jacket jungle kettle kite ladder lake lamp lantern leaf lemon maple marble meadow "
    "melon mirror moon mountain ocean olive orange orchid paddle palm paper peach pebble pencil pepper piano pillow "
    "pine planet plum pocket pond potato prairie pumpkin rainbow ribbon river rocket rose saddle sail silver spoon "
    "spring star stone stream summer sun table teapot thunder tomato tower train tulip tunnel valley velvet violin "
    "wagon walnut water wave willow window winter"
)
"""With the manners: some ten thousand codes of two words."""


def mint(prefix: str) -> str:
    """Make a new id of the kind that `prefix` names: `agt_`, then a version 7 UUID's 32 digits."""
    return f"{prefix}_{uuid7().hex}"


def mint_api_key() -> Secret:
    """Make a new API key: `vck_` and 256 random bits."""
    return Secret(f"vck_{secrets.token_urlsafe(32)}")


def mint_message_sid() -> MessageId:
    """Make a MessageSid as Twilio would, for a pretend text."""
    return MessageId(f"SM{secrets.token_hex(16)}")


def mint_agent_code(words: int) -> str:
    """Make a code of two or more plain words, by which people join an agent of a sandbox."""
    return "-".join([*(secrets.choice(_MANNERS.split()) for _ in range(words - 1)), secrets.choice(_THINGS.split())])


def mint_join_code() -> str:
    """Make a join code that is easy to text and not to be guessed: one of 28 million."""
    return f"{secrets.choice(_MANNERS.split())}-{secrets.choice(_ANIMALS.split())}-{secrets.randbelow(9000) + 1000}"
