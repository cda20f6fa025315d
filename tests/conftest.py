"""What all tests share: a real Redis, and no way out to the network."""

import ipaddress
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from gateway.adapters.store import Store, open_store
from gateway.dev.valkey import embedded_redis
from gateway.domain.secret import Secret

_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not ipaddress.ip_address(address[0]).is_loopback:
            pytest.fail(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secret]:
    """A real Valkey, one for each test process."""
    directory: Path = tmp_path_factory.mktemp("redis")
    with embedded_redis(directory) as server:
        yield server.url


@pytest.fixture
def redis_url(redis_server: Secret) -> Secret:
    """An empty Redis."""
    with Redis.from_url(redis_server.reveal()) as client:
        client.flushall()
    return redis_server


@pytest.fixture
async def store(redis_url: Secret) -> AsyncIterator[Store]:
    """A store on an empty Redis."""
    opened = open_store(redis_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def chromium() -> dict[str, Any]:
    """How playwright starts Debian's Chromium; a missing one is a loud skip, and a failure in CI."""
    path = shutil.which("chromium")
    if path:
        return {"executable_path": path, "args": _CHROMIUM_ARGUMENTS}
    reason = "no Chromium here, so nobody has looked at the pages: apt install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
