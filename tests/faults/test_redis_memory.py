"""How full Redis is, and when it will be: samples, the forecast, and what `doctor` makes of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from gateway.adapters.store import Store, keys
from gateway.adapters.store.memory import daily_growth
from gateway.domain.secret import Secret
from tests.cli.tool import Tool
from tests.examples import NOW, environment

_DAY = timedelta(days=1)
_MEBIBYTE = 2**20


@pytest.fixture
def server(redis_url: Secret) -> Iterator[Any]:
    """The Redis itself, whose limit a test may set."""
    with Redis.from_url(redis_url.reveal(), decode_responses=True) as client:
        yield client
        client.config_set("maxmemory", 0)


def _sample(server: Any, *, days_ago: float, used: int) -> None:
    now = int(server.time()[0])
    moment = now - int(days_ago * _DAY.total_seconds())
    server.zadd(keys.MEMORY, {f"{moment}:{used}": moment})


async def test_a_sample_an_hour(store: Store) -> None:
    """However often it is asked for, one sample is taken in an hour, and none is kept for more than 30 days."""
    for minutes in (0, 0, 30, 59, 60, 61, 130):
        await store.memory.note(NOW + timedelta(minutes=minutes))
    assert await store.connection.zcard(keys.MEMORY) == 3
    await store.memory.note(NOW + 31 * _DAY)
    assert await store.connection.zcard(keys.MEMORY) == 1


async def test_a_sample_of_the_future(store: Store) -> None:
    """I57: a sample taken while a clock was far ahead does not keep the later ones away."""
    await store.memory.note(NOW + 365 * _DAY)
    await store.memory.note(NOW)
    ((_, score),) = await store.connection.zrange(keys.MEMORY, 0, -1, withscores=True)
    assert score == int(NOW.timestamp())


@pytest.mark.parametrize(
    ("samples", "growth"),
    [
        ([], None),
        ([(0.0, 5)], None),
        ([(0.0, 5), (0.9, 9)], None),
        ([(0.0, 5), (2.0, 5)], None),
        ([(0.0, 9), (2.0, 5)], None),
        ([(0.0, 5), (2.0, 9)], 2.0),
        ([(0.0, 0), (1.0, 11), (2.0, 19), (3.0, 30)], 9.8),
    ],
)
def test_growth(samples: list[tuple[float, int]], growth: float | None) -> None:
    """Growth is the slope of the line closest to all samples; none below a day of them, or where nothing grows."""
    found = daily_growth(samples)
    assert found == (None if growth is None else pytest.approx(growth))


async def test_the_limit(store: Store, server: Any) -> None:
    """The limit is Redis's maxmemory, and the machine's memory where it has none."""
    forecast = await store.memory.forecast()
    assert (forecast.has_maxmemory, forecast.limit) == (False, server.info("memory")["total_system_memory"])
    server.config_set("maxmemory", 1000 * _MEBIBYTE)
    forecast = await store.memory.forecast()
    assert (forecast.has_maxmemory, forecast.limit) == (True, 1000 * _MEBIBYTE)
    assert 0 < forecast.share < 0.5
    assert forecast.days_left is None


async def test_days_left(store: Store, server: Any) -> None:
    """What is left, divided by what a day takes, is how many days are left."""
    server.config_set("maxmemory", 1000 * _MEBIBYTE)
    for day in range(5):
        _sample(server, days_ago=day, used=(100 - day) * _MEBIBYTE)
    forecast = await store.memory.forecast()
    assert forecast.days_left == pytest.approx((forecast.limit - forecast.used) / _MEBIBYTE, rel=0.01)


@pytest.fixture
def tool(redis_url: Secret, tmp_path: Path) -> Tool:
    """The tool of an operator whose settings are complete."""
    return Tool(directory=tmp_path, variables=environment(TEXTGATE_REDIS_URL=redis_url.reveal()))


@pytest.mark.parametrize(
    ("used_share", "daily_share", "fix"),
    [(0.1, 0.0, ""), (0.1, 0.01, ""), (0.1, 0.1, "Give Redis more memory"), (0.9, 0.0, "Give Redis more memory")],
)
def test_doctor_on_memory(tool: Tool, server: Any, used_share: float, daily_share: float, fix: str) -> None:
    """`doctor` fails above 80 % of the memory, or when it will be full within 21 days, and says what to do."""
    limit = int(server.info("memory")["used_memory"] / used_share)
    server.config_set("maxmemory", limit)
    for day in range(5):
        _sample(server, days_ago=day, used=limit - int(day * daily_share * limit))
    (found,) = [found for found in tool.run("doctor", "--json").value if found["check"] == "memory"]
    assert found["ok"] is not bool(fix)
    assert ("full in about" in found["detail"]) is (daily_share > 0)
    assert (found["fix"] or "").startswith(fix)
