"""How long the window is between the last look at consent, in the fence of a part, and the part's arrival at Twilio.

`python -m benchmarks.window`: one worker that has little to do, and the same worker with 50 turns in flight. The fence
is dated by Redis's clock, to the millisecond below, the arrival by the stand-in's: it is the same clock here.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from redis import Redis

from benchmarks.fairness import BUSY, QUIET, Stage, stage
from gateway.adapters.store import keys
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import FENCE_SECONDS
from tests.journeys.idleness import is_idle

_EVERY_SECONDS = 0.05
_LOOK_SECONDS = 0.5
_SEATS = 50


async def run(replies: int, burst: int) -> None:
    """Measure with texts at a steady pace, then with as many at once as there are seats; print both."""
    with tempfile.TemporaryDirectory() as name:
        async with stage(Path(name), _SEATS) as scene:
            with Redis.from_url(scene.redis_url.reveal(), decode_responses=True) as redis:
                await _text(scene, 10, redis)  # the first ones open connections
                first = _windows(scene, QUIET, redis)
                await _text(scene, replies, redis)
                idle = _windows(scene, QUIET, redis)
                await scene.flood(burst)
                await _wait_until_idle(redis)
                loaded = _windows(scene, BUSY, redis)
    idle = {sid: seconds for sid, seconds in idle.items() if sid not in first}
    assert (len(idle), len(loaded)) == (replies, burst)
    _print(f"{1 / _EVERY_SECONDS:.0f} texts a second", idle, idle)
    _print(f"{burst} texts at once, {_SEATS} turns in flight", loaded, idle)


async def _text(scene: Stage, texts: int, redis: Any) -> None:
    """Have so many texts arrive at a steady pace, and wait until all are answered."""
    for _ in range(texts):
        await scene.text(QUIET)
        await asyncio.sleep(_EVERY_SECONDS)
    await _wait_until_idle(redis)


async def _wait_until_idle(redis: Any) -> None:
    while not is_idle(redis):  # noqa: ASYNC110 - elsewhere
        await asyncio.sleep(_LOOK_SECONDS)


def _windows(scene: Stage, number: PhoneNumber, redis: Any) -> dict[str, float]:
    """Return how many seconds lay between fence and arrival of each part from a number, by SID."""
    fences = dict(_read_fences(redis))
    arrivals = httpx.get(f"{scene.twilio_url}/control/messages", params={"from": number}, trust_env=False, timeout=60)
    return {
        message["sid"]: (datetime.fromisoformat(message["created_at"]) - fences[message["sid"]]).total_seconds()
        for message in arrivals.raise_for_status().json()["messages"]
    }


def _read_fences(redis: Any) -> Iterator[tuple[str, datetime]]:
    """Read of every part that was sent its SID, and when it was fenced."""
    for name in redis.scan_iter(f"{keys.TURN_PREFIX}*", count=1000):
        sid, fenced_ms = redis.hmget(name, "part:0:sid", "part:0:fenced_ms")
        yield sid, datetime.fromtimestamp(int(fenced_ms) / 1000, UTC)


def _print(what: str, windows: dict[str, float], idle: dict[str, float]) -> None:
    shown = "   ".join(
        f"{name} {1000 * _percentile(windows, share):6.1f} ms ({_ratio(windows, idle, share):4.2f} x)"
        for name, share in (("p50", 0.5), ("p99", 0.99))
    )
    print(f"{what:42} {shown}   most {1000 * max(windows.values()):6.1f} ms of {1000 * FENCE_SECONDS:.0f}", flush=True)


def _ratio(windows: dict[str, float], idle: dict[str, float], share: float) -> float:
    return _percentile(windows, share) / _percentile(idle, share)


def _percentile(windows: dict[str, float], share: float) -> float:
    return sorted(windows.values())[int(len(windows) * share)]


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.window")
    parser.add_argument("--replies", type=int, default=400)
    parser.add_argument("--burst", type=int, default=2000)
    options = parser.parse_args()
    asyncio.run(run(options.replies, options.burst))


if __name__ == "__main__":
    main()
