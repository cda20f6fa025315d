"""Spend: the sum of what turns cost, by day and agent; and the caps on it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from gateway.domain.cost import CENT, to_cents

MOST_CENTS = 1_000_000_000
"""What a cap may be at the most."""
FIRST_GUESS = CENT
"""What a model's answer is taken to cost at the least before it is there; a cent pays for most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What turns came to, and what they cost."""

    turns: int = 0
    """Those that ended, but for those that a cap refused."""
    texts: int = 0
    """What they answered."""
    parts_sent: int = 0
    parts_failed: int = 0
    segments: int = 0
    segment_microcents: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    model_microcents: int = 0
    operator_microcents: int = 0
    """What of both is on the operator's bill: the operator's Twilio account, and hosted models."""
    unpriced_turns: int = 0
    """Turns of whose model it is not known what it cost: no price, tokens that were estimated, or no reply."""
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def total_microcents(self) -> int:
        """What it all cost, whoever pays for it."""
        return self.segment_microcents + self.model_microcents

    def __add__(self, other: "Spend") -> "Spend":
        """Add up what two spent."""
        names = self.outcomes | other.outcomes
        outcomes = {name: self.outcomes.get(name, 0) + other.outcomes.get(name, 0) for name in sorted(names)}
        return Spend(**{name: getattr(self, name) + getattr(other, name) for name in COUNTS}, outcomes=outcomes)

    def describe(self) -> dict[str, Any]:
        """Tell it to whoever pays, in cents."""
        return {
            "turns": self.turns,
            "segments": self.segments,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "segment_cents": show_cents(self.segment_microcents),
            "model_cents": show_cents(self.model_microcents),
            "paid_by": {
                "account": show_cents(self.total_microcents - self.operator_microcents),
                "operator": show_cents(self.operator_microcents),
            },
            "total_cents": show_cents(self.total_microcents),
            "unpriced_turns": self.unpriced_turns,
        }


COUNTS = tuple(each.name for each in fields(Spend) if each.name != "outcomes")


def show_cents(microcents: int) -> float | int:
    """Show an amount as JSON has it: the shortest number of cents that says it all."""
    whole, rest = divmod(microcents, CENT)
    return float(to_cents(microcents)) if rest else whole


def sum_up(spent: Iterable[Spend]) -> Spend:
    """Add up what many spent."""
    total = Spend()
    for each in spent:
        total += each
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRow:
    """What was spent on a day, or by an agent, or both."""

    day: date | None = None
    agent_id: str | None = None
    spend: Spend

    def describe(self) -> dict[str, Any]:
        """Tell it to whoever pays."""
        named = {"day": self.day and self.day.isoformat(), "agent_id": self.agent_id}
        return {**{name: value for name, value in named.items() if value}, **self.spend.describe()}


class SpendBy(StrEnum):
    """What a row of spend is about."""

    DAY = "day"
    AGENT = "agent"
    AGENT_DAY = "agent_day"
    """Each agent's days."""


_PLACE: dict[SpendBy, Callable[[SpendRow], tuple[date | None, str | None]]] = {
    SpendBy.DAY: lambda row: (row.day, None),
    SpendBy.AGENT: lambda row: (None, row.agent_id),
    SpendBy.AGENT_DAY: lambda row: (row.day, row.agent_id),
}


def gather(rows: Iterable[SpendRow], by: SpendBy) -> list[SpendRow]:
    """Add up the rows of each day, or each agent, in order."""
    found: dict[tuple[date | None, str | None], Spend] = {}
    for row in rows:
        place = _PLACE[by](row)
        found[place] = found.get(place, Spend()) + row.spend
    ordered = sorted(found, key=lambda place: (str(place[0] or ""), place[1] or ""))
    return [SpendRow(day=day, agent_id=agent_id, spend=found[day, agent_id]) for day, agent_id in ordered]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendCaps:
    """What an agent, and an account, may spend in a day and a month of the UTC calendar, in microcents.

    None is no cap. Everything that is shown as spend counts, whoever pays for it.
    """

    agent_spend_day: int | None = None
    agent_spend_month: int | None = None
    account_spend_day: int | None = None
    account_spend_month: int | None = None

    def describe(self) -> dict[str, int]:
        """Name the caps that there are."""
        return {name: most for name, most in asdict(self).items() if most is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCaps:
    """Caps of one agent's, or one account's, own, in whole cents; None where it has none."""

    day_cents: int | None = None
    month_cents: int | None = None
