"""`textgate conversations`: who talks to whom."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import PepperSettings
from gateway.adapters.store import Store
from gateway.cli.consent import Texter
from gateway.cli.environment import command_settings, command_store, in_store
from gateway.cli.output import Cursor, Fields, Json, Limit, group, say, show, show_list
from gateway.domain.conversation import Conversation, Overview
from gateway.domain.errors import NotFound
from gateway.domain.trace import format_time
from gateway.flows.consent import Forgotten, forget_texter, read_person
from gateway.flows.histories import Shown, read_history
from gateway.flows.numbers import read_number

app = group("Conversations: who talks to whom.")

Conv = Annotated[str, typer.Argument(metavar="CONV")]
_COLUMNS = ("conversation_id", "agent_id", "number", "texter", "user_ref", "last_at", "message_count")


@app.command("list")
def list_(
    agent: Annotated[str | None, typer.Option(metavar="AGT", help="Only those of one agent.")] = None,
    account: Annotated[str | None, typer.Option(metavar="ACCT", help="Only those of one account.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: Json = False,
) -> None:
    """List conversations, those used last first."""
    if agent and account:
        raise typer.BadParameter("give --agent or --account, not both")
    found, next_cursor = in_store(
        lambda store: store.conversations.read_page(agent or account, limit=limit, cursor=cursor)
    )
    rows = [_describe(each) for each in found]
    shown = rows if as_json else [{name: row[name] for name in _COLUMNS} for row in rows]
    show_list(shown, as_json=as_json, next_cursor=next_cursor)


def _describe(overview: Overview) -> Fields:
    return {**overview.describe(), "account_id": overview.conversation.account_id}


@app.command("show")
def show_(conversation: Conv, as_json: Json = False) -> None:
    """Show a conversation, and what was said in it, oldest first."""
    fields, history = in_store(lambda store: _read(conversation, store))
    if as_json:
        show({**fields, "messages": [shown.describe() for shown in history]}, as_json=True)
        return
    show(fields, as_json=False)
    print()
    for shown in history:
        said = shown.entry.said
        if said.begins_topic:
            print(f"{'':<26}{'':<9}  (a new topic: the agent is not shown what stands above)")
        print(f"{format_time(shown.entry.at)}  {said.role.value:<9}  {said.text}")
        if shown.delivery:
            print(f"{'':<26}{'':<9}  ({shown.delivery.sentence})")


async def _read(conversation_id: str, store: Store) -> tuple[Fields, list[Shown]]:
    overview = await _find(conversation_id, store)
    stopped = await _describe_stops(overview.conversation, store)
    return {**_describe(overview), **stopped}, await read_history(overview, store=store)


async def _find(conversation_id: str, store: Store) -> Overview:
    overview = await store.conversations.find(conversation_id)
    if overview is None:
        raise NotFound(f"There is no conversation {conversation_id}. See: textgate conversations list")
    return overview


async def _describe_stops(talk: Conversation, store: Store) -> Fields:
    """Tell since when its texter meets silence, if they do: blocked by an operator, or stopped as a loop."""
    blocked_at = await store.blocks.find(talk.texter_hash) if talk.texter_hash else None
    paused_at = None
    if talk.number and talk.texter_hash:
        paused_at = await store.rallies.find_pause(talk.number, talk.texter_hash, now=datetime.now(UTC))
    moments = {"blocked_at": blocked_at, "paused_at": paused_at}
    return {name: format_time(at) if at else None for name, at in moments.items()}


@app.command("resume")
def resume(conversation: Conv, as_json: Json = False) -> None:
    """Have a conversation go on that was stopped as a loop; what was texted meanwhile is not answered."""
    show(in_store(lambda store: _resume(conversation, store)), as_json=as_json)


async def _resume(conversation_id: str, store: Store) -> Fields:
    talk = (await _find(conversation_id, store)).conversation
    if talk.number and talk.texter_hash:
        await store.rallies.resume(talk.number, talk.texter_hash)
    return {"conversation_id": conversation_id, "paused_at": None}


@app.command("tail")
def tail() -> None:
    """Print every text and API message as it comes, a line of JSON each, until Ctrl-C."""
    try:
        asyncio.run(_tail())
    except BrokenPipeError:
        # whoever read has seen enough; Python must not stumble over what is left when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _tail() -> None:
    stopping = asyncio.Event()
    # told by an event: redis-py may swallow the cancellation that asyncio makes of Ctrl-C
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stopping.set)
    async with command_store() as store:
        since = await store.arrivals.find_now()
        say("Watching. Ctrl-C ends this.")
        async for arrival in store.arrivals.watch(since, stopping):
            print(json.dumps(asdict(arrival), ensure_ascii=False), flush=True)


@app.command("forget")
def forget(texter: Texter, as_json: Json = False) -> None:
    """Erase what a texter wrote, what they were answered, and their number. An opt-out stays, under a keyed hash."""
    phone, pepper = read_number(texter), command_settings(PepperSettings).pepper_bytes

    async def do(store: Store) -> Forgotten:
        return await forget_texter(await read_person(phone, store=store, pepper=pepper), store=store)

    show({"texter": phone, **asdict(in_store(do))}, as_json=as_json)
    say("Twilio keeps its own log of messages: erase it there, too, if you must.")
