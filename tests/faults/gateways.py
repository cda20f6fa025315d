"""The gateway of the journeys, with a proxy between its processes and Redis."""

import re
from pathlib import Path

from gateway.domain.secret import Secret
from tests.faults.slow_proxy import SlowProxy
from tests.journeys.gateway import Gateway


class ProxiedGateway(Gateway):
    """A gateway whose processes reach Redis through a proxy; the tests themselves reach it directly."""

    def __init__(self, directory: Path) -> None:
        self.proxy = SlowProxy()
        super().__init__(directory)
        self.proxy.lead_to(self.redis.port)

    @property
    def redis_url(self) -> Secret:
        """Where its processes look for Redis."""
        return Secret(re.sub(r":\d+/", f":{self.proxy.port}/", self.redis.url.reveal()))

    def close(self) -> None:
        """End everything."""
        super().close()
        self.proxy.close()
