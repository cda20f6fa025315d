"""The door to phonenumbers: what time it probably is where somebody is whose number we know."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from gateway.domain.frame import LocalTime
from gateway.domain.phone import PhoneNumber

_HOMES = frozenset(
    {"Europe/Madrid", "Europe/Lisbon", "America/Santiago", "America/Guayaquil", "Pacific/Auckland"},
)
"""Zones in which more than nine in ten people of their country live, the others on islands."""


def read_local_time(texter: PhoneNumber, now: datetime) -> LocalTime:
    """Read what time it probably is at a number; UTC where its zones differ too much to say, or are unknown.

    A number tells where it was given out: people move and take it along.
    """
    names = _find_zones(texter)
    zones = _find_agreeing(names, now)
    if not zones:
        return LocalTime(at=now.astimezone(UTC), zone=None, is_known=False)
    name = zones[0] if len(zones) == 1 else None
    return LocalTime(at=now.astimezone(ZoneInfo(zones[0])), zone=name, is_known=True)


def _find_zones(texter: PhoneNumber) -> Sequence[str]:
    try:
        found = time_zones_for_number(phonenumbers.parse(texter))
    except phonenumbers.NumberParseException:
        return ()
    return [name for name in found if name in _HOMES] or found


def _find_agreeing(names: Sequence[str], now: datetime) -> Sequence[str]:
    """Find those of several zones that have the same time now, if they are more than half of all."""
    offsets = {name: offset for name in names if (offset := _find_offset(name, now)) is not None}
    for offset, zones in Counter(offsets.values()).most_common(1):
        if zones * 2 > len(names):
            return [name for name in names if offsets.get(name) == offset]
    return ()


def _find_offset(name: str, now: datetime) -> timedelta | None:
    try:
        return now.astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):  # "Etc/Unknown", or a machine without the tables
        return None
