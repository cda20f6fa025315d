"""Limits: how often, how late and how much a texter is answered."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

TEXTER_TURNS = 500
"""How many turns a texter gets of one account in a day (UTC): more than a person texts, less than a program would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """What a turn is opened under."""

    max_answer_age: timedelta
    """A text older than this is not answered any more."""
    max_tries: int
    """How often a worker may begin a turn, and how often its sending."""
    texter_turns: int = TEXTER_TURNS


class Allowance(StrEnum):
    """Whether a texter had a turn left this day when theirs was opened; one that needs no model gives it back."""

    GRANTED = "granted"
    SPENT = "spent"
    SPENT_FIRST = "spent_first"
    """Spent, and this is the turn that tells the texter so."""
