"""The sandbox: a number of the operator's that many agents share."""

from dataclasses import replace

from gateway.adapters.mint import mint_agent_code
from gateway.adapters.store import Store
from gateway.domain.agent import Agent
from gateway.domain.errors import StoreDown
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus

NO_SANDBOX = "The operator has no sandbox number yet. Ask for one: textgate numbers add +E164 --sandbox"
_TRIES = 20
_SHORT_TRIES = 10
"""How many codes of two words are tried; where so many are taken, one of three is found at once."""


async def open_sandbox(agent: Agent, *, store: Store) -> None:
    """Give an agent a code of its own, by which people join it on a number that it shares with others."""
    for turn in range(_TRIES):
        code = mint_agent_code(words=2 if turn < _SHORT_TRIES else 3)
        setup = SmsSetup(mode=SmsMode.SANDBOX, status=SmsStatus.ACTIVE, join_code=code)
        if await store.sms.set(agent, setup):
            return
    raise StoreDown


def tell_sandbox(kept: SmsSetup, number: PhoneNumber | None) -> SmsSetup:
    """Tell the number on which people join an agent, if there is one, and the code that they text."""
    if number is None:
        return replace(kept, status=SmsStatus.PENDING, reason=NO_SANDBOX)
    return replace(kept, number=number)
