"""`textgate consent`: who may be texted, why, and the proof of it."""

import asyncio
import csv
import io
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from config.settings import PepperSettings
from gateway.adapters.store import Store
from gateway.adapters.store.consents import row_fields
from gateway.cli.environment import command_settings, command_store, in_store
from gateway.cli.output import Fields, Json, group, say, show_list
from gateway.domain.consent import ConsentRow, ConsentState, Scope, Standing
from gateway.domain.errors import InvalidRequest
from gateway.domain.phone import PhoneNumber, find_phone
from gateway.domain.trace import format_time
from gateway.flows.consent import Person, read_person, set_consent, show_history, show_standings
from gateway.flows.numbers import read_number, read_own_number

app = group("Consent: who may be texted, why, and the proof of it.")

Texter = Annotated[str, typer.Argument(metavar="+TEXTER", help="Such as +15550100123.")]
NumberOption = Annotated[str | None, typer.Option("--number", metavar="+E164", help="Only with this number of ours.")]
Note = Annotated[str, typer.Option(help="Who asked for it, and how: it stays in the ledger.")]

_MAX_NOTE = 200
_COLUMNS = ("at", "number", "texter", "state", "source", "message_sid", "wording")
_CSV_COLUMNS = (*_COLUMNS, "version", "account_id", "note")
_FORMULAS = {"=", "+", "-", "@", "\t", "\r"}
_Told = TypeVar("_Told")


@app.command("show")
def show_(texter: Texter, number: NumberOption = None, as_json: Json = False) -> None:
    """Show where a texter stands with each number that they spoke to, or with one, and the row that says so."""
    standings = _ask(texter, number, lambda who, ours, store: show_standings(who, ours, store=store))
    (blocked_at,) = _ask(texter, None, lambda who, _, store: _find_block(who, store))
    rows = [{**_describe_standing(standing, texter), "blocked_at": blocked_at} for standing in standings]
    show_list(rows if as_json else [_shorten(row) for row in rows], as_json=as_json)
    if blocked_at:
        say(f"Blocked since {blocked_at}, whatever the consent. Lift it: textgate unblock {texter}")


async def _find_block(who: Person, store: Store) -> list[str | None]:
    since = await store.blocks.find(who.texter_hash)
    return [format_time(since) if since else None]


@app.command("stop")
def stop(texter: Texter, number: NumberOption = None, note: Note = "", as_json: Json = False) -> None:
    """Note that a texter wants no more texts: from every number, or from one. They get no word of it."""
    _set(texter, number, ConsentState.OUT, note, as_json=as_json)


@app.command("start")
def start(texter: Texter, number: NumberOption = None, note: Note = "", as_json: Json = False) -> None:
    """Note that a texter wants texts again. You must be able to prove it: say how in --note."""
    _set(texter, number, ConsentState.IN, note, as_json=as_json)
    say("If Twilio blocks them, too, only their own START lifts that.")


def _set(texter: str, number: str | None, state: ConsentState, note: str, *, as_json: bool) -> None:
    if len(note) > _MAX_NOTE or not note.isprintable():
        raise InvalidRequest("invalid_note", f"A note is one line of up to {_MAX_NOTE} characters.", field="note")
    now = datetime.now(UTC)
    rows = _ask(texter, number, lambda who, ours, store: set_consent(who, ours, state, note=note, store=store, now=now))
    _show_rows(rows, as_json=as_json)


@app.command("history")
def history(texter: Texter, number: NumberOption = None, as_json: Json = False) -> None:
    """Show every change of a texter's consent, oldest first."""
    rows = _ask(texter, number, lambda who, ours, store: show_history(who, ours, store=store))
    _show_rows(rows, as_json=as_json)


@app.command("export")
def export(number: NumberOption = None, as_json: Json = False) -> None:
    """Write the whole ledger, or that of one number, as CSV; with --json as one JSON array."""
    asyncio.run(_export(_read_number(number), as_json=as_json))


async def _export(number: PhoneNumber | None, *, as_json: bool) -> None:
    """Write row by row: a ledger may be larger than memory."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal speaks: a proof has to come whole
    writer, separator = csv.DictWriter(sys.stdout, _CSV_COLUMNS), "["
    if not as_json:
        writer.writeheader()
    async with command_store() as store:
        async for row in store.consents.read_ledgers(number):
            if as_json:
                sys.stdout.write(separator + json.dumps(row_fields(row), ensure_ascii=False))
                separator = ",\n "
            else:
                writer.writerow({name: _safe(value) for name, value in row_fields(row).items()})
    if as_json:
        print("]" if separator != "[" else "[]")


def _safe(value: object) -> object:
    """Keep a spreadsheet from taking a cell for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""
    is_formula = isinstance(value, str) and value[:1] in _FORMULAS and not find_phone(value)
    return f"'{value}" if is_formula else value


@app.command("scope")
def scope(
    scope: Annotated[Scope | None, typer.Argument(help="How far an opt-out reaches; nothing to be shown.")] = None,
    begins: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The day (UTC) on which it begins.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how far opt-outs reach, or have all that were ever made reach further from a day on."""
    if begins and not scope:
        raise InvalidRequest("no_scope", "Say how far, too: textgate consent scope account --from 2027-01-31")
    if scope:
        chosen, begins_at = scope, begins.replace(tzinfo=UTC) if begins else datetime.now(UTC)
        in_store(lambda store: store.consents.set_scope(chosen, begins_at))
    scopes = in_store(lambda store: store.consents.read_scopes())
    rows = [{"scope": each.value, "from": format_time(begins_at)} for each, begins_at in scopes]
    show_list(rows or [{"scope": Scope.NUMBER.value, "from": None}], as_json=as_json)


def _ask(
    texter: str, number: str | None, deed: Callable[[Person, PhoneNumber | None, Store], Awaitable[list[_Told]]]
) -> list[_Told]:
    """Do something about a texter and, perhaps, one number."""
    ours, pepper = _read_number(number), command_settings(PepperSettings).pepper_bytes

    async def do(store: Store) -> list[_Told]:
        return await deed(await read_person(read_number(texter), store=store, pepper=pepper), ours, store)

    return in_store(do)


def _read_number(number: str | None) -> PhoneNumber | None:
    return read_own_number(number) if number else None


def _show_rows(rows: list[ConsentRow], *, as_json: bool) -> None:
    fields = [row_fields(row) for row in rows]
    show_list(fields if as_json else [_shorten(row) for row in fields], as_json=as_json)


def _describe_standing(standing: Standing, texter: str) -> Fields:
    """Give the row that says so, as of the number asked for; `said_to` is the one whose ledger holds it."""
    row = standing.row
    known: Fields = row_fields(row) if row else dict.fromkeys(_CSV_COLUMNS)
    asked = {"number": standing.number, "texter": texter, "state": standing.state.value}
    return {**known, **asked, "said_to": row.number if row else None}


def _shorten(row: Fields) -> Fields:
    return {name: row[name] for name in _COLUMNS}
