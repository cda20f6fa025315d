"""The throttle: how many segments a second a number of each kind may send, whichever worker sends them.

Carriers take no more; what is beyond waits at Twilio, in a queue that a STOP does not reach. So it waits here.
https://help.twilio.com/articles/115002943027
"""

from dataclasses import dataclass

from gateway.domain.number import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Segments a second, by the kind of number; None is no throttle."""

    long: float | None = None
    toll_free: float | None = None
    short: float | None = None

    def describe(self) -> dict[str, float]:
        """Tell how many milliseconds a segment takes, of each kind that has a rate."""
        rates = {Kind.LONG: self.long, Kind.TOLL_FREE: self.toll_free, Kind.SHORT: self.short}
        return {kind.value: 1000 / rate for kind, rate in rates.items() if rate}


UNLIMITED = Rates()
USUAL = Rates(long=1, toll_free=3, short=100)
"""What US carriers take."""
