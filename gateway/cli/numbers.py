"""`textgate numbers`: which agent answers on which number."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.cli.environment import command_store
from gateway.cli.output import Cursor, Json, Limit, group, say, show, show_list
from gateway.domain.binding import Binding
from gateway.domain.trace import format_time
from gateway.flows.numbers import bind_number, read_number

app = group("Numbers: which agent answers on which.")

Number = Annotated[str, typer.Argument(metavar="+E164", help="Such as +15550100123.")]


@app.command("bind")
def bind(number: Number, agent: Annotated[str, typer.Argument(metavar="AGT")], as_json: Json = False) -> None:
    """Have an agent answer on a number. A number bound for another account is refused."""
    binding = asyncio.run(_bind(number, agent))
    show(_describe(binding), as_json=as_json)
    say(
        "The gateway answers STOP, HELP and START on it: switch Twilio's own opt-out handling off for this number,\n"
        "and have Twilio POST its messages to …/webhooks/twilio/sms under your public URL.\n"
        f'Next: textgate text +15555550100 {binding.number} "Hello"'
    )


async def _bind(number: str, agent: str) -> Binding:
    async with command_store() as store:
        return await bind_number(read_number(number), agent, store=store, now=datetime.now(UTC))


@app.command("release")
def release(number: Number, as_json: Json = False) -> None:
    """Unbind a number; texts to it are met with silence, and what waits is not answered any more."""
    binding = asyncio.run(_release(number))
    show({**_describe(binding), "agent_id": None, "released": True}, as_json=as_json)


async def _release(number: str) -> Binding:
    async with command_store() as store:
        return await store.numbers.release(read_number(number))


@app.command("list")
def list_(limit: Limit = 100, cursor: Cursor = None, as_json: Json = False) -> None:
    """List all bound numbers."""
    bindings, next_cursor = asyncio.run(_read_all(limit, cursor))
    show_list([_describe(binding) for binding in bindings], as_json=as_json, next_cursor=next_cursor)


async def _read_all(limit: int, cursor: str | None) -> tuple[list[Binding], str | None]:
    async with command_store() as store:
        return await store.numbers.read_all(limit=limit, cursor=cursor)


def _describe(binding: Binding) -> dict[str, object]:
    return {
        "number": binding.number,
        "agent_id": binding.agent_id,
        "account_id": binding.account_id,
        "keywords": binding.keywords.value,
        "bound_at": format_time(binding.bound_at),
    }
