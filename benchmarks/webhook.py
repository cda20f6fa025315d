"""How long Twilio waits for our answer, with nothing waiting and with 50,000 texts waiting that no worker takes.

`python -m benchmarks.webhook` posts signed texts to a real web process at a steady pace, each from another texter.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from benchmarks.flood import flood, form_of
from gateway.adapters.store import open_store
from gateway.dev.children import inherited_environment
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.examples import NUMBER, environment
from tests.journeys.processes import Process, find_port, wait_until
from tests.journeys.valkey import Valkey
from tests.journeys.webhooks import PATH, sign
from tests.setting_up import set_up_customer

_START_SECONDS = 60.0
_numbers = itertools.count(1)


@asynccontextmanager
async def web(directory: Path) -> AsyncIterator[tuple[str, Secret]]:
    """Run a web process on a Redis of its own, with one number bound; no worker."""
    redis, port = Valkey(directory / "redis"), find_port()
    redis.start()
    url = f"http://127.0.0.1:{port}"
    settings = inherited_environment() | environment(TEXTGATE_REDIS_URL=redis.url.reveal(), TEXTGATE_PUBLIC_URL=url)
    process = Process("web", "gateway.cli", "serve", "--port", str(port), environment=settings, directory=directory)
    store = open_store(redis.url)
    try:
        await set_up_customer(store, number=PhoneNumber(NUMBER))
        wait_until(lambda: _answers(url), _START_SECONDS)
        yield url, redis.url
    finally:
        await store.close()
        process.stop()
        redis.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).is_success
    except httpx.TransportError:
        return False


async def measure(url: str, texts: int, pace: float, body: str) -> list[float]:
    """Post so many texts, `pace` a second, and return how many seconds each waited, shortest first."""
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:

        async def post(form: dict[str, str]) -> float:
            headers = sign(form, url)
            began = time.perf_counter()
            answer = await client.post(url + PATH, data=form, headers=headers)
            answer.raise_for_status()
            return time.perf_counter() - began

        tasks = []
        for _ in range(texts):
            tasks.append(asyncio.create_task(post(form_of(next(_numbers), NUMBER, body))))
            await asyncio.sleep(1 / pace)
        return sorted(await asyncio.gather(*tasks))


async def run(texts: int, pace: float, waiting: int) -> None:
    """Measure with nothing waiting and with much, a text to the agent and a STOP; print each."""
    with tempfile.TemporaryDirectory() as name:
        async with web(Path(name)) as (url, redis_url):
            await measure(url, texts // 10, pace, "Hello")  # the first ones open connections
            alone = await measure(url, texts, pace, "Hello")
            stops = await measure(url, texts, pace, "STOP")
            _print("a text, nothing waiting", alone, alone)
            _print("STOP, nothing waiting", stops, stops)
            await flood(redis_url, NUMBER, waiting)
            _print(f"a text, {waiting} waiting", await measure(url, texts, pace, "Hello"), alone)
            _print(f"STOP, {waiting} waiting", await measure(url, texts, pace, "STOP"), stops)


def _print(what: str, times: list[float], baseline: list[float]) -> None:
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    ratio = p50 / statistics.median(baseline)
    print(f"{what:35} p50 {p50 * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms   p50 is {ratio:5.2f} x", flush=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhook")
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--pace", type=float, default=50.0, help="texts a second")
    parser.add_argument("--waiting", type=int, default=50_000)
    options = parser.parse_args()
    asyncio.run(run(options.texts, options.pace, options.waiting))


if __name__ == "__main__":
    main()
