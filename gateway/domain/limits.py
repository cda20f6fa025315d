"""Limits: how often, how late and how much a texter is answered, and what that may cost."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.cost import format_cents
from gateway.domain.spend import FIRST_GUESS, SpendCaps
from gateway.domain.trace import format_time

NEAR = 0.8
"""From this share of a cap on, who uses it up is warned."""
_WHOSE = {"agent": "the agent", "texter": "this user", "account": "the account"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCaps:
    """How many turns an agent, and a texter, gets in a day, a week and a month of the UTC calendar; None is no cap.

    A texter's day is more than a person texts, and less than a program would; whoever keeps at it is stopped for the
    rest of the week on the fourth day. An agent's day is what a key of the largest plan may ask for in a day, so that
    the cap stops floods of texts and never what a plan allows; week and month are five and twenty such days.
    """

    agent_day: int | None = 50_000
    agent_week: int | None = 250_000
    agent_month: int | None = 1_000_000
    texter_day: int | None = 500
    texter_week: int | None = 2_000
    texter_month: int | None = 5_000

    def describe(self) -> dict[str, int]:
        """Name the caps that there are."""
        return {name: most for name, most in asdict(self).items() if most is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of a cap was used up when a turn was opened, that turn included if it was granted."""

    cap: str
    """`agent_day`, `texter_month`, `account_spend_day` and so on."""
    used: int
    """Turns; of a cap on spend microcents, those among them that turns in flight may yet spend."""
    most: int
    begins_anew: datetime

    @property
    def period(self) -> str:
        """What the cap counts: a day, a week or a month."""
        return self.cap.rpartition("_")[2]

    @property
    def is_spend(self) -> bool:
        """Whether it counts money, and not turns."""
        return "_spend_" in self.cap

    @property
    def measure(self) -> str:
        """Say how much the cap is."""
        return f"{format_cents(self.most)} cents" if self.is_spend else str(self.most)

    @property
    def sentence(self) -> str:
        """Say so to a developer."""
        whose = _WHOSE[self.cap.partition("_")[0]]
        if self.is_spend:
            return (
                f"{format_cents(self.used)} of the {self.measure} that {whose} may spend in a {self.period} (UTC) are "
                f"used up: {self.cap}. It begins anew at {format_time(self.begins_anew)}."
            )
        return (
            f"{self.used} of the {self.most} turns that {whose} gets in a {self.period} (UTC) are used up: {self.cap}. "
            f"It begins anew at {format_time(self.begins_anew)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """What a turn is opened under."""

    max_answer_age: timedelta
    """A text older than this is not answered any more."""
    max_tries: int
    """How often a worker may begin a turn, and how often its sending."""
    caps: TurnCaps = field(default_factory=TurnCaps)
    spend: SpendCaps = field(default_factory=SpendCaps)
    model_guess: int = FIRST_GUESS
    """Microcents that a model's answer is taken to cost at the least, before it is there."""


class Allowance(StrEnum):
    """Whether there was a turn left under every cap when it was opened; one that needs no model gives it back."""

    GRANTED = "granted"
    SPENT = "spent"
    SPENT_FIRST = "spent_first"
    """Spent, and this is the turn that tells the texter so."""
