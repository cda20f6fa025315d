"""Cost: what segments and tokens are priced at. Money is whole microcents, millionths of a cent, never a fraction.

A price of one cent for a million tokens is one microcent a token, so that no price of a provider's list is too fine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from gateway.domain.completion import Tokens

CENT = 1_000_000
"""Microcents in a cent."""
_MILLION = 1_000_000

# Twilio's list prices of one segment sent, carriers' fees not included, as of 2025. They change, differ from what an
# operator has agreed on, and most countries are missing: a price file (TEXTGATE_PRICES_FILE) overrides each of them.
SEGMENT_PRICES: Mapping[str, int] = {"US": 830_000, "CA": 830_000}
OTHER_SEGMENT = 5 * CENT
"""A segment to a country that the table doesn't name: rather too much than too little, since caps go by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """What a million tokens of a model cost, in microcents."""

    asked: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What segments cost by country, and models by name."""

    segments: Mapping[str, int] = field(default_factory=lambda: SEGMENT_PRICES)
    """Microcents, by a country's two letters."""
    other_segment: int = OTHER_SEGMENT
    models: Mapping[str, ModelPrice] = field(default_factory=dict)
    """What the operator says; what a model library knows stands elsewhere."""

    def of_segment(self, country: str | None) -> int:
        """Price one segment to a phone of a country; None for one that nobody knows."""
        return self.segments.get(country or "", self.other_segment)

    def find_model(self, provider: str, model: str) -> ModelPrice | None:
        """Find what the operator says that a model costs, by its name, or with its provider's before it."""
        return self.models.get(f"{provider}/{model}") or self.models.get(model)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCost:
    """What one part costs, should it reach its carrier."""

    segments: int
    microcents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a turn costs: its tokens, which are spent once its reply is there, and each part, once that is sent."""

    parts: tuple[PartCost, ...] = ()
    tokens: Tokens | None = None
    model_microcents: int = 0
    by_operator: bool = False
    """Whether the tokens were asked with the operator's own key."""
    unpriced: bool = False
    """Whether nobody knows the price of its model, or its tokens were estimated."""


def price_parts(segments: Sequence[int], price: int) -> tuple[PartCost, ...]:
    """Price parts of so many segments each."""
    return tuple(PartCost(segments=count, microcents=count * price) for count in segments)


def price_tokens(tokens: Tokens, price: ModelPrice) -> int:
    """Price tokens in microcents; a fraction of one is a whole one."""
    return -(-(tokens.asked * price.asked + tokens.answered * price.answered) // _MILLION)


def to_microcents(cents: Decimal) -> int:
    """Turn cents into microcents; a fraction of one is a whole one."""
    return ceil(cents * CENT)


def to_cents(microcents: int) -> Decimal:
    """Turn microcents into cents, exactly."""
    return Decimal(microcents).scaleb(-6)


def format_cents(microcents: int) -> str:
    """Write an amount as decimal cents, with no zeros behind that say nothing: `0.83`."""
    whole, rest = divmod(microcents, CENT)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")
