"""/v1/usage: what an account's agents have spent, by day and agent, as JSON or as a table."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from gateway.domain.errors import InvalidRequest
from gateway.domain.spend import Spend, SpendBy, SpendRow, gather, sum_up
from gateway.web.api.answers import AgentRef, Answer
from gateway.web.api.requests import Call

_MOST_DAYS = 400
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMATS = ("json", "csv")
_TABLE = "text/csv"
_CURRENCY = "USD"
Cents = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class PaidBy(BaseModel):
    """Whose bill it is on."""

    model_config = ConfigDict(extra="forbid")

    account: Annotated[Cents, Field(description="Yours: tokens on your own model keys, segments by your own Twilio.")]
    operator: Cents


class SpendShown(BaseModel):
    """What turns came to, and what they cost in US cents."""

    model_config = ConfigDict(extra="forbid")

    turns: Annotated[Count, Field(description="Those that ended, but for those that a cap refused.")]
    segments: Annotated[Count, Field(description="What was sent, in the unit that carriers bill.")]
    tokens_in: Count
    tokens_out: Count
    segment_cents: Cents
    model_cents: Cents
    paid_by: PaidBy
    total_cents: Cents
    unpriced_turns: Annotated[Count, Field(description="Turns of which it is not known what the model cost.")]


class UsageRow(SpendShown):
    """What was spent on a day, by an agent, or by an agent on a day."""

    day: Annotated[date | None, Field(description="In UTC. Not with `by=agent`.")] = None
    agent_id: Annotated[AgentRef, Field(description="Not with `by=day`.")] = ""


class UsageAnswer(Answer):
    """What an account has spent."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]
    by: SpendBy
    currency: Annotated[Literal["USD"], Field(description="Of which all amounts are cents.")]
    usage: Annotated[list[UsageRow], Field(description="In order; without the days on which there was nothing.")]
    totals: SpendShown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    first: date
    last: date
    by: SpendBy
    as_table: bool


async def get_usage(call: Call) -> Response:
    """Show what the agents of the key's account have spent."""
    spending = call.resources.store.spending
    query = _read_query(call, await spending.read_today())
    rows = gather(await spending.read(call.key.account_id, query.first, query.last), query.by)
    if query.as_table:
        named = {"Content-Disposition": f'attachment; filename="usage-{query.first}-{query.last}.csv"'}
        return Response(write_table(rows, query.by), media_type=_TABLE, headers=named)
    return call.answer(
        {
            "from": query.first.isoformat(),
            "to": query.last.isoformat(),
            "by": query.by.value,
            "currency": _CURRENCY,
            "usage": [row.describe() for row in rows],
            "totals": sum_up(row.spend for row in rows).describe(),
        }
    )


def _read_query(call: Call, today: date) -> _Query:
    asked: dict[str, str] = {}
    for name, value in call.request.query_params.multi_items():
        if name not in ("from", "to", "by", "format"):
            raise InvalidRequest("unknown_field", "The address takes from, to, by and format.", field=name[:80])
        if name in asked:
            raise InvalidRequest(f"invalid_{name}", f"Give {name} once.", field=name)
        asked[name] = value
    last = _read_day("to", asked["to"]) if "to" in asked else today
    first = _read_day("from", asked["from"]) if "from" in asked else last.replace(day=1)
    if first > last:
        raise InvalidRequest("invalid_from", f"from must not be after to, which is {last}.", field="from")
    if last - first >= timedelta(days=_MOST_DAYS):
        raise InvalidRequest("invalid_from", f"Ask for at most {_MOST_DAYS} days at once.", field="from")
    by = _choose("by", asked.get("by", SpendBy.DAY.value), [each.value for each in SpendBy])
    return _Query(first=first, last=last, by=SpendBy(by), as_table=_wants_table(call, asked.get("format")))


def _read_day(name: str, value: str) -> date:
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidRequest(f"invalid_{name}", f"{name} is a day, as 2026-11-23, in UTC.", field=name)


def _choose(name: str, value: str, choices: Iterable[str]) -> str:
    if value not in choices:
        raise InvalidRequest(f"invalid_{name}", f"{name} is one of {', '.join(choices)}.", field=name)
    return value


def _wants_table(call: Call, wish: str | None) -> bool:
    if wish is not None:
        return _choose("format", wish, _FORMATS) == "csv"
    accepted = ",".join(call.request.headers.getlist("accept")).split(",")
    return _TABLE in {kind.partition(";")[0].strip().lower() for kind in accepted}


def write_table(rows: Iterable[SpendRow], by: SpendBy) -> str:
    """Write rows as CSV, with a line of names: https://www.rfc-editor.org/rfc/rfc4180."""
    names = {SpendBy.DAY: ["day"], SpendBy.AGENT: ["agent_id"], SpendBy.AGENT_DAY: ["day", "agent_id"]}[by]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([*names, *_flat(Spend().describe())])
    for row in rows:
        told = row.describe()
        # nothing in it is anybody's words: no cell can begin like a formula
        table.writerow([*(told[name] for name in names), *map(_plain, _flat(row.spend.describe()).values())])
    return written.getvalue()


def _flat(told: dict[str, object]) -> dict[str, object]:
    """Put who paid beside the rest, since a table has no objects in it."""
    paid = told["paid_by"] if isinstance(told["paid_by"], dict) else {}
    payers = {f"{payer}_cents": cents for payer, cents in paid.items()}
    return {name: value for name, value in told.items() if name != "paid_by"} | payers


def _plain(value: object) -> str:
    """Write a number without an exponent."""
    return f"{value:.6f}".rstrip("0") if isinstance(value, float) else str(value)
