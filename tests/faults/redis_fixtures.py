"""Fixtures of the tests that trouble Redis; their conftest imports them.

One gateway for all of them: starting a worker takes seconds, emptying a Redis takes none.
"""

from collections.abc import Iterator

import pytest

from tests.faults.gateways import ProxiedGateway
from tests.journeys.gateway import running_gateway
from tests.setting_up import Customer


@pytest.fixture(scope="session")
def proxied_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedGateway]:
    """The processes, for as long as tests need them."""
    with running_gateway(ProxiedGateway(tmp_path_factory.mktemp("faults"))) as gateway:
        yield gateway


@pytest.fixture
def troubled(proxied_processes: ProxiedGateway) -> ProxiedGateway:
    """A gateway that knows nothing yet, with one worker, and a proxy before its Redis."""
    proxied_processes.reset()
    return proxied_processes


@pytest.fixture
def troubled_customer(troubled: ProxiedGateway) -> Customer:
    """A customer whose agent answers on the number, with the offline model."""
    return troubled.set_up_customer()
