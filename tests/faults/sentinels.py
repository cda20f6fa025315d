"""A gateway that finds its Redis by a sentinel: a master, a replica, and who decides which is which."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.dev.children import spawn
from gateway.dev.valkey import find_binary
from gateway.domain.secret import Secret
from tests.journeys.gateway import Gateway
from tests.journeys.processes import find_port, wait_until
from tests.journeys.valkey import Valkey

_DOWN_AFTER_MS = 1000
_STOP_SECONDS = 10


class WatchedGateway(Gateway):
    """A gateway with a replica beside its Redis, and a sentinel that watches both."""

    def __init__(self, directory: Path) -> None:
        self.sentinel_port = find_port()
        super().__init__(directory)
        self.replica = Valkey(directory / "replica", password=self.redis.password)
        for server in (self.redis, self.replica):
            server.client.config_set("masterauth", self.redis.password)
        self.replica.client.replicaof("127.0.0.1", self.redis.port)
        wait_until(lambda: self.replica.client.info("replication")["master_link_status"] == "up")
        self._sentinel = self._start_sentinel()

    @property
    def redis_url(self) -> Secret:
        """Where its processes ask for Redis."""
        return Secret(f"redis+sentinel://:{self.redis.password}@127.0.0.1:{self.sentinel_port}/main/0")

    def _start_sentinel(self) -> "subprocess.Popen[bytes]":
        settings = self.directory / "sentinel.conf"
        lines = [
            f"port {self.sentinel_port}",
            "bind 127.0.0.1",
            f"sentinel monitor main 127.0.0.1 {self.redis.port} 1",
            f"sentinel auth-pass main {self.redis.password}",
            f"sentinel down-after-milliseconds main {_DOWN_AFTER_MS}",
            "sentinel failover-timeout main 5000",
        ]
        settings.write_text("\n".join([*lines, ""]))
        return spawn([find_binary(), str(settings), "--sentinel"], stdout=subprocess.DEVNULL)

    def lose_the_master(self) -> None:
        """Kill the master; from here on the tests look at the replica."""
        self.redis.kill()
        self.redis, self.replica = self.replica, self.redis

    def close(self) -> None:
        """End everything."""
        super().close()
        self.replica.close()
        self._sentinel.terminate()
        self._sentinel.wait(_STOP_SECONDS)


@contextmanager
def watched_gateway(directory: Path) -> Iterator[WatchedGateway]:
    """Run such a gateway until the block ends."""
    gateway = WatchedGateway(directory)
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.close()
