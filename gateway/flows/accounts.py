"""Accounts and API keys: made by operators, shown by programs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from gateway.adapters.mint import mint, mint_api_key
from gateway.adapters.store import Store
from gateway.adapters.store.records import read_pages
from gateway.domain.account import Account, ApiKey, Plan, hash_api_key
from gateway.domain.compliance import change_line
from gateway.domain.errors import Conflict, InvalidRequest, Unauthenticated
from gateway.domain.ids import AccountId, KeyId
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.sms import SmsSetup
from gateway.flows.pool import serve_account

_MAX_NAME = 120
_MAX_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new API key: the only moment at which the key itself is known."""

    key: ApiKey
    secret: Secret


async def create_account(name: str, *, store: Store, now: datetime) -> Account:
    """Create an account; InvalidRequest for a name that is none."""
    name = name.strip()
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise InvalidRequest("invalid_name", f"Give the account a name of 1 to {_MAX_NAME} characters.", field="name")
    account = Account(id=AccountId(mint("acct")), name=name, created_at=now)
    await store.accounts.save(account)
    return account


async def speak_for(
    account_id: str, *, brand: str | None, help_contact: str | None, store: Store, now: datetime
) -> Account:
    """Set who texts from an account's numbers; None leaves it, an empty line is the settings' again.

    Its agents that waited for no more than that get their numbers, if there are any.
    NotFound where there is no such account, InvalidRequest for a line that is none.
    """
    account = await _read_open(account_id, store)
    spoken = replace(
        account,
        brand=change_line(brand, account.brand),
        help_contact=change_line(help_contact, account.help_contact),
    )
    await store.accounts.save(spoken)
    await serve_account(spoken.id, store=store, now=now)
    return spoken


async def cap_account(account_id: str, changes: Mapping[str, int | None], *, store: Store) -> Account:
    """Set what an account may spend, `day_cents` or `month_cents`: 0 lifts the cap, None is the settings' again.

    NotFound where there is no such account.
    """
    account = await _read_open(account_id, store)
    capped = replace(account, spend=replace(account.spend, **changes))
    await store.accounts.save(capped)
    return capped


async def issue_key(account_id: str, *, label: str, plan: Plan, store: Store, now: datetime) -> IssuedKey:
    """Issue an API key to an account; NotFound where there is no such account."""
    account = await _read_open(account_id, store)
    if len(label) > _MAX_LABEL:
        raise InvalidRequest("invalid_label", f"A label has {_MAX_LABEL} characters at the most.", field="label")
    secret = mint_api_key()
    key = ApiKey(
        id=KeyId(mint("key")),
        account_id=account.id,
        plan=plan,
        label=label,
        last4=secret.reveal()[-4:],
        credential_id=None,
        created_at=now,
    )
    await store.accounts.save_key(key, hash_api_key(secret))
    return IssuedKey(key=key, secret=secret)


async def authenticate(shown: Secret, *, store: Store) -> ApiKey:
    """Find out whose API key this is; Unauthenticated, in the same words, whatever is wrong with it."""
    key = await store.accounts.find_key(hash_api_key(shown))
    if key is None:
        raise Unauthenticated
    return key


async def rotate_key(key_id: str, *, store: Store) -> IssuedKey:
    """Give an API key another secret, at once; its agents and its model key stay. Conflict when it is revoked."""
    key = await store.accounts.read_key(key_id)
    secret = mint_api_key()
    last4 = secret.reveal()[-4:]
    await store.accounts.rotate_key(key.id, hash_api_key(secret), last4=last4)
    return IssuedKey(key=replace(key, last4=last4), secret=secret)


async def revoke_key(key_id: str, *, store: Store, now: datetime) -> ApiKey:
    """End the API access of a key; its agents answer on. Conflict when it was revoked before."""
    key = await store.accounts.read_key(key_id)
    await store.accounts.revoke_key(key.id, at=now)
    return replace(key, revoked_at=now)


async def close_account(account_id: str, *, store: Store, now: datetime) -> Account:
    """Close an account: its keys are revoked, its model keys erased, its numbers released; consent stays.

    Numbers of the pool go back to it; people whom its agents talked with in a sandbox are free to join others.
    """
    account = await store.accounts.read(account_id)
    for key in await _read_keys(account.id, store):
        await store.credentials.clear(key.id)
        if key.revoked_at is None:
            await store.accounts.revoke_key(key.id, at=now)
    closed = replace(account, closed_at=account.closed_at or now)
    await store.accounts.save(closed)  # from now on none of its agents gets a number
    async for agent in read_pages(partial(store.agents.read_all, account.id)):
        await store.sms.set(agent, SmsSetup())
        if agent.llm.credential_id:
            await store.credentials.erase(agent.llm.credential_id)
    for number in await _read_numbers(account.id, store):
        await store.numbers.release(number)
    await store.pool.serve(None, now=now)
    return closed


async def _read_open(account_id: str, store: Store) -> Account:
    account = await store.accounts.read(account_id)
    if account.closed_at is not None:
        raise Conflict("account_closed", f"The account {account.id} is closed. Make another: textgate accounts create")
    return account


async def _read_keys(account_id: AccountId, store: Store) -> list[ApiKey]:
    return [key async for key in read_pages(partial(store.accounts.read_keys, account_id))]


async def _read_numbers(account_id: AccountId, store: Store) -> list[PhoneNumber]:
    return [each.number async for each in read_pages(store.numbers.read_all) if each.account_id == account_id]
