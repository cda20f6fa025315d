"""`textgate dev`: everything at once, for a developer's machine."""

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import open_store
from gateway.dev.children import Child, ChildFailedError, inherited_environment, wait_for_page
from gateway.dev.place import Environment, Place
from gateway.dev.seed import NUMBER, POOLED, SANDBOX, Demo, buy_number, equip_phone_page, make_demo, stock_numbers
from gateway.dev.valkey import embedded_redis
from gateway.domain.secret import Secret

_LOOK_SECONDS = 0.2
_WORKER_SECONDS = 60.0


class _StoppedError(Exception):
    """Somebody pressed Ctrl-C, or sent SIGTERM."""


def dev(
    port: Annotated[int, typer.Option(min=1, max=65533, help="The gateway's port; phone page: next.")] = 8080,
    data: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".textgate"),
) -> None:
    """Run everything on this machine: Redis, web, worker, a Twilio stand-in with a phone page, an offline model."""
    place = Place(directory=data, port=port)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        with _alone(place), ExitStack() as stack:
            children = _start(place, stack)
            while True:
                for child in children:
                    child.check()
                time.sleep(_LOOK_SECONDS)
    except _StoppedError:
        print(f"\nStopped. Everything is kept in {place.directory}/.")
    except ChildFailedError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


def _stop(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the stopping
    raise _StoppedError


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Make sure that the ports are free and that nobody else uses the data."""
    place.logs.mkdir(parents=True, exist_ok=True)
    place.directory.chmod(0o700)
    with (place.directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ChildFailedError(f"Another `textgate dev` uses {place.directory}/. Name one with --data.") from None
        for port in range(place.port, place.port + 3):
            _check_free(port)
        yield


def _check_free(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise ChildFailedError(f"Port {port} is taken. Choose three others: textgate dev --port 9080") from None


def _start(place: Place, stack: ExitStack) -> list[Child]:
    """Start everything in order; the stack stops it in the opposite order."""
    redis = stack.enter_context(embedded_redis(place.directory / "redis"))
    environment = place.make_environment(redis.url) | _prices(os.environ)
    demo = asyncio.run(_seed(place, environment))
    environment |= {"TEXTGATE_DEV_PHONE_KEY": demo.phone_key_id, "TEXTGATE_DEV_API_KEY": demo.api_key}
    place.write_environment(environment)

    def start(name: str, *arguments: str) -> Child:
        settings = {**inherited_environment(), **_settings_for(name, environment, demo)}
        child = Child(name, arguments, environment=settings, logs=place.logs)
        stack.callback(child.stop)
        return child

    phone_port, model_port = str(place.port + 1), str(place.port + 2)
    calls = str(place.directory / "twilio.jsonl")
    twilio = start("twilio", "-m", "gateway.dev.twilio", "--port", phone_port, "--data", calls)
    model = start("model", "-m", "gateway.dev.model", "--port", model_port)
    worker = start("worker", "-m", "workers")
    web = start("web", "-m", "gateway.main", "--port", str(place.port))
    wait_for_page(twilio, f"{place.phone_url}/")
    for number in (NUMBER, SANDBOX, POOLED):
        buy_number(environment, phone_url=place.phone_url, gateway_url=place.gateway_url, number=number)
    wait_for_page(web, f"{place.gateway_url}/readyz")
    asyncio.run(_wait_for_worker(worker, environment))
    _print_ready(place, demo)
    return [twilio, model, worker, web]


def _prices(environment: Mapping[str, str]) -> Environment:
    """Take over the one setting that concerns neither Redis nor Twilio, and is a file of the developer's own."""
    name = "TEXTGATE_PRICES_FILE"
    return {name: str(Path(environment[name]).resolve())} if environment.get(name) else {}


def _settings_for(name: str, environment: Environment, demo: Demo) -> Environment:
    """Give each process what it needs and no more: the web process never sees the private keys."""
    if name == "web":
        return {key: value for key, value in environment.items() if key != "TEXTGATE_OPEN_KEYS"}
    if name == "twilio":
        needed = ("TEXTGATE_TWILIO_ACCOUNT_SID", "TEXTGATE_TWILIO_AUTH_TOKEN")
        hint = f"{_tool()} byok set {demo.phone_key_id} --provider openai --model gpt-4o-mini"
        return {"TEXTGATE_DEV_REAL_KEY_HINT": hint, **{key: environment[key] for key in needed}}
    return {} if name == "model" else environment


async def _seed(place: Place, environment: Environment) -> Demo:
    store = open_store(Secret(environment["TEXTGATE_REDIS_URL"]))
    try:
        demo = await make_demo(store, environment, now=datetime.now(UTC))
        sealer = Sealer(Secret(environment["TEXTGATE_SEAL_KEYS"]))
        await equip_phone_page(demo, store, sealer=sealer, model_place=place.model_place)
        await stock_numbers(store)
    finally:
        await store.close()
    return demo


async def _wait_for_worker(worker: Child, environment: Environment) -> None:
    store = open_store(Secret(environment["TEXTGATE_REDIS_URL"]))
    deadline = time.monotonic() + _WORKER_SECONDS
    try:
        while not await store.liveness.count_workers(seconds=5):
            worker.check()
            if time.monotonic() > deadline:
                raise ChildFailedError("The worker does not come up.")
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        await store.close()


def _tool() -> str:
    """Name this tool as a second terminal would have to."""
    return "textgate" if shutil.which("textgate") else ".venv/bin/textgate"


def _print_ready(place: Place, demo: Demo) -> None:

    lines = [
        f"[bold]Phone page[/]  {place.phone_url}/",
        f"[bold]API[/]         {place.gateway_url}/v1",
        f"[bold]API key[/]     {demo.api_key}",
        f"[bold]Sandbox[/]     {SANDBOX} (agents whose sms.mode is sandbox share it)",
        f"[bold]Model[/]       http://{place.model_place}/v1 (an offline stand-in, as openai_compat)",
        "",
        "In a second terminal, try:",
        *([] if place.is_usual else [f"  export TEXTGATE_DEV_DATA={place.directory.resolve()}"]),
        f'  {_tool()} text +12025550143 {NUMBER} "Hello"',
        "",
        f"Logs: {place.logs}/   Stop: Ctrl-C",
    ]
    Console(highlight=False).print(Panel("\n".join(lines), title="textgate is ready", expand=False), soft_wrap=True)
