"""Figures for the operator: how much there is, how much waits, what became of it, and what it cost."""

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.adapters.store import Store
from gateway.adapters.store.census import Count
from gateway.adapters.store.load import Load
from gateway.adapters.store.records import read_pages
from gateway.domain.account import Account
from gateway.domain.spend import Spend, SpendRow, sum_up


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStats:
    """What one account's turns came to."""

    account: Account
    lately: Spend
    """In the days that were asked for."""
    today: Spend
    month: Spend
    """Since the first of this month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The figures, by Redis's clock."""

    count: Count
    load: Load
    accounts: tuple[AccountStats, ...]
    """Those that have had a turn, in the days that were asked for or this month."""

    @property
    def lately(self) -> Spend:
        """What all of them came to in the days that were asked for."""
        return sum_up(each.lately for each in self.accounts)

    @property
    def today(self) -> Spend:
        """What all of them came to today."""
        return sum_up(each.today for each in self.accounts)

    @property
    def month(self) -> Spend:
        """What all of them came to this month."""
        return sum_up(each.month for each in self.accounts)


async def read_stats(account_id: str | None, *, days: int, store: Store) -> Stats:
    """Read the figures of so many days, today among them; of one account's turns, or of all.

    NotFound where there is no such account.
    """
    today = await store.spending.read_today()
    if account_id:
        accounts = [await store.accounts.read(account_id)]
    else:
        accounts = [account async for account in read_pages(store.accounts.read_all)]
    found = [await _read_account(account, today, days, store) for account in accounts]
    return Stats(
        count=await store.census.take(),
        load=await store.load.read(),
        accounts=tuple(each for each in found if account_id or each.lately != Spend() or each.month != Spend()),
    )


async def _read_account(account: Account, today: date, days: int, store: Store) -> AccountStats:
    since, month = today - timedelta(days=days - 1), today.replace(day=1)
    rows = await store.spending.read(account.id, min(since, month), today)

    def sum_since(first: date) -> Spend:
        return sum_up(row.spend for row in rows if _is_since(row, first))

    return AccountStats(account=account, lately=sum_since(since), today=sum_since(today), month=sum_since(month))


def _is_since(row: SpendRow, first: date) -> bool:
    return row.day is not None and row.day >= first
