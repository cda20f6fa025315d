"""Caps in Redis: turns are taken from them where they are opened, and given back where they are closed unpaid."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.adapters.store import keys
from gateway.adapters.store.records import Fields
from gateway.domain.limits import NEAR, TurnCaps, Usage

_MARGIN = timedelta(days=1)
"""How long a count outlives its period: turns that were opened in it may still be given back."""


def describe_caps(caps: TurnCaps) -> str:
    """Describe caps as caps.lua takes them."""
    margin_ms = int(_MARGIN.total_seconds() * 1000)
    return json.dumps({"prefix": keys.TAKEN_PREFIX, "most": caps.describe(), "near": NEAR, "margin_ms": margin_ms})


def usage_of(turn: Fields) -> tuple[Usage, ...]:
    """Make of a turn's fields which caps were nearly used up when it was opened, or the one that was."""
    return read_usage(json.loads(turn.get("usage", "[]")))


def dump_usage(usage: tuple[Usage, ...]) -> list[dict[str, object]]:
    """Write usage as it stands on a turn, and in the reply to an API message."""
    return [
        {"cap": each.cap, "used": each.used, "most": each.most, "ends": int(each.begins_anew.timestamp() * 1000)}
        for each in usage
    ]


def read_usage(found: Sequence[Mapping[str, Any]]) -> tuple[Usage, ...]:
    """Read what `dump_usage` wrote."""
    read = [
        Usage(
            cap=each["cap"],
            used=int(each["used"]),
            most=int(each["most"]),
            begins_anew=datetime.fromtimestamp(each["ends"] / 1000, UTC),
        )
        for each in found
    ]
    return tuple(sorted(read, key=lambda usage: usage.cap))
