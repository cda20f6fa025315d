"""A real Valkey that can be stopped and started again."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis

from gateway.dev.valkey import EmbeddedRedis, start_redis
from gateway.domain.secret import Secret
from tests.journeys.processes import find_port

_STOP_SECONDS = 10
_DATABASES = 16


class Valkey:
    """A server that comes back at the same port, with the same password and the same data."""

    def __init__(self, directory: Path, *, password: str | None = None, databases: int = _DATABASES) -> None:
        self._databases = databases
        self.directory = directory
        self.password = password or secrets.token_urlsafe(16)
        self.port = find_port()
        self._server: EmbeddedRedis | None = None
        self.start()
        # redis-py types each answer as perhaps awaitable, whichever client it is
        self.client: Any = Redis.from_url(self.url.reveal(), decode_responses=True)

    @property
    def url(self) -> Secret:
        """Where its first database is."""
        return self.database(0)

    def database(self, number: int) -> Secret:
        """Where one of its databases is."""
        return Secret(f"redis://:{self.password}@127.0.0.1:{self.port}/{number}")

    @property
    def pid(self) -> int:
        """Its process id; a failed test when it does not run."""
        assert self._server is not None
        return self._server.process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet, by itself or by us."""
        return self._server is not None and self._server.process.poll() is None

    def start(self) -> None:
        """Start it, unless it runs."""
        if not self.is_running:
            self._server = start_redis(
                self.directory, port=self.port, password=self.password, databases=self._databases
            )

    def stop(self) -> None:
        """Stop it in order."""
        if self._server:
            self._server.process.send_signal(signal.SIGCONT)
            self._server.process.terminate()
            self._server.process.wait(_STOP_SECONDS)
            self._server = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._server:
            self._server.process.kill()
            self._server.process.wait(_STOP_SECONDS)
            self._server = None

    def freeze(self) -> None:
        """Have it stand still: alive, its connections open, and doing nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it stand still while the block runs."""
        self.freeze()
        try:
            yield
        finally:
            self.thaw()

    def close(self) -> None:
        """Let go of it for good."""
        self.client.close()
        self.stop()
