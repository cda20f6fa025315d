"""The price file: what the operator knows better than the built-in table and the model library."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from gateway.domain.cost import ModelPrice, Prices, to_microcents

_OTHERS = "default"
_LETTERS = 2
"""Of the code by which ISO 3166-1 names a country."""
_SECTIONS = {"segments", "models"}
_KINDS = {"input", "output"}
_MOST_CENTS = 100_000_000


class _Problems(list[str]):
    """What is wrong with a price file, one sentence each."""

    def read_cents(self, place: str, cents: object) -> int:
        """Read an amount of cents; 0, and a problem more, when it is none."""
        is_number = isinstance(cents, int | Decimal) and not isinstance(cents, bool)
        if not is_number or not 0 <= Decimal(str(cents)) <= _MOST_CENTS:
            self.append(f"{place} must be a number of cents from 0 on")
            return 0
        return to_microcents(Decimal(str(cents)))

    def check_names(self, place: str, found: object, allowed: set[str]) -> dict[str, Any]:
        """Take an object as it is, where it has no other names than these; all are fine where none are given."""
        if not isinstance(found, dict):
            self.append(f"{place} must be an object")
            return {}
        unknown = sorted(found.keys() - allowed) if allowed else []
        self.extend(f"{place} has no {name!r}, only {', '.join(sorted(allowed))}" for name in unknown)
        return found


def parse_prices(text: str) -> Prices:
    """Read a price file's words; ValueError lists all that is wrong with them."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, InvalidOperation, RecursionError):
        raise ValueError("is not JSON") from None
    problems = _Problems()
    sections = problems.check_names("the file", found, _SECTIONS)
    segments = _read_segments(sections.get("segments", {}), problems)
    models = _read_models(sections.get("models", {}), problems)
    if problems:
        raise ValueError("; ".join(problems))
    usual = Prices()
    other = segments.pop(_OTHERS, usual.other_segment)
    return Prices(segments={**usual.segments, **segments}, other_segment=other, models=models)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _read_segments(found: object, problems: _Problems) -> dict[str, int]:
    given = problems.check_names("segments", found, set())
    for country in given:
        if country != _OTHERS and not (len(country) == _LETTERS and country.isascii() and country.isupper()):
            problems.append(f"segments: {country!r} is no country; give two capital letters, as US, or {_OTHERS!r}")
    return {country: problems.read_cents(f"segments.{country}", cents) for country, cents in given.items()}


def _read_models(found: object, problems: _Problems) -> dict[str, ModelPrice]:
    models = {}
    for model, given in problems.check_names("models", found, set()).items():
        place = f"models.{model}"
        price = problems.check_names(place, given, _KINDS)
        asked, answered = (problems.read_cents(f"{place}.{kind}", price.get(kind)) for kind in ("input", "output"))
        models[model] = ModelPrice(asked=asked, answered=answered)
    return models


def _read_file(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        text = Path(value).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ValueError(f"can't be read: {reason}") from None
    return parse_prices(text)


class PriceSettings(BaseModel):
    """What segments and tokens cost."""

    listed_prices: Annotated[Prices | None, BeforeValidator(_read_file)] = Field(
        default=None,
        alias="TEXTGATE_PRICES_FILE",
        description="A JSON file of prices: cents for a segment by country, and for a million tokens by model; what it "
        "doesn't name costs what the built-in tables say.",
    )

    @property
    def prices(self) -> Prices:
        """The built-in prices with the file's over them."""
        return self.listed_prices or Prices()
