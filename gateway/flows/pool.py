"""The pool: numbers of the operator's that managed agents get, one each."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from gateway.adapters.store import Store
from gateway.adapters.store.records import read_pages
from gateway.domain.account import Account
from gateway.domain.agent import Agent
from gateway.domain.ids import AccountId
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus

EMPTY_POOL = "The operator has no free number at the moment. The agent gets one as soon as there is: look again later."


async def enter_pool(agent: Agent, *, store: Store) -> None:
    """Have an agent get the next free number."""
    await store.sms.set(agent, SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.PENDING))


def tell_waiting(account: Account) -> SmsSetup:
    """Tell what keeps a managed agent of an account from having a number."""
    if account.profile_gaps:
        reason = _ask_for(account.profile_gaps, account)
        return SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.NEEDS_COMPLIANCE, reason=reason)
    return SmsSetup(mode=SmsMode.MANAGED, status=SmsStatus.PENDING, reason=EMPTY_POOL)


async def serve_account(account_id: AccountId, *, store: Store, now: datetime) -> None:
    """Have the managed agents of an account wait for a number, oldest first, now that its profile may be complete."""
    async for agent in read_pages(partial(store.agents.read_all, account_id)):
        await store.pool.serve(agent.id, now=now)


def _ask_for(gaps: Sequence[str], account: Account) -> str:
    options = {"brand": "--brand BRAND", "help_contact": "--help-contact CONTACT"}
    return (
        f"Your account's compliance profile lacks {' and '.join(gaps)}: HELP has to tell texters who texts and whom "
        f"to reach. Ask the operator: textgate accounts set {account.id} {' '.join(options[gap] for gap in gaps)}"
    )
