"""Fates: what becomes of a text that Twilio has taken, as tests and developers script it."""

from dataclasses import dataclass
from typing import Any, Final

from gateway.dev.twilio.errors import UNDELIVERED

QUEUED: Final = ("accepted", "queued")
"""Where a text is before it has left Twilio."""
_WAYS: Final = {
    "delivered": ("queued", "sent", "delivered"),
    "read": ("queued", "sent", "delivered", "read"),
    "undelivered": ("queued", "sent", "undelivered"),
    "failed": ("queued", "failed"),
    "sent": ("queued", "sent"),
}
_LOST: Final = ("undelivered", "failed")
EXPIRED: Final = 30036


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a text ends, and whether it stays in Twilio's queue until it is let go or has expired."""

    status: str = "delivered"
    error_code: int | None = None
    is_held: bool = False

    @classmethod
    def read(cls, step: Any) -> "Fate":
        """Read one step of a script: a status, with a code where it is lost, a code alone, or a hold."""
        if type(step) is int:
            return cls.read({"status": "undelivered", "code": step})
        if not isinstance(step, dict) or set(step) - {"status", "code", "hold"}:
            raise ValueError
        status, code = step.get("status", "delivered"), step.get("code")
        is_lost = status in _LOST
        if status not in _WAYS or is_lost != (type(code) is int) or (is_lost and code not in UNDELIVERED):
            raise ValueError
        return cls(status=status, error_code=code, is_held=step.get("hold") is True)

    def way_from(self, status: str) -> tuple[str, ...]:
        """Name the statuses that are still to come for a text that has come so far."""
        way = _WAYS[self.status]
        return way[way.index(status) + 1 :] if status in way else way
