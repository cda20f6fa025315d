"""How long what is known is kept."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The operator's say on how long to keep what."""

    texts: timedelta
    """What was texted and answered, and who with whom."""
    traces: timedelta
    receipts: timedelta
    consent: timedelta
    """The ledger of a texter and a number, counted from their last message."""
