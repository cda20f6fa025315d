"""One gateway for all journeys: starting a worker takes seconds, emptying a Redis takes none.

Its Valkey is its own, not the one of the other tests: its workers would take the jobs of those.
"""

from collections.abc import Iterator

import pytest

from tests.journeys.gateway import Gateway, running_gateway
from tests.setting_up import Customer


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The processes, for as long as tests need them."""
    with running_gateway(Gateway(tmp_path_factory.mktemp("journeys"))) as gateway:
        yield gateway


@pytest.fixture
def gateway(processes: Gateway) -> Gateway:
    """A gateway that knows nothing yet, with one worker."""
    processes.reset()
    return processes


@pytest.fixture
def customer(gateway: Gateway) -> Customer:
    """A customer whose agent answers on the number, with the offline model."""
    return gateway.set_up_customer()
