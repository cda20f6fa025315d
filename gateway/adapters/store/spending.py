"""Spend in Redis: purses that open turns take from, and books of what turns have cost, by account, day and agent."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.records import Fields
from gateway.domain.cost import CENT, Cost
from gateway.domain.honesty import DISCLOSURE
from gateway.domain.ids import AccountId
from gateway.domain.limits import NEAR, TurnLimits
from gateway.domain.spend import COUNTS, OwnCaps, Spend, SpendRow
from gateway.domain.texting import SEGMENTS

_MARGIN = timedelta(days=1)
"""How long a purse outlives its period: turns that were opened in it may still be booked."""
_OUTCOME = "outcome_"
SPENT = "spent_"
"""What stands before a conversation's own sums, as booking.lua adds them up."""
_EPOCH = date(1970, 1, 1)

BOOKS = {"prefix": keys.SPEND_PREFIX, "life_ms": int(keys.SPEND.total_seconds() * 1000)}
"""Where booking.lua books."""


def describe_purses(limits: TurnLimits, segment_price: int, brand: str) -> str:
    """Describe the caps on spend as purses.lua takes them, what a segment to this texter costs, and who texts."""
    return json.dumps(
        {
            "prefix": keys.PURSE_PREFIX,
            "margin_ms": int(_MARGIN.total_seconds() * 1000),
            "accounts": keys.ACCOUNT_PREFIX,
            "agents": keys.AGENT_PREFIX,
            "most": limits.spend.describe(),
            "near": NEAR,
            "guess": limits.model_guess,
            "price": segment_price,
            "segments": SEGMENTS,
            "disclosure": DISCLOSURE,
            "brand": brand,
        }
    )


def dump_cost(cost: Cost) -> str:
    """Write what a turn costs as booking.lua counts it."""
    tokens = {"tokens_in": cost.tokens.asked, "tokens_out": cost.tokens.answered} if cost.tokens else {}
    return json.dumps(
        {
            "parts": [[part.segments, part.microcents] for part in cost.parts],
            **tokens,
            "model": cost.model_microcents,
            "by_operator": cost.by_operator,
            "unpriced": cost.unpriced,
        }
    )


def own_fields(caps: OwnCaps) -> dict[str, str | None]:
    """Write an account's or an agent's own caps, in microcents, as purses.lua reads them."""
    given = {"spend_day": caps.day_cents, "spend_month": caps.month_cents}
    return {name: None if cents is None else str(cents * CENT) for name, cents in given.items()}


def own_caps(fields: Fields) -> OwnCaps:
    """Read what `own_fields` wrote."""
    day, month = (fields.get(name) for name in ("spend_day", "spend_month"))
    return OwnCaps(
        day_cents=None if day is None else int(day) // CENT,
        month_cents=None if month is None else int(month) // CENT,
    )


def spend_of(fields: Mapping[str, Any]) -> Spend:
    """Make spend of its fields."""
    outcomes = {name.removeprefix(_OUTCOME): int(many) for name, many in fields.items() if name.startswith(_OUTCOME)}
    return Spend(**{name: int(fields.get(name, 0)) for name in COUNTS}, outcomes=outcomes)


class Spending:
    """What accounts have spent."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def read(self, account_id: AccountId, first: date, last: date) -> list[SpendRow]:
        """Read what each agent of an account has spent on each day from `first` to `last`."""
        days = [first + timedelta(days=more) for more in range((last - first).days + 1)]
        async with self._redis.pipeline(transaction=False) as pipe:
            for day in days:
                pipe.hgetall(keys.spend(account_id, str((day - _EPOCH).days)))
            books = await pipe.execute()
        return [row for day, book in zip(days, books, strict=True) for row in _rows(day, book)]

    async def read_today(self) -> date:
        """Tell which day it is by Redis's clock, by which turns are booked."""
        seconds, _ = await self._redis.time()
        return datetime.fromtimestamp(seconds, UTC).date()


def _rows(day: date, book: Fields) -> Iterable[SpendRow]:
    by_agent: defaultdict[str, Fields] = defaultdict(dict)
    for field, value in book.items():
        agent_id, _, name = field.partition(":")
        by_agent[agent_id][name] = value
    return [
        SpendRow(day=day, agent_id=agent_id, spend=spend_of(fields)) for agent_id, fields in sorted(by_agent.items())
    ]
