"""How values become Redis fields and come back: absent for None, RFC 3339 for a moment."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from gateway.adapters.store.connection import Connection
from gateway.domain.trace import Step, format_time

Fields = dict[str, str]
_Row = TypeVar("_Row")
_PAGE = 500


def only_set(fields: Mapping[str, str | None]) -> Fields:
    """Drop what is None: Redis has no null."""
    return {name: value for name, value in fields.items() if value is not None}


def pairs(flat: Iterable[str]) -> Fields:
    """Make a mapping of the flat list that a script returns for a hash."""
    items = iter(flat)
    return dict(zip(items, items, strict=True))


def step_fields(step: Step) -> dict[str, object]:
    """Write a step as `textgate trace` shows it."""
    return {"at": format_time(step.at), "step": step.name, **step.details}


def moment_of(milliseconds: str | None) -> datetime | None:
    """Read a moment that a script has written by Redis's clock."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None


def dump_step(step: Step) -> str:
    """Write a step as it is stored."""
    return json.dumps(step_fields(step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list: the ids on it, and where the next one starts."""

    ids: tuple[str, ...]
    next_cursor: str | None


async def read_page(redis: Connection, index: str, *, limit: int, cursor: str | None) -> Page:
    """Read a page of an index whose members all have score 0, so that they stand in order of their names."""
    start = f"({cursor}" if cursor else "-"
    found = await redis.zrangebylex(index, start, "+", start=0, num=limit + 1)
    more = len(found) > limit
    return Page(ids=tuple(found[:limit]), next_cursor=found[limit - 1] if more else None)


class ReadPage(Protocol[_Row]):
    """Reads a page of a list, and where the next begins."""

    async def __call__(self, *, limit: int, cursor: str | None) -> tuple[list[_Row], str | None]: ...


async def read_pages(read: ReadPage[_Row]) -> AsyncIterator[_Row]:
    """Read a whole list, page by page."""
    cursor: str | None = None
    while True:
        rows, cursor = await read(limit=_PAGE, cursor=cursor)
        for row in rows:
            yield row
        if cursor is None:
            return
