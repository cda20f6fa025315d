"""The connection: whatever Redis does wrong is StoreDown, and nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from gateway.adapters.resolver import resolve
from gateway.adapters.store import Store, open_store
from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret
from tests.adapters.texts import CONVERSATION, NOWHERE, a_message, a_saving
from tests.examples import TEXTER_HASH

Deed = Callable[[Store], Awaitable[object]]
_DEEDS: dict[str, Deed] = {
    "ping": lambda store: store.ping(),
    "describe_server": lambda store: store.describe_server(),
    "a read": lambda store: store.accounts.read("acct_x"),
    "a pipeline": lambda store: store.liveness.beat("worker"),
    "a page": lambda store: store.agents.read_all(None, limit=5, cursor=None),
    "a look by script": lambda store: store.messages.read_line(a_message(), TEXTER_HASH),
    "a write by script": lambda store: store.messages.save(a_message(), a_saving(admit_to=NOWHERE)),
    "a hold": lambda store: store.holds.take(CONVERSATION),
    "a sweep": lambda store: store.seating.sweep(),
}


@pytest.fixture
async def silent_redis(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Secret]:
    """A server that takes connections and never answers."""
    monkeypatch.setattr("gateway.adapters.store.connection._ANSWER_SECONDS", 0.1)

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield Secret(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")


@pytest.mark.parametrize("deed", _DEEDS.values(), ids=_DEEDS.keys())
async def test_a_redis_that_is_gone_is_store_down(deed: Deed) -> None:
    """I16: a closed port is StoreDown at once, for every kind of command."""
    store = open_store(Secret("redis://127.0.0.1:1/0"))
    began = time.monotonic()
    with pytest.raises(StoreDown):
        await deed(store)
    assert time.monotonic() - began < 2
    await store.close()


@pytest.mark.parametrize("deed", _DEEDS.values(), ids=_DEEDS.keys())
async def test_a_silent_redis_is_store_down(silent_redis: Secret, deed: Deed) -> None:
    """I16: a server that never answers is StoreDown after the deadline."""
    store = open_store(silent_redis)
    async with asyncio.timeout(5):
        with pytest.raises(StoreDown):
            await deed(store)
    await store.close()


async def test_a_wrong_password_is_store_down(redis_url: Secret) -> None:
    """I16, I61: a Redis that refuses us is StoreDown, whose words hold no password."""
    right = redis_url.reveal()
    store = open_store(Secret(right.replace("redis://:", "redis://:wrong-")))
    with pytest.raises(StoreDown) as caught:
        await store.ping()
    assert right.split("@")[0].rpartition(":")[2] not in str(caught.value)
    await store.close()


async def test_a_value_of_another_type_is_store_down(store: Store) -> None:
    """I16: a key of the wrong type, met by a command, a pipeline or a script, is StoreDown."""
    await store.connection.set("tg:account:acct_x", "x")
    await store.connection.set("tg:workers", "x")
    await store.connection.set("tg:arrivals", "x")
    for deed in ("a read", "a pipeline", "a write by script"):
        with pytest.raises(StoreDown):
            await _DEEDS[deed](store)


async def test_a_script_is_loaded_when_redis_forgot_it(store: Store) -> None:
    """I38: after a restart of Redis, which forgets scripts, the same store works on."""
    for _ in range(2):
        await store.messages.read_line(a_message(), TEXTER_HASH)
        await store.connection.execute_command("SCRIPT", "FLUSH")


async def test_cancelled_commands_leave_no_answers_behind(store: Store) -> None:
    """I43: of many reads with some cancelled half-way, none gets what was another's."""
    values = {f"key-{number}": f"value-{number}" for number in range(40)}
    for name, value in values.items():
        await store.connection.set(name, value)
    for turn in range(25):
        reads = {name: asyncio.create_task(_read(store, name)) for name in values}
        for _ in range(turn % 9):
            await asyncio.sleep(0)
        for number, read in enumerate(reads.values()):
            if number % 3 == turn % 3:
                read.cancel()
        await asyncio.wait(reads.values())
        for name, read in reads.items():
            assert read.cancelled() or read.result() == values[name]


async def _read(store: Store, name: str) -> str | None:
    value: str | None = await store.connection.get(name)
    return value


async def test_a_name_of_this_machine_is_resolved() -> None:
    """I67: every address of a name is asked for, so that one private record can spoil it."""
    assert set(await resolve("localhost", 443)) <= {"127.0.0.1", "::1"}
    assert await resolve("127.0.0.1", 443) == ("127.0.0.1",)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "..", "", "a..b", "x\u00e9" + "y" * 70])
async def test_a_name_that_is_none_has_no_address(host: str) -> None:
    """A name that can't even be asked for has no addresses, and raises nothing."""
    assert set(await resolve(host, 443)) <= {"127.0.0.1", "::1"}


async def test_a_slow_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 5: a resolver that hangs is a name that can't be resolved now, in time."""

    async def hang(*_args: object, **_named: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", hang)
    async with asyncio.timeout(2):
        assert await resolve("slow.example", 443, seconds=0.05) == ()
