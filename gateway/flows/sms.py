"""SMS set-ups: how an agent comes to a number, mode by mode."""

from collections.abc import Sequence
from datetime import datetime

from gateway.adapters.store import Store
from gateway.adapters.store.sms import Reach
from gateway.domain.account import Account
from gateway.domain.agent import Agent
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus, SmsWish
from gateway.flows.own_twilio import NOT_CONNECTED, OwnTwilio, connect_own_twilio, tell_own_twilio
from gateway.flows.pool import enter_pool, tell_waiting
from gateway.flows.sandbox import open_sandbox, tell_sandbox


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
    (shown,) = await show_every_sms([agent], store=store)
    if shown.mode is SmsMode.MANAGED and shown.number is None:
        await store.pool.serve(agent.id, now=now)
        (shown,) = await show_every_sms([agent], store=store)
    return shown


async def show_every_sms(agents: Sequence[Agent], *, store: Store) -> list[SmsSetup]:
    """Show the same of many agents as it is, in a few round trips, however many they are."""
    reaches = await store.sms.read_reaches([agent.id for agent in agents])
    modes = {reach.setup.mode for reach in reaches}
    sandbox = await store.numbers.find_sandbox() if SmsMode.SANDBOX in modes else None
    owners = {agent.account_id for agent in agents} if SmsMode.MANAGED in modes else set()
    accounts = {owner: await store.accounts.read(owner) for owner in owners}
    return [
        _tell(agent, reach, sandbox, accounts.get(agent.account_id))
        for agent, reach in zip(agents, reaches, strict=True)
    ]


def _tell(agent: Agent, reach: Reach, sandbox: PhoneNumber | None, account: Account | None) -> SmsSetup:
    kept, number = reach.setup, reach.number
    if kept.mode is SmsMode.BYO_TWILIO and (number is None or reach.login):
        return tell_own_twilio(agent, kept, reach.login)
    shown = kept
    if kept.mode is SmsMode.SANDBOX:
        shown = tell_sandbox(kept, sandbox)
    elif kept.mode is SmsMode.MANAGED and account:
        shown = tell_waiting(account)
    if number is None or shown.status is SmsStatus.ACTIVE:
        return shown
    return SmsSetup(mode=kept.mode, status=SmsStatus.ACTIVE, join_code=kept.join_code, number=number)
