"""`textgate dead`: turns that ended in error."""

from dataclasses import asdict
from typing import Annotated

import typer

from gateway.adapters.store import Store
from gateway.adapters.store.dead import DeadTurn
from gateway.cli.environment import in_store
from gateway.cli.output import Fields, Json, Limit, group, show, show_list
from gateway.domain.carrier_errors import explain_code

app = group("Turns that ended in error: look, retry, drop.")

_ALL = 1000


@app.command("list")
def list_(limit: Limit = 100, as_json: Json = False) -> None:
    """List the turns that ended in error, newest first, with the reason."""
    show_list([_describe(turn) for turn in in_store(lambda store: store.dead.read_all(limit=limit))], as_json=as_json)


def _describe(turn: DeadTurn) -> Fields:
    error = explain_code(turn.twilio_code) if turn.twilio_code else None
    words = {"meaning": error.meaning if error else None, "next": error.next_step if error else None}
    return {**asdict(turn), **words}


@app.command("retry")
def retry(
    turn: Annotated[str | None, typer.Argument(metavar="ID")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Retry every dead turn.")] = False,
    as_json: Json = False,
) -> None:
    """Have a turn's texts answered again, as if they had come just now."""
    if (turn is None) == (not everything):
        raise typer.BadParameter("name one turn, or say --all")
    show({"retried": in_store(lambda store: _retry(turn, store))}, as_json=as_json)


async def _retry(turn_id: str | None, store: Store) -> int:
    turn_ids = [turn_id] if turn_id else [turn.turn_id for turn in await store.dead.read_all(limit=_ALL)]
    for each in turn_ids:
        await store.dead.retry(each)
    return len(turn_ids)


@app.command("drop")
def drop(turn: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Take a turn off the list for good; its trace stays."""
    in_store(lambda store: store.dead.drop(turn))
    show({"ok": True, "turn_id": turn}, as_json=as_json)
