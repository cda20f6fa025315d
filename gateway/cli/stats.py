"""`textgate stats`: how much there is, how much waits, what became of it, and what it cost."""

import json
from typing import Annotated, Any

import typer

from gateway.cli.environment import in_store
from gateway.cli.output import Json, show, show_list
from gateway.domain.spend import show_cents
from gateway.flows.stats import AccountStats, Stats, read_stats

_MOST_DAYS = 400


def stats(
    account: Annotated[str | None, typer.Option(metavar="ACCT", help="Only what this account's turns came to.")] = None,
    days: Annotated[int, typer.Option(min=1, max=_MOST_DAYS, help="How many days turns are counted back.")] = 1,
    as_json: Json = False,
) -> None:
    """Show what there is, what waits, what became of turns, and what they cost, in US cents; days are UTC's."""
    found = in_store(lambda store: read_stats(account, days=days, store=store))
    fields, rows = _describe(found, days), [_describe_account(each) for each in found.accounts]
    if as_json:
        print(json.dumps({**fields, "by_account": rows}, ensure_ascii=False))
        return
    show(_flatten(fields), as_json=False)
    if rows:
        print()
        show_list(rows, as_json=False)


def _describe(found: Stats, days: int) -> dict[str, Any]:
    lately, month = found.lately, found.month
    return {
        "accounts": found.count.accounts,
        "agents": found.count.agents,
        "numbers": found.count.numbers,
        "workers": found.load.workers,
        "waiting": found.load.waiting,
        "oldest_seconds": round(found.load.oldest_seconds, 3),
        "in_flight": found.load.at_work,
        "dead": found.load.dead,
        "days": days,
        "texts": lately.texts,
        "turns": lately.outcomes,
        "parts": {"sent": lately.parts_sent, "failed": lately.parts_failed},
        "segments": lately.segments,
        "tokens": {"in": lately.tokens_in, "out": lately.tokens_out},
        "spend": {
            "currency": "USD",
            "cents": show_cents(lately.total_microcents),
            "today_cents": show_cents(found.today.total_microcents),
            "month_cents": show_cents(month.total_microcents),
            "month_on_your_bill_cents": show_cents(month.operator_microcents),
        },
        "unpriced_turns": lately.unpriced_turns,
    }


def _describe_account(each: AccountStats) -> dict[str, Any]:
    lately = each.lately
    return {
        "account_id": each.account.id,
        "name": each.account.name,
        "turns": lately.turns,
        "segments": lately.segments,
        "tokens_in": lately.tokens_in,
        "tokens_out": lately.tokens_out,
        "cents": show_cents(lately.total_microcents),
        "today_cents": show_cents(each.today.total_microcents),
        "month_cents": show_cents(each.month.total_microcents),
    }


def _flatten(fields: dict[str, Any]) -> dict[str, Any]:
    """Put what stands inside objects in lines of their own."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        inside = value if isinstance(value, dict) else {"": value}
        flat |= {f"{name}.{each}".rstrip("."): figure for each, figure in inside.items()}
    return flat
