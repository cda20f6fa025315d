"""`textgate accounts` and `textgate keys`: customers, and what their programs show to us."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.adapters.store import Store
from gateway.cli.environment import in_store
from gateway.cli.output import Cursor, Fields, Json, Limit, group, say, show, show_list
from gateway.domain.account import Account, ApiKey, Plan
from gateway.domain.compliance import Voice, help_text
from gateway.domain.spend import MOST_CENTS
from gateway.domain.trace import format_time
from gateway.flows.accounts import (
    IssuedKey,
    cap_account,
    close_account,
    create_account,
    issue_key,
    revoke_key,
    rotate_key,
    speak_for,
)

accounts = group("Customers: who owns agents, numbers and keys.")
keys = group("API keys: what an account's programs show to us.")

AccountName = Annotated[str, typer.Argument(metavar="ACCT")]
_AS_SET = "default"
SpendOption = Annotated[
    str | None,
    typer.Option(metavar="CENTS", help=f"What it may spend; 0 for no cap, `{_AS_SET}` for that of the settings."),
]
KeyName = Annotated[str, typer.Argument(metavar="KEY", help="An API key's id: key_…")]


@accounts.command("create")
def create(name: str, as_json: Json = False) -> None:
    """Create an account."""
    account = in_store(lambda store: create_account(name, store=store, now=datetime.now(UTC)))
    show(_describe(account), as_json=as_json)
    say(f"Next: textgate keys issue {account.id}")


@accounts.command("list")
def list_(limit: Limit = 100, cursor: Cursor = None, as_json: Json = False) -> None:
    """List all accounts, oldest first."""
    found, next_cursor = in_store(lambda store: store.accounts.read_all(limit=limit, cursor=cursor))
    show_list([_describe(account) for account in found], as_json=as_json, next_cursor=next_cursor)


@accounts.command("show")
def show_(account: AccountName, as_json: Json = False) -> None:
    """Show one account."""
    show(_describe(in_store(lambda store: store.accounts.read(account))), as_json=as_json)


@accounts.command("set")
def set_(
    account: AccountName,
    brand: Annotated[str | None, typer.Option(help="Who texts from its numbers; empty for TEXTGATE_BRAND.")] = None,
    help_contact: Annotated[str | None, typer.Option(help="Whom a texter can reach, as HELP says it.")] = None,
    spend_day: SpendOption = None,
    spend_month: SpendOption = None,
    as_json: Json = False,
) -> None:
    """Set who texts from an account's numbers, its compliance profile, and what it may spend."""
    wishes = {"day_cents": spend_day, "month_cents": spend_month}
    caps = {name: _read_cap(wish) for name, wish in wishes.items() if wish is not None}
    spoken = in_store(lambda store: _set(account, brand, help_contact, caps, store))
    show(_describe(spoken), as_json=as_json)
    if spoken.profile_gaps:
        say(f"Before its agents get a number of the pool, set: {', '.join(spoken.profile_gaps)}")


async def _set(
    account: str, brand: str | None, help_contact: str | None, caps: Mapping[str, int | None], store: Store
) -> Account:
    if caps:
        await cap_account(account, caps, store=store)
    return await speak_for(account, brand=brand, help_contact=help_contact, store=store, now=datetime.now(UTC))


def _read_cap(wish: str) -> int | None:
    if wish == _AS_SET:
        return None
    if not wish.isdecimal() or int(wish) > MOST_CENTS:
        raise typer.BadParameter(f"{wish} is no whole number of cents; give 0 for no cap, {_AS_SET} for the settings'")
    return int(wish)


@accounts.command("close")
def close(account: AccountName, as_json: Json = False) -> None:
    """Close an account for good: revoke its keys, erase its model keys, release its numbers. Consent is kept."""
    closed = in_store(lambda store: close_account(account, store=store, now=datetime.now(UTC)))
    show(_describe(closed), as_json=as_json)


def _describe(account: Account) -> Fields:
    return {
        "account_id": account.id,
        "name": account.name,
        "brand": account.brand,
        "help_contact": account.help_contact,
        "spend": asdict(account.spend),
        "help_text": None if account.profile_gaps else _help_text(account),
        "created_at": format_time(account.created_at),
        "closed_at": format_time(account.closed_at) if account.closed_at else None,
    }


def _help_text(account: Account) -> str:
    """Word the answer to HELP on the account's numbers: its compliance profile, as texters read it."""
    return help_text(Voice(brand=account.brand or "", help_contact=account.help_contact))


@keys.command("issue")
def issue(
    account: AccountName,
    label: Annotated[str, typer.Option(help="A word to remember it by.")] = "",
    plan: Annotated[Plan, typer.Option(help="How much the key may do.")] = Plan.FREE,
    as_json: Json = False,
) -> None:
    """Issue an API key to an account. The key is shown this once."""
    issued = in_store(lambda store: issue_key(account, label=label, plan=plan, store=store, now=datetime.now(UTC)))
    _show_secret(issued, as_json=as_json)
    say(f"Next: textgate byok set {issued.key.id} --provider openai --model MODEL")


@keys.command("list")
def list_keys(
    account: Annotated[str | None, typer.Option(metavar="ACCT", help="Only those of one account.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: Json = False,
) -> None:
    """List all API keys, oldest first."""
    found, next_cursor = in_store(lambda store: store.accounts.read_keys(account, limit=limit, cursor=cursor))
    show_list([_describe_key(key) for key in found], as_json=as_json, next_cursor=next_cursor)


@keys.command("rotate")
def rotate(key: KeyName, as_json: Json = False) -> None:
    """Give an API key another secret, at once; its agents and its model key stay. The secret is shown this once."""
    _show_secret(in_store(lambda store: rotate_key(key, store=store)), as_json=as_json)


@keys.command("revoke")
def revoke(key: KeyName, as_json: Json = False) -> None:
    """End the API access of a key, at once. Its agents go on answering texts."""
    revoked = in_store(lambda store: revoke_key(key, store=store, now=datetime.now(UTC)))
    show(_describe_key(revoked), as_json=as_json)
    say(f"Its agents answer on, until you say: textgate byok clear {revoked.id}, or numbers release")


def _show_secret(issued: IssuedKey, *, as_json: bool) -> None:
    fields = {
        "key_id": issued.key.id,
        "api_key": issued.secret.reveal(),
        "plan": issued.key.plan.value,
        "account_id": issued.key.account_id,
        "label": issued.key.label,
    }
    show(fields, as_json=as_json)
    say("Only its hash is kept: note api_key down now.")


def _describe_key(key: ApiKey) -> Fields:
    return {
        "key_id": key.id,
        "account_id": key.account_id,
        "plan": key.plan.value,
        "label": key.label,
        "last4": key.last4,
        "created_at": format_time(key.created_at),
        "revoked_at": format_time(key.revoked_at) if key.revoked_at else None,
    }
