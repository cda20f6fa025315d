"""SMS set-ups: how an agent comes to a number, mode by mode."""

from datetime import datetime

from gateway.adapters.store import Store
from gateway.domain.agent import Agent
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus, SmsWish
from gateway.flows.own_twilio import NOT_CONNECTED, OwnTwilio, connect_own_twilio, show_own_twilio
from gateway.flows.pool import enter_pool, show_managed
from gateway.flows.sandbox import open_sandbox, show_sandbox


async def choose_sms(agent: Agent, mode: SmsMode, *, store: Store, now: datetime) -> SmsSetup:
    """Have an agent come to a number by that way; the same again changes nothing. What it had by another way ends."""
    kept = await store.sms.find(agent.id)
    if kept.mode is not mode:
        await _enter(agent, mode, store)
        await store.pool.serve(None, now=now)  # it may have had a number of the pool
    return await show_sms(agent, store=store, now=now)


async def _enter(agent: Agent, mode: SmsMode, store: Store) -> None:
    match mode:
        case SmsMode.SANDBOX:
            await open_sandbox(agent, store=store)
        case SmsMode.MANAGED:
            await enter_pool(agent, store=store)
        case SmsMode.BYO_TWILIO:
            reason = NOT_CONNECTED.format(agent_id=agent.id)
            await store.sms.set(agent, SmsSetup(mode=mode, status=SmsStatus.NEEDS_SETUP, reason=reason))
        case SmsMode.NONE:
            await store.sms.set(agent, SmsSetup())


async def connect_sms(agent: Agent, wish: SmsWish, *, store: Store, own: OwnTwilio, now: datetime) -> SmsSetup:
    """Do what a developer asks for with all that comes with it."""
    if wish.mode is SmsMode.BYO_TWILIO:
        setup = await connect_own_twilio(agent, wish, store=store, own=own, now=now)
        await store.pool.serve(None, now=now)  # it may have had a number of the pool
        return setup
    return await choose_sms(agent, wish.mode, store=store, now=now)


async def show_sms(agent: Agent, *, store: Store, now: datetime) -> SmsSetup:
    """Show by which way an agent comes to a number, and how far that has come; a managed one may get it this moment."""
    kept = await store.sms.find(agent.id)
    number = await store.numbers.find_of_agent(agent.id)
    if kept.mode is SmsMode.BYO_TWILIO and (not number or await store.numbers.find_login_of_agent(agent.id)):
        return await show_own_twilio(agent, kept, store=store)
    if kept.mode is SmsMode.SANDBOX:
        shown = await show_sandbox(kept, store=store)
    elif kept.mode is SmsMode.MANAGED and number is None:
        shown = await show_managed(agent, store=store, now=now)
    else:
        shown = kept
    if number is None or shown.status is SmsStatus.ACTIVE:
        return shown
    return SmsSetup(mode=kept.mode, status=SmsStatus.ACTIVE, join_code=kept.join_code, number=number)
