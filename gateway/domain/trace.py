"""Traces: the dated steps of one text or API request, without its words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.domain.ids import TraceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened, and when."""

    at: datetime
    name: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The journey of one text or API request, with the steps of the turn that answered it."""

    id: TraceId
    message_sid: str | None
    conversation_id: str | None
    turn_id: str | None
    outcome: str
    steps: tuple[Step, ...]


def format_time(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with milliseconds: `2026-11-23T10:15:30.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Read what `format_time` wrote."""
    return datetime.fromisoformat(text)
