"""How long one account waits while another one's provider hangs, or while another one gets 10,000 texts at once.

`python -m benchmarks.fairness` prints the quiet account's time from admission to Twilio's SID, alone and beside each.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.flood import flood, receive
from gateway.adapters.store import Store, open_store
from gateway.dev.children import inherited_environment
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, environment
from tests.journeys.processes import Process, find_port, wait_until
from tests.journeys.valkey import Valkey
from tests.setting_up import set_up_customer

QUIET, BUSY = PhoneNumber("+12025550199"), PhoneNumber("+12025550188")
_EVERY_SECONDS = 0.25
_PATIENCE_SECONDS = 300.0


@dataclass(slots=True)
class Stage:
    """One worker, its Redis, Twilio's stand-in, and a model for each of two accounts."""

    store: Store
    redis_url: Secret
    seats: int
    twilio_url: str
    busy_model: str
    numbers: Iterator[int]

    async def text(self, number: PhoneNumber) -> str:
        """Have one text arrive on `number`, from a texter of its own; return its MessageSid."""
        return await receive(self.store, number, next(self.numbers))

    async def answer_time(self, sid: str) -> float:
        """Wait until a text is answered and return the seconds that it took."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (trace := await self.store.traces.read(sid)).outcome == "admitted":  # noqa: ASYNC110 - elsewhere
                await asyncio.sleep(0.2)
        assert trace.outcome == "answered", trace.outcome
        sent = next(step.at for step in trace.steps if step.name == "part.sent")
        return (sent - trace.steps[0].at).total_seconds()

    async def measure(self, texts: int) -> list[float]:
        """Have the quiet account's texts arrive at a steady pace; return how long each took, shortest first."""
        sids = []
        for _ in range(texts):
            sids.append(await self.text(QUIET))
            await asyncio.sleep(_EVERY_SECONDS)
        return sorted([await self.answer_time(sid) for sid in sids])

    async def flood(self, texts: int) -> None:
        """Have so many texts of as many texters arrive on the busy account's number."""
        await flood(self.redis_url, BUSY, texts, seats=self.seats)

    async def steer(self, **wishes: object) -> None:
        """Tell the busy account's model how to behave."""
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.post(f"http://{self.busy_model}/control", json=wishes)).raise_for_status()


@asynccontextmanager
async def stage(directory: Path, seats: int) -> AsyncIterator[Stage]:
    """Bring everything up, and down again."""
    redis = Valkey(directory / "redis")
    redis.start()
    ports = [find_port() for _ in range(3)]
    twilio_url, quiet_model, busy_model = f"http://127.0.0.1:{ports[0]}", *(f"127.0.0.1:{port}" for port in ports[1:])
    settings = inherited_environment() | environment(
        TEXTGATE_REDIS_URL=redis.url.reveal(),
        TEXTGATE_PUBLIC_URL="http://127.0.0.1:9",
        TEXTGATE_TWILIO_API_URL=twilio_url,
        TEXTGATE_ALLOWED_PRIVATE_HOSTS=f"{quiet_model},{busy_model}",
        TEXTGATE_LIMIT_ACCOUNT_TURNS=str(seats),
    )
    processes = [
        Process(name, *arguments, environment=settings, directory=directory)
        for name, *arguments in (
            (
                "twilio",
                "gateway.dev.twilio",
                "--port",
                str(ports[0]),
                "--pace",
                "0",
                "--data",
                str(directory / "t.jsonl"),
            ),
            ("quiet", "gateway.dev.model", "--port", str(ports[1])),
            ("busy", "gateway.dev.model", "--port", str(ports[2])),
            ("worker", "gateway.cli", "work"),
        )
    ]
    store = open_store(redis.url, seats=seats)
    try:
        wait_until(lambda: processes[-1].has_said("worker.started"), 60)
        for number, place in ((QUIET, quiet_model), (BUSY, busy_model)):
            _buy(number, twilio_url)
            await set_up_customer(store, number=number, model_place=place)
        yield Stage(
            store=store,
            redis_url=redis.url,
            seats=seats,
            twilio_url=twilio_url,
            busy_model=busy_model,
            numbers=itertools.count(1),
        )
    finally:
        await store.close()
        for process in processes:
            process.stop()
        redis.close()


def _buy(number: PhoneNumber, twilio_url: str) -> None:
    address = f"{twilio_url}/2010-04-01/Accounts/{ACCOUNT_SID}/IncomingPhoneNumbers.json"
    with httpx.Client(auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False) as client:
        client.post(address, data={"PhoneNumber": number}).raise_for_status()


async def run(seats: int, texts: int, hanging: int, burst: int) -> None:
    """Measure the quiet account alone, on a busy machine, beside a hanging provider, beside a burst; print each."""
    with tempfile.TemporaryDirectory() as name:
        async with stage(Path(name), seats) as scene:
            await scene.measure(10)  # a first call takes longer
            alone = await scene.measure(texts)
            _print("alone", alone, alone)
            _print(f"a burst of {burst} elsewhere on this machine", await _beside_others(scene, texts, burst), alone)
            await scene.steer(gate="closed")
            await scene.flood(hanging)
            _print(f"beside {hanging} texts of a hanging provider", await scene.measure(texts), alone)
            await scene.steer()
            flooding = asyncio.create_task(scene.flood(burst))
            _print(f"beside a burst of {burst}", await scene.measure(texts), alone)
            await flooding


async def _beside_others(scene: Stage, texts: int, burst: int) -> list[float]:
    """Measure while another gateway has the burst, with which nothing is shared but the machine."""
    with tempfile.TemporaryDirectory() as name:
        async with stage(Path(name), seats=50) as other:
            flooding = asyncio.create_task(other.flood(burst))
            times = await scene.measure(texts)
            flooding.cancel()
            return times


def _print(what: str, times: list[float], alone: list[float]) -> None:
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    ratio = p95 / alone[int(len(alone) * 0.95)]
    print(f"{what:45} p50 {p50:6.3f} s   p95 {p95:6.3f} s   {ratio:5.2f} x alone", flush=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fairness")
    parser.add_argument("--seats", type=int, default=50)
    parser.add_argument("--texts", type=int, default=60)
    parser.add_argument("--hanging", type=int, default=500)
    parser.add_argument("--burst", type=int, default=10_000)
    options = parser.parse_args()
    asyncio.run(run(options.seats, options.texts, options.hanging, options.burst))


if __name__ == "__main__":
    main()
