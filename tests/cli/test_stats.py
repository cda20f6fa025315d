"""`textgate stats`: what an operator wants to know of a day, in figures."""

import re
from datetime import date, timedelta
from pathlib import Path

from gateway.adapters.store import Store
from gateway.domain.phone import PhoneNumber
from tests.cli.tool import Tool, has
from tests.setting_up import set_up_customer
from tests.web.test_usage import book
from tests.workers.desk import open_desk


async def _fill(store: Store) -> tuple[str, str, date]:
    """Two customers: one whose text was answered and who has another waiting, one who spent something last month."""
    first = await set_up_customer(store)
    second = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    today = await store.spending.read_today()
    desk = open_desk(store, first)
    await desk.text("Hello")
    await desk.work()
    await desk.text("And?")
    before = today - timedelta(days=40)
    await book(store, second.account.id, second.agent.id, before, turns=3, model_microcents=70_000_000, parts_failed=2)
    return first.account.id, second.account.id, today


async def test_a_day(tool: Tool, store: Store) -> None:
    """Contract 4: counts, queue age, in-flight, sent and failed, and spend, as one JSON value."""
    first, _, _ = await _fill(store)
    stats = tool.ask("stats")
    assert has(stats, "workers", "oldest_seconds", "unpriced_turns")
    assert (stats["accounts"], stats["agents"], stats["numbers"]) == (2, 2, 2)
    assert (stats["waiting"], stats["in_flight"], stats["dead"], stats["days"]) == (1, 1, 0, 1)
    assert stats["oldest_seconds"] >= 0
    assert (stats["texts"], stats["turns"], stats["parts"]) == (1, {"answered": 1}, {"sent": 1, "failed": 0})
    cents = {"cents": 0.83, "today_cents": 0.83, "month_cents": 0.83, "month_on_your_bill_cents": 0.83}
    assert stats["spend"] == {"currency": "USD", **cents}
    (row,) = stats["by_account"]
    assert (row["account_id"], row["name"], row["turns"], row["cents"]) == (first, "Corner Cafe", 1, 0.83)


async def test_more_days_and_one_account(tool: Tool, store: Store) -> None:
    """`--days` counts further back, `--account` counts one account's turns; the sums are those of its rows."""
    first, second, _ = await _fill(store)
    stats = tool.ask("stats", "--days", "41")
    assert [row["account_id"] for row in stats["by_account"]] == [first, second]
    assert stats["parts"] == {"sent": 1, "failed": 2}
    assert stats["spend"]["cents"] == sum(row["cents"] for row in stats["by_account"]) == 70.83
    assert stats["spend"]["month_cents"] == 0.83
    one = tool.ask("stats", "--days", "41", "--account", second)
    assert [row["turns"] for row in one["by_account"]] == [3]
    assert (one["spend"]["cents"], one["spend"]["today_cents"], one["texts"]) == (70, 0, 0)


async def test_for_people(tool: Tool, store: Store) -> None:
    """Without --json the figures stand in aligned lines, and accounts in a table below."""
    await _fill(store)
    said = tool.run("stats")
    assert said.code == 0
    lines = said.out.splitlines()
    figures, table = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert len({re.match(r"\S+\s+", line).end() for line in figures}) == 1  # type: ignore[union-attr]
    assert re.search(r"^turns\.answered +1$", said.out, flags=re.MULTILINE)
    assert re.search(r"^spend\.month_cents +0\.83$", said.out, flags=re.MULTILINE)
    assert table[0].split()[:3] == ["account_id", "name", "turns"]


def test_nothing_yet(tool: Tool) -> None:
    """An empty gateway has zeros; an account that is not there is exit 1, and no number of days exit 2."""
    stats = tool.ask("stats")
    assert (stats["accounts"], stats["turns"], stats["spend"]["cents"], stats["by_account"]) == (0, {}, 0, [])
    assert tool.run("stats", "--account", "acct_1", "--json").code == 1
    assert tool.run("stats", "--days", "0").code == 2


def test_which_prices(tool: Tool, tmp_path: Path) -> None:
    """`doctor` tells which prices turns are booked at, and what is wrong with the file among the worker's settings."""
    file = tmp_path / "prices.json"
    file.write_text('{"segments": {"US": -1}}')
    found = {each["check"]: each for each in tool.run("doctor", "--json", TEXTGATE_PRICES_FILE=str(file)).value}
    assert found["prices"]["detail"] == f"those of {file}"
    assert not found["settings of worker"]["ok"]
    told = " ".join(map(str, found["settings of worker"].values()))
    assert "segments.US must be a number of cents from 0 on" in told
    usual = {each["check"]: each for each in tool.run("doctor", "--json").value}
    assert usual["prices"]["detail"].startswith("built-in list prices")
