"""What commands print: tables for people, one JSON value for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many to show.")]
Cursor = Annotated[str | None, typer.Option("--cursor", help="Where the last page ended.")]

Fields = Mapping[str, Any]


def group(words: str) -> typer.Typer:
    """Make a group of commands; a group stays one when it has but one command."""
    made = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    made.callback(help=words)(lambda: None)
    return made


def show(fields: Fields, *, as_json: bool) -> None:
    """Print one thing."""
    if as_json:
        print(json.dumps(fields, ensure_ascii=False))
        return
    width = max(len(name) for name in fields)
    for name, value in fields.items():
        print(f"{name.ljust(width)}  {_plain(value)}")


def show_list(rows: Sequence[Fields], *, as_json: bool, next_cursor: str | None = None) -> None:
    """Print many things of one kind."""
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False))
    elif rows:
        _print_table(rows)
    else:
        say("None yet.")
    if next_cursor:
        say(f"There are more: --cursor {next_cursor}")


def say(words: str) -> None:
    """Say something to the person, beside what a program may read."""
    print(words, file=sys.stderr)


def _print_table(rows: Sequence[Fields]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_plain(value) for value in row.values()))
    # a pipe has no width, and a program's line must not be folded
    Console(width=None if sys.stdout.isatty() else 10_000, markup=False, highlight=False).print(table)


def _plain(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
