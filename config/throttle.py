"""The rates of the throttle, one setting for each kind of number."""

from typing import Any

from pydantic import BaseModel, Field, NonNegativeFloat

from gateway.domain.throttle import USUAL, Rates


def _segments(name: str, what: str) -> Any:
    return Field(
        default=getattr(USUAL, name),
        alias=f"TEXTGATE_LIMIT_SEGMENTS_{name}".upper(),
        description=f"Segments that a {what} sends in a second, over all workers; what is more waits. 0 for no limit.",
    )


class ThrottleSettings(BaseModel):
    """How fast each kind of number sends."""

    segments_long: NonNegativeFloat = _segments("long", "long code")
    segments_toll_free: NonNegativeFloat = _segments("toll_free", "toll-free number")
    segments_short: NonNegativeFloat = _segments("short", "short code")

    @property
    def rates(self) -> Rates:
        """All of them."""
        return Rates(
            long=self.segments_long or None,
            toll_free=self.segments_toll_free or None,
            short=self.segments_short or None,
        )
