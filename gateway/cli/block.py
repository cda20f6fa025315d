"""`textgate block` and `textgate unblock`: texters whom nobody answers."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from config.settings import PepperSettings
from gateway.adapters.store import Store
from gateway.cli.consent import Texter
from gateway.cli.environment import command_settings, in_store
from gateway.cli.output import Json, show
from gateway.domain.trace import format_time
from gateway.flows.consent import Person, read_person
from gateway.flows.numbers import read_number


def block(texter: Texter, as_json: Json = False) -> None:
    """Meet a texter with silence on every number, from now on. STOP, HELP and START are heeded all the same."""
    _change(texter, lambda who, store: store.blocks.add(who.texter_hash, now=datetime.now(UTC)), as_json=as_json)


def unblock(texter: Texter, as_json: Json = False) -> None:
    """Have a texter answered again; what they texted meanwhile is not."""
    _change(texter, lambda who, store: store.blocks.remove(who.texter_hash), as_json=as_json)


def _change(texter: str, deed: Callable[[Person, Store], Awaitable[object]], *, as_json: bool) -> None:
    phone, pepper = read_number(texter), command_settings(PepperSettings).pepper_bytes

    async def do(store: Store) -> datetime | None:
        person = await read_person(phone, store=store, pepper=pepper)
        await deed(person, store)
        return await store.blocks.find(person.texter_hash)

    since = in_store(do)
    show({"texter": phone, "blocked_at": format_time(since) if since else None}, as_json=as_json)
