"""The web process as it really is, on a real Redis, with what it logs kept at hand."""

import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import structlog

from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from tests.setting_up import Customer, set_up_customer
from tests.web.own_twilio import Twilio, running_twilio
from tests.web.processes import calling, web_process

_ADDRESSES = {
    "public.example.com": ("93.184.215.14", "2606:4700::1111"),
    "private.example.com": ("10.0.0.7",),
    "loopback.example.com": ("127.0.0.1",),
    "metadata.example.com": ("169.254.169.254",),
    "mixed.example.com": ("93.184.215.14", "::1"),
    "mapped.example.com": ("::ffff:7f00:1",),
}


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer questions for names from a table: no test may depend on the DNS around it."""

    async def resolve(host: str, port: int, *, seconds: float = 2.0) -> tuple[str, ...]:
        return _ADDRESSES.get(host, ())

    monkeypatch.setattr("gateway.flows.credentials.resolve", resolve)


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that the web process writes to its log."""
    written = io.StringIO()
    handlers = logging.root.handlers[:]
    monkeypatch.setattr(sys, "stderr", written)
    yield written
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    """A Twilio with two customers' accounts."""
    async with running_twilio() as running:
        yield running


@pytest.fixture
def web_settings() -> dict[str, str]:
    """What the web process is told besides the usual."""
    return {}


@pytest.fixture
async def web(redis_url: Secret, web_settings: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running web process."""
    async with web_process(redis_url, **web_settings) as app, calling(app) as client:
        yield client


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with an API key, a model key, an agent and a number."""
    return await set_up_customer(store)


@pytest.fixture
async def api(web: httpx.AsyncClient, customer: Customer) -> httpx.AsyncClient:
    """A client that shows the customer's API key."""
    web.headers["authorization"] = f"Bearer {customer.api_key}"
    return web
