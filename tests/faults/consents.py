"""When each texter was out, as seen from outside: between a STOP's 200 and the START after it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import FENCE_SECONDS, POST_SECONDS
from tests.faults.texting import Text
from tests.journeys.stand_ins import Fields

_LAST = datetime.max.replace(tzinfo=UTC)
_UNDER_WAY = timedelta(seconds=FENCE_SECONDS + POST_SECONDS)
"""How long a part that was fenced before a STOP may still come."""


class Consents:
    """Who was out when."""

    def __init__(self) -> None:
        self._out: dict[PhoneNumber, list[tuple[datetime, datetime]]] = defaultdict(list)

    def is_out(self, phone: PhoneNumber) -> bool:
        """Tell whether a texter is out now."""
        return bool(self._out[phone]) and self._out[phone][-1][1] == _LAST

    def has_stopped(self, phone: PhoneNumber) -> bool:
        """Tell whether a texter has ever said STOP."""
        return bool(self._out[phone])

    def note_stop(self, stop: Text) -> None:
        """From its 200 on nothing more may be fenced."""
        if not self.is_out(stop.texter):
            self._out[stop.texter].append((stop.taken_at, _LAST))

    def note_start(self, start: Text) -> None:
        """It may have counted from the moment it was posted."""
        if self.is_out(start.texter):
            self._out[start.texter][-1] = (self._out[start.texter][-1][0], start.sent_at)

    def fenced_while_out(self, fences: Iterable[tuple[PhoneNumber, datetime]]) -> list[tuple[PhoneNumber, datetime]]:
        """Find the fences that a texter got who was out."""
        return [(phone, at) for phone, at in fences if any(begin < at < end for begin, end in self._out.get(phone, []))]

    def sent_while_out(self, messages: Iterable[Fields]) -> list[str]:
        """Find what Twilio took for a texter who was out, later than any fence from before could explain."""
        return [message["body"] for message in messages if self._came_too_late(message)]

    def _came_too_late(self, message: Fields) -> bool:
        at = datetime.fromisoformat(message["created_at"])
        return any(begin + _UNDER_WAY < at < end for begin, end in self._out.get(message["to"], []))
