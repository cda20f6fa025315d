"""Cost: priced in whole microcents, rounded in the operator's disfavour, shown as decimal cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.countries import find_country
from gateway.domain.completion import Tokens
from gateway.domain.cost import (
    CENT,
    OTHER_SEGMENT,
    ModelPrice,
    Prices,
    format_cents,
    price_parts,
    price_tokens,
    to_cents,
    to_microcents,
)
from gateway.domain.phone import PhoneNumber
from gateway.domain.spend import COUNTS, Spend, SpendBy, SpendRow, gather, show_cents, sum_up
from tests.domain.spends import ROWS, SPENDS

_MONEY = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12025550143", "US"),
        ("+14165550100", "CA"),
        ("+18765550100", "JM"),
        ("+447700900123", "GB"),
        ("+33612345678", "FR"),
        ("+80012345678", None),
        ("+999123456789", None),
    ],
)
def test_countries(number: str, country: str | None) -> None:
    """A number is of the country that its beginning says, also where it was never given out, or of none."""
    assert find_country(PhoneNumber(number)) == country


def test_segments_by_country() -> None:
    """A segment costs what its country's row says; one to anywhere else what is said for all others."""
    prices = Prices(segments={"US": 830_000}, other_segment=OTHER_SEGMENT)
    assert [prices.of_segment(country) for country in ("US", "JM", None)] == [830_000, 5 * CENT, 5 * CENT]
    assert [part.microcents for part in price_parts([1, 3], 830_000)] == [830_000, 2_490_000]


@pytest.mark.parametrize(
    ("asked", "answered", "price", "microcents"),
    [
        (1_000, 500, (15 * CENT, 60 * CENT), 45_000),
        (1, 0, (1, 0), 1),
        (0, 0, (15 * CENT, 60 * CENT), 0),
        (999_999, 1, (7_500_000, 0), 7_499_993),
        (1_000_000, 1_000_000, (250 * CENT, 1_000 * CENT), 1_250 * CENT),
    ],
)
def test_tokens(asked: int, answered: int, price: tuple[int, int], microcents: int) -> None:
    """Tokens cost their price a million, rounded up to a whole microcent once for the whole answer."""
    tokens = Tokens(asked=asked, answered=answered)
    assert price_tokens(tokens, ModelPrice(asked=price[0], answered=price[1])) == microcents


def test_a_model_by_its_name() -> None:
    """A model is found by its name, and before that by its name with its provider's."""
    both = ModelPrice(asked=1, answered=2), ModelPrice(asked=3, answered=4)
    prices = Prices(models={"gpt-x": both[0], "openai_compat/gpt-x": both[1]})
    assert [prices.find_model(*name) for name in (("openai", "gpt-x"), ("openai_compat", "gpt-x"))] == list(both)
    assert prices.find_model("openai", "gpt-y") is None


@given(microcents=_MONEY)
def test_shown_exactly(microcents: int) -> None:
    """What is shown as decimal cents, in words or as JSON's number, is exactly what was counted."""
    assert to_microcents(Decimal(format_cents(microcents))) == microcents
    assert to_microcents(Decimal(repr(show_cents(microcents)))) == microcents
    assert to_microcents(to_cents(microcents)) == microcents


@pytest.mark.parametrize(("microcents", "words"), [(0, "0"), (1, "0.000001"), (830_000, "0.83"), (10 * CENT, "10")])
def test_cents_in_words(microcents: int, words: str) -> None:
    """Zeros that say nothing are not written, and zeros that do are."""
    assert format_cents(microcents) == words


@given(spent=st.lists(SPENDS, max_size=6))
def test_spend_adds_up(spent: list[Spend]) -> None:
    """Every count of a sum is the sum of that count, outcomes among them, in whichever order it was added."""
    total = sum_up(spent)
    assert [getattr(total, name) for name in COUNTS] == [sum(getattr(each, name) for each in spent) for name in COUNTS]
    assert total == sum_up(reversed(spent))
    assert sum(total.outcomes.values()) == sum(sum(each.outcomes.values()) for each in spent)


@given(rows=st.lists(ROWS, max_size=8), by=st.sampled_from(SpendBy))
def test_however_it_is_gathered(rows: list[SpendRow], by: SpendBy) -> None:
    """By day, by agent or by both, the rows are distinct, in order, and their sum is the same."""
    gathered = gather(rows, by)
    places = [(str(row.day or ""), row.agent_id or "") for row in gathered]
    assert places == sorted(set(places))
    assert sum_up(row.spend for row in gathered) == sum_up(row.spend for row in rows)
