"""`textgate byok check` and `byok set`: a worker tries the key, and the exit code says what came of it."""

import asyncio
from typing import Any

import pytest

from gateway.adapters.key_ring import new_pair
from gateway.adapters.store import Store
from gateway.domain.check import ModelUnproven
from gateway.domain.errors import TextgateError
from gateway.domain.model_errors import ModelBusy, ModelOverQuota, ModelRejectedKey
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from tests.checking import checking_worker
from tests.cli.tool import Said, Tool, has
from tests.examples import OPEN_KEYS
from tests.setting_up import MODEL_KEY, Customer, set_up_customer

_NEW = "sk-canary-of-the-cli-a87ff679a2f3e71d"
_RECORD = ("provider", "base_url", "model", "label", "fingerprint", "health", "updated_at")


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with a model key."""
    return await set_up_customer(store)


def _other_ring() -> Secret:
    _, private = new_pair()
    return Secret(format_entry(private))


async def run_beside_worker(
    tool: Tool, store: Store, customer: Customer, arguments: tuple[str, ...], **worker: Any
) -> Said:
    """Run a command while a worker with that ring is at work, whose trial ends so."""
    async with checking_worker(store, customer, ring=worker.get("ring", OPEN_KEYS)) as model:
        model.trials.extend(filter(None, [worker.get("trial")]))
        said = await asyncio.to_thread(tool.run, *arguments, given=_NEW)
    assert not {_NEW, MODEL_KEY} & set(str(said).split())
    return said


@pytest.mark.parametrize(
    ("worker", "end"),
    [
        ({}, (0, None)),
        ({"trial": ModelRejectedKey(status=401)}, (1, "byok_rejected")),
        ({"trial": ModelOverQuota()}, (1, "upstream_over_quota")),
        ({"trial": ModelBusy()}, (3, "upstream_unavailable")),
        ({"trial": ModelUnproven("Name a model.")}, (3, "byok_unproven")),
        ({"ring": _other_ring()}, (1, "byok_not_available")),
    ],
    ids=["ok", "rejected", "spent", "unreachable", "unproven", "unopenable"],
)
async def test_check(
    tool: Tool, store: Store, customer: Customer, worker: dict[str, TextgateError], end: tuple[int, str | None]
) -> None:
    """Contract 4: `check` prints the record as it is then; exit 1 when it is no good, 3 when nobody can tell."""
    said = await run_beside_worker(tool, store, customer, ("byok", "check", customer.key.id, "--json"), **worker)
    assert (said.code, said.value.get("error")) == end
    assert has(said.value, *_RECORD)
    record = await store.credentials.find(customer.key.id)
    assert record
    assert record.describe().items() <= said.value.items()
    assert said.err.strip()
    assert ("another" in said.err) == (said.value.get("error") in ("byok_rejected", "upstream_over_quota"))


async def test_no_worker(tool: Tool, customer: Customer) -> None:
    """Contract 4: without a worker `check` is exit 3, and says how to start one; the record is shown all the same."""
    said = await asyncio.to_thread(tool.run, "byok", "check", customer.key.id, "--json")
    assert (said.code, said.value["error"], said.value["health"]) == (3, "no_worker", "unverified")
    assert "textgate work" in said.err


async def test_no_record(tool: Tool, customer: Customer, store: Store) -> None:
    """Where no model key is set `check` is refused with the next step."""
    await store.credentials.clear(customer.key.id)
    said = await asyncio.to_thread(tool.run, "byok", "check", customer.key.id, "--json")
    assert (said.code, said.value["error"]) == (1, "byok_not_configured")
    assert "textgate byok set" in said.err


_SET = ("--provider", "openai", "--model", "gpt-4o-mini", "--json")


@pytest.mark.parametrize(
    ("flags", "worker", "health", "word"),
    [
        ((), {}, "ok", None),
        ((), {"trial": ModelRejectedKey(status=401)}, "rejected", "401"),
        (("--no-verify",), {"trial": ModelRejectedKey(status=401)}, "unverified", None),
    ],
    ids=["ok", "rejected", "not tried"],
)
async def test_set(  # noqa: PLR0917 - what pytest gives
    tool: Tool,
    store: Store,
    customer: Customer,
    flags: tuple[str, ...],
    worker: dict[str, TextgateError],
    health: str,
    word: str | None,
) -> None:
    """Contract 4: `set` has the key tried unless it is told not to, and says so when it is no good."""
    arguments = ("byok", "set", customer.key.id, *_SET, *flags)
    said = await run_beside_worker(tool, store, customer, arguments, **worker)
    assert (said.code, said.value["health"]) == (0, health)
    assert ("byok check" in said.err) == (health == "rejected")
    assert word is None or word in said.err


async def test_set_without_a_worker(tool: Tool, customer: Customer) -> None:
    """Without a worker `set` saves the key untried, with a word on standard error about it."""
    said = await asyncio.to_thread(tool.run, "byok", "set", customer.key.id, *_SET, given=_NEW)
    assert (said.code, said.value["health"]) == (0, "unverified")
    assert "textgate work" in said.err


async def test_set_that_nobody_opens(tool: Tool, store: Store, customer: Customer) -> None:
    """What the worker can't open is refused with exit 1, and the record before stays in force."""
    before = await store.credentials.find(customer.key.id)
    arguments = ("byok", "set", customer.key.id, *_SET)
    said = await run_beside_worker(tool, store, customer, arguments, ring=_other_ring())
    assert (said.code, said.value["error"]) == (1, "byok_not_available")
    assert "TEXTGATE_OPEN_KEYS" in said.err
    assert await store.credentials.find(customer.key.id) == before
