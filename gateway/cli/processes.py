"""`textgate serve` and `textgate work`: this tool steps aside for the process itself."""

import os
import sys
from typing import Annotated

import typer

from gateway.cli.environment import read_environment

_PRIVATE = ("TEXTGATE_OPEN_KEYS", "TEXTGATE_HOSTED_API_KEY")


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8080,
) -> None:
    """Run the web process: webhooks and the developer API."""
    # a new program in a clean environment: what the web process has never seen, it can't leak
    environment = {name: value for name, value in read_environment().items() if name not in _PRIVATE}
    _become("gateway.main", "--host", host, "--port", str(port), environment=environment)


def work() -> None:
    """Run a worker; start as many as you like, on any host."""
    _become("workers", environment=read_environment())


def _become(module: str, *arguments: str, environment: dict[str, str]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)  # noqa: S606 - on purpose
