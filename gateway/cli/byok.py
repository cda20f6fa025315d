"""`textgate byok`: the model key that belongs to an API key."""

import asyncio
import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import SealSettings
from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store
from gateway.cli.environment import command_settings, command_store, in_store
from gateway.cli.output import Json, group, say, show
from gateway.domain.credential import Credential, Provider
from gateway.domain.secret import Secret
from gateway.flows.credentials import ByokSettings, set_credential

app = group("Model keys: what we show to a provider for an account.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="An API key's id: key_…")]


@app.command("set")
def set_(
    key: Key,
    provider: Annotated[Provider, typer.Option(help="Who runs the model.")],
    base_url: Annotated[str | None, typer.Option(help="Where, if not at the provider itself.")] = None,
    model: Annotated[str | None, typer.Option(help="The model that agents use unless they name one.")] = None,
    label: Annotated[str | None, typer.Option(help="A word to remember it by.")] = None,
    as_json: Json = False,
) -> None:
    """Set the model key of an API key. The secret is read from standard input, or asked for."""
    settings = ByokSettings(provider=provider, base_url=base_url, model=model, label=label)
    credential = asyncio.run(_set(key, _read_secret(), settings))
    show(credential.describe(), as_json=as_json)
    say(f'Next: textgate agents create {key} --prompt "You are a helpful assistant. Keep replies concise."')


async def _set(key_id: str, secret: Secret, wishes: ByokSettings) -> Credential:

    settings = command_settings(SealSettings)
    async with command_store() as store:
        return await set_credential(
            await store.accounts.read_key(key_id),
            secret,
            wishes,
            store=store,
            sealer=Sealer(settings.seal_keys),
            allowed_private=settings.allowed_private_hosts,
            now=datetime.now(UTC),
        )


def _read_secret() -> Secret:
    # never an argument: those are seen by everyone on the machine
    if sys.stdin.isatty():
        return Secret(getpass.getpass("The provider's key (not shown): ").strip())
    return Secret(sys.stdin.read().strip())


@app.command("show")
def show_(key: Key, as_json: Json = False) -> None:
    """Show what is known about the model key of an API key: everything but the key."""
    credential = in_store(lambda store: _find(key, store))
    if credential or as_json:
        show(credential.describe() if credential else {"byok": None}, as_json=as_json)
    else:
        say(f"No model key is set. Set one: textgate byok set {key} --provider openai --model MODEL")


async def _find(key_id: str, store: Store) -> Credential | None:
    key = await store.accounts.read_key(key_id)
    return await store.credentials.find(key.id)


@app.command("clear")
def clear(key: Key, as_json: Json = False) -> None:
    """Erase the model key of an API key; its agents stop answering."""
    in_store(lambda store: _clear(key, store))
    show({"ok": True, "key_id": key}, as_json=as_json)


async def _clear(key_id: str, store: Store) -> None:
    key = await store.accounts.read_key(key_id)
    await store.credentials.clear(key.id)
