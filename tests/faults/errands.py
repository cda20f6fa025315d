"""What a test asks of the mother of workers: one worker, its settings, its orders, and a place for its files."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tests.faults.hooks import Deed, Moment, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One worker to be born."""

    name: str
    directory: Path
    environment: dict[str, str]
    orders: tuple[Order, ...] = ()
    ward_orders: tuple[Order, ...] = ()
    """What is to happen in its quarantine."""
    is_hasty: bool = False
    """It waits for next to nothing where others wait long: for turns in flight when it is told to stop, and for
    Twilio to show its list."""

    def write(self) -> bytes:
        """Write it as a line."""
        return json.dumps(asdict(self), default=str).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Read it from a line."""
        fields = json.loads(line)
        orders = {name: _read_orders(fields[name]) for name in ("orders", "ward_orders")}
        return cls(**{**fields, "directory": Path(fields["directory"]), **orders})

    def file(self, kind: str) -> Path:
        """Where its log, its notes or a word about it are."""
        return self.directory / f"{self.name}.{kind}"

    def note(self, kind: str, words: str) -> None:
        """Leave a word for the test, whole or not at all."""
        unfinished = self.file(f"{kind}-unfinished")
        unfinished.write_text(words)
        unfinished.rename(self.file(kind))


def _read_orders(written: list[dict[str, Any]]) -> tuple[Order, ...]:
    return tuple(
        Order(**{**order, "moment": Moment(order["moment"]), "deed": Deed(order["deed"])}) for order in written
    )
