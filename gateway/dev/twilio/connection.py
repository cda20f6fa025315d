"""Twilio's connection overrides: the #fragment of a webhook URL.

See docs/usage/webhooks/webhooks-connection-overrides.
"""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qs, urldefrag

_POLICIES: Final = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How patiently one URL is called; the fragment itself is never sent and never signed."""

    url: str
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0

    @classmethod
    def of(cls, address: str) -> Self:
        """Read the overrides from an address; what is out of range keeps Twilio's default."""
        url, fragment = urldefrag(address)
        given = {name: values[0] for name, values in parse_qs(fragment).items()}
        policies = frozenset(given.get("rp", "ct").split(",")) & _POLICIES
        return cls(
            url=url,
            retries=_number(given.get("rc"), 0, 5, 1),
            retry_on=policies or frozenset({"ct"}),
            connect_seconds=_number(given.get("ct"), 100, 10_000, 5_000) / 1000,
            read_seconds=_number(given.get("rt"), 100, 15_000, 15_000) / 1000,
            total_seconds=_number(given.get("tt"), 100, 15_000, 15_000) / 1000,
        )

    def retries_after(self, failure: str) -> bool:
        """Tell whether a failure of this kind (4xx, 5xx, ct, rt) is worth another attempt."""
        return failure in self.retry_on or "all" in self.retry_on


def _number(text: str | None, least: int, most: int, usual: int) -> int:
    if text is None or not text.isascii() or not text.isdigit():
        return usual
    return int(text) if least <= int(text) <= most else usual
