"""`textgate accounts` and `textgate keys`: customers, and what their programs show to us."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.cli.environment import command_store, in_store
from gateway.cli.output import Json, group, say, show
from gateway.domain.account import Account, Plan
from gateway.domain.trace import format_time
from gateway.flows.accounts import IssuedKey, create_account, issue_key, speak_for

accounts = group("Customers: who owns agents, numbers and keys.")
keys = group("API keys: what an account's programs show to us.")


@accounts.command("create")
def create(name: str, as_json: Json = False) -> None:
    """Create an account."""
    account = asyncio.run(_create(name))
    fields = {
        "account_id": account.id,
        "name": account.name,
        "created_at": format_time(account.created_at),
    }
    show(fields, as_json=as_json)
    say(f"Next: textgate keys issue {account.id}")


async def _create(name: str) -> Account:
    async with command_store() as store:
        return await create_account(name, store=store, now=datetime.now(UTC))


@accounts.command("set")
def set_(
    account: Annotated[str, typer.Argument(metavar="ACCT")],
    brand: Annotated[str | None, typer.Option(help="Who texts from its numbers; empty for TEXTGATE_BRAND.")] = None,
    help_contact: Annotated[str | None, typer.Option(help="Whom a texter can reach, as HELP says it.")] = None,
    as_json: Json = False,
) -> None:
    """Set who texts from an account's numbers; a number may have its own."""
    spoken = in_store(lambda store: speak_for(account, brand=brand, help_contact=help_contact, store=store))
    fields = {
        "account_id": spoken.id,
        "name": spoken.name,
        "brand": spoken.brand,
        "help_contact": spoken.help_contact,
    }
    show(fields, as_json=as_json)


@keys.command("issue")
def issue(
    account: Annotated[str, typer.Argument(metavar="ACCT")],
    label: Annotated[str, typer.Option(help="A word to remember it by.")] = "",
    plan: Annotated[Plan, typer.Option(help="How much the key may do.")] = Plan.FREE,
    as_json: Json = False,
) -> None:
    """Issue an API key to an account. The key is shown this once."""
    issued = asyncio.run(_issue(account, label, plan))
    fields = {
        "key_id": issued.key.id,
        "api_key": issued.secret.reveal(),
        "plan": issued.key.plan.value,
        "account_id": issued.key.account_id,
        "label": issued.key.label,
    }
    show(fields, as_json=as_json)
    say(
        "Only its hash is kept: note api_key down now.\n"
        f"Next: textgate byok set {issued.key.id} --provider openai --model MODEL"
    )


async def _issue(account: str, label: str, plan: Plan) -> IssuedKey:
    async with command_store() as store:
        return await issue_key(account, label=label, plan=plan, store=store, now=datetime.now(UTC))
