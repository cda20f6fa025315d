"""The pool: numbers of the operator's that managed agents get, one each."""

from gateway.adapters.store import Store
from gateway.domain.agent import Agent
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus

EMPTY_POOL = "The operator has no free number at the moment. The agent gets the next one by itself: look again later."


async def enter_pool(agent: Agent, *, store: Store) -> None:
    """Have an agent get the next free number."""
    await store.sms.set(agent.id, SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.PENDING))


async def show_managed(agent: Agent, *, store: Store) -> SmsSetup:
    """Show what keeps an agent from getting a number."""
    _ = agent, store
    return SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.PENDING, reason=EMPTY_POOL)
