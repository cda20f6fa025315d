"""`textgate byok`: the model key that belongs to an API key."""

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import SealSettings
from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store
from gateway.adapters.store.replies import ReplyListener
from gateway.cli.environment import command_settings, command_store, in_store
from gateway.cli.output import Json, group, say, show
from gateway.domain.check import Verdict
from gateway.domain.credential import Credential, Health, Provider
from gateway.domain.errors import CredentialMissing
from gateway.domain.secret import Secret
from gateway.flows.checks import ask_worker
from gateway.flows.credentials import ByokSettings, keep_tried, seal_credential

app = group("Model keys: what we show to a provider for an account.")

_REFUSED, _UNREACHABLE = 1, 3
_UNTRIED = "It is saved untried: no worker has tried it. Start one: textgate work, then: textgate byok check {key}"
_NOT_OK = "{reason}\nIt is saved all the same. Set another, or try it again: textgate byok check {key}"

Key = Annotated[str, typer.Argument(metavar="KEY", help="An API key's id: key_…")]


@app.command("set")
def set_(
    key: Key,
    provider: Annotated[Provider, typer.Option(help="Who runs the model.")],
    base_url: Annotated[str | None, typer.Option(help="Where, if not at the provider itself.")] = None,
    model: Annotated[str | None, typer.Option(help="The model that agents use unless they name one.")] = None,
    label: Annotated[str | None, typer.Option(help="A word to remember it by.")] = None,
    verify: Annotated[bool, typer.Option(help="Have a worker try it with its provider.")] = True,
    as_json: Json = False,
) -> None:
    """Set the model key of an API key. The secret is read from standard input, or asked for."""
    settings = ByokSettings(provider=provider, base_url=base_url, model=model, label=label)
    credential = asyncio.run(_set(key, _read_secret(), settings, verify=verify))
    show(credential.describe(), as_json=as_json)
    if verify and credential.health is not Health.OK:
        words = _NOT_OK if credential.health_reason else _UNTRIED
        say(words.format(key=key, reason=credential.health_reason))
    say(f'Next: textgate agents create {key} --prompt "You are a helpful assistant. Keep replies concise."')


async def _set(key_id: str, secret: Secret, wishes: ByokSettings, *, verify: bool) -> Credential:
    settings = command_settings(SealSettings)
    async with command_store() as store:
        key = await store.accounts.read_key(key_id)
        credential = await seal_credential(
            key,
            secret,
            wishes,
            sealer=Sealer(settings.seal_keys),
            allowed_private=settings.allowed_private_hosts,
            now=datetime.now(UTC),
        )
        if verify:
            async with _listening(store) as replies:
                return await keep_tried(key, credential, store=store, replies=replies)
        await store.credentials.set(key.id, credential)
        return credential


@asynccontextmanager
async def _listening(store: Store) -> AsyncIterator[ReplyListener]:
    """Hear of what workers answer while the block runs."""
    replies = ReplyListener(store.connection)
    await replies.start()
    try:
        yield replies
    finally:
        await replies.stop()


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


@app.command("check")
def check(key: Key, as_json: Json = False) -> None:
    """Have a worker open the model key and try it with its provider: exit 1 when it is no good, 3 when nobody knows."""
    credential, verdict = in_store(lambda store: _check(key, store))
    code, words = _judge(verdict, key)
    problem = {"error": verdict.failure if verdict else "no_worker", "message": words} if code and as_json else {}
    show({**credential.describe(), **problem}, as_json=as_json)
    say(words)
    if code:
        raise typer.Exit(code)


async def _check(key_id: str, store: Store) -> tuple[Credential, Verdict | None]:
    credential = await _find(key_id, store)
    if credential is None:
        raise CredentialMissing(f"No model key is set. Set one: textgate byok set {key_id} --provider openai")
    async with _listening(store) as replies:
        verdict = await ask_worker(credential.id, store=store, replies=replies)
    # as it is now, unless it has been cleared meanwhile
    return await _find(key_id, store) or credential, verdict


def _judge(verdict: Verdict | None, key: str) -> tuple[int, str]:
    """Tell the exit code of a check, and what to do next."""
    if verdict is None:
        return _UNREACHABLE, "No worker answered. Start one: textgate work"
    if verdict.failure is None:
        return 0, "The provider takes it."
    if not verdict.opened:
        fix = f"Give it the TEXTGATE_OPEN_KEYS that belong to TEXTGATE_SEAL_KEYS, or set the key again: byok set {key}"
        return _REFUSED, f"The worker can't open it. {fix}"
    if verdict.tells_nothing:
        return _UNREACHABLE, f"{verdict.reason} Set it with one: textgate byok set {key} --model MODEL"
    if not verdict.heard:
        return _UNREACHABLE, f"{verdict.reason} Try again: textgate byok check {key}"
    return _REFUSED, f"{verdict.reason} To set another: textgate byok set {key} --provider PROVIDER"


@app.command("clear")
def clear(key: Key, as_json: Json = False) -> None:
    """Erase the model key of an API key; its agents stop answering."""
    in_store(lambda store: _clear(key, store))
    show({"ok": True, "key_id": key}, as_json=as_json)


async def _clear(key_id: str, store: Store) -> None:
    key = await store.accounts.read_key(key_id)
    await store.credentials.clear(key.id)
