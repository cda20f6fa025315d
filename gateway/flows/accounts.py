"""Accounts and API keys: made by operators, shown by programs."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.adapters.mint import mint, mint_api_key
from gateway.adapters.store import Store
from gateway.domain.account import Account, ApiKey, Plan, hash_api_key
from gateway.domain.compliance import change_line
from gateway.domain.errors import InvalidRequest, Unauthenticated
from gateway.domain.ids import AccountId, KeyId
from gateway.domain.secret import Secret

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


async def speak_for(account_id: str, *, brand: str | None, help_contact: str | None, store: Store) -> Account:
    """Set who texts from an account's numbers; None leaves it, an empty line is the settings' again.

    NotFound where there is no such account, InvalidRequest for a line that is none.
    """
    account = await store.accounts.read(account_id)
    spoken = replace(
        account,
        brand=change_line(brand, account.brand),
        help_contact=change_line(help_contact, account.help_contact),
    )
    await store.accounts.save(spoken)
    return spoken


async def issue_key(account_id: str, *, label: str, plan: Plan, store: Store, now: datetime) -> IssuedKey:
    """Issue an API key to an account; NotFound where there is no such account."""
    account = await store.accounts.read(account_id)
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
