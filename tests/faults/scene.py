"""Where scenarios play, many at a time: one Valkey, the stand-ins, and workers; each scenario has a database alone."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx
import pytest

from gateway.dev.children import inherited_environment
from gateway.dev.seed import buy_number
from gateway.domain.account import SEATS
from gateway.domain.phone import PhoneNumber
from tests.examples import environment
from tests.faults.corner import Corner
from tests.faults.errands import Errand
from tests.faults.hooks import Order
from tests.faults.nursery import Nursery, Worker
from tests.journeys.processes import Process, find_port, wait_until
from tests.journeys.stand_ins import Phone, open_client
from tests.journeys.valkey import Valkey

_DATABASES = 1024


class Scene:
    """Everything that runs beside the workers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._corners = count()
        self._client = open_client()
        self.redis = Valkey(directory / "redis", databases=_DATABASES)
        # nobody kills this Redis, and dozens of gateways at a time would wait for one disk
        self.redis.client.config_set("appendonly", "no")
        self.nursery = Nursery(directory)
        self.place = f"127.0.0.1:{find_port()}"
        port = self.place.rpartition(":")[2]
        self._neighbours = Process(
            "neighbours",
            "tests.faults.neighbours",
            "--port",
            port,
            environment=inherited_environment() | self.settings(0),
            directory=directory,
        )
        self.phone = Phone(self.url, self._client)

    @property
    def url(self) -> str:
        """Where the stand-ins are."""
        return f"http://{self.place}"

    def settings(self, database: int, *, twilio: str = "") -> dict[str, str]:
        """The settings of a worker on one database, whom Twilio treats in that way."""
        return environment(
            TEXTGATE_REDIS_URL=self.redis.database(database).reveal(),
            TEXTGATE_PUBLIC_URL=self.url,
            TEXTGATE_TWILIO_API_URL=f"{self.url}/{twilio}",
            TEXTGATE_ALLOWED_PRIVATE_HOSTS=self.place,
        )

    def open(self) -> None:
        """Wait until everything is up."""
        wait_until(self._is_up)
        buy_number(self.settings(0), phone_url=self.url, gateway_url=self.url)
        self.nursery.wait_until_ready()

    def _is_up(self) -> bool:
        with suppress(httpx.TransportError):
            return self._client.get(f"{self.url}/told").is_success
        return False

    def take_corner(self, model: str = "plain", *, seats: int = SEATS, rate: float = 0.0) -> Corner:
        """Make a customer in a database alone, whose key the model takes in that way."""
        number = next(self._corners)
        return Corner(
            number=number,
            redis_url=self.redis.database(number),
            texter=PhoneNumber(f"+1202556{number:04}"),
            other_texter=PhoneNumber(f"+1202557{number:04}"),
            model_key=f"sk-{model}-{number}",
            place=self.place,
            phone=self.phone,
            client=self._client,
            seats=seats,
            rate=rate,
        )

    def bear(
        self,
        corner: Corner,
        name: str,
        *,
        orders: tuple[Order, ...] = (),
        ward_orders: tuple[Order, ...] = (),
        twilio: str = "",
        **settings: str,
    ) -> Worker:
        """Have a worker born for one corner."""
        limits = {
            "TEXTGATE_LIMIT_ACCOUNT_TURNS": str(corner.seats),
            "TEXTGATE_LIMIT_SEGMENTS_LONG": str(corner.rate),
        }
        errand = Errand(
            name=f"{corner.number:03}-{name}",
            directory=self.nursery.directory,
            environment=inherited_environment() | self.settings(corner.number, twilio=twilio) | limits | settings,
            orders=orders,
            ward_orders=ward_orders,
            is_hasty=bool(orders),
        )
        return self.nursery.bear(errand)

    def close(self) -> None:
        """End everything."""
        self.nursery.close()
        self._neighbours.stop()
        self.redis.close()
        self._client.close()


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One scene for all who die or stand still: loading a worker takes seconds, bearing one takes none."""
    opened = Scene(tmp_path_factory.mktemp("faults"))
    try:
        opened.open()
        yield opened
    finally:
        opened.close()
