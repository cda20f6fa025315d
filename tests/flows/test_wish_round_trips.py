"""A wish to be forgotten is fulfilled while Twilio waits: in as many round trips, however much else is kept."""

from typing import Any

import pytest
from redis.asyncio.connection import AbstractConnection

from gateway.adapters.store import Store, keys
from gateway.domain.forgetting import forgotten_text
from gateway.domain.honesty import Language
from gateway.domain.phone import PhoneNumber
from gateway.flows.numbers import NumberWishes, add_number, allow_guest, bind_number
from tests.domain.values import VOICE
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH
from tests.flows.sandbox_texts import text
from tests.setting_up import Customer, set_up_customer

_MANY = 3000
_DONE = forgotten_text(Language.ENGLISH, VOICE)


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with a number."""
    return await set_up_customer(store)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """As many as Redis was written to."""
    send, counted = AbstractConnection.send_packed_command, list[None]()

    async def count(self: AbstractConnection, *args: Any, **options: Any) -> None:
        counted.append(None)
        await send(self, *args, **options)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", count)
    return counted


async def _count(store: Store, trips: list[None], *words: str) -> tuple[int, int]:
    """Say words, then wish twice to be forgotten; return the round trips of the second wish, and Redis's commands."""
    for body in (*words, "forget me"):
        await text(store, body, to=NUMBER)
    trips.clear()
    before = await store.connection.info("stats")
    assert (await text(store, "forget me", to=NUMBER)).say == _DONE
    after = await store.connection.info("stats")
    return len(trips), after["total_commands_processed"] - before["total_commands_processed"]


async def _keep_much(store: Store, account_id: str) -> None:
    """Keep many numbers of an account, and many texts."""
    async with store.connection.pipeline(transaction=False) as pipe:
        for each in range(_MANY):
            number = f"+1303555{each:04}"
            pipe.zadd(keys.NUMBERS, {number: 0})
            pipe.hset(keys.number(PhoneNumber(number)), mapping={"number": number, "account_id": account_id})
            pipe.zadd(keys.aging("texts"), {f"turn:{each}": 1})
        await pipe.execute()


async def test_among_many_numbers(store: Store, customer: Customer, trips: list[None]) -> None:
    """I15, I70: three thousand numbers of others, and the texts to them, cost a wish no round trip and no command."""
    await _count(store, trips, "Hello", "HELP")
    few = await _count(store, trips, "Hello", "HELP")
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    await _keep_much(store, other.account.id)
    assert await _count(store, trips, "Hello", "HELP") == few


async def test_from_an_old_conversation(store: Store, customer: Customer, trips: list[None]) -> None:
    """I15, I70: the texts of a conversation from before its turns were listed are not looked for while Twilio waits."""
    await _count(store, trips, "Hello")
    few = await _count(store, trips, "Hello")
    await _keep_much(store, customer.account.id)
    await text(store, "Hello", to=NUMBER)
    (talk,) = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    await store.connection.execute_command("HDEL", keys.conversation(talk), "created_ms")
    assert await _count(store, trips) == few
    assert await store.connection.exists(keys.conversation(talk)) == 0


async def test_after_many_keywords(store: Store, customer: Customer, trips: list[None]) -> None:
    """I15, I70: who has sent many keywords is forgotten in as many round trips as who has sent one."""
    await _count(store, trips, "HELP")
    few, _ = await _count(store, trips, "HELP")
    many, _ = await _count(store, trips, *["HELP", "STOP", "START"] * 5)
    assert many == few


async def test_every_number_of_the_account(store: Store, customer: Customer) -> None:
    """I70: on each number of the account, also where they have never texted, they are a guest no longer."""
    second, unbound = PhoneNumber("+12025550155"), PhoneNumber("+12025550156")
    await bind_number(second, customer.agent.id, store=store, now=NOW)
    await add_number(unbound, NumberWishes(), store=store, now=NOW)
    for number in (second, unbound):
        await allow_guest(number, TEXTER, store=store, pepper=PEPPER)
    for _ in range(2):
        await text(store, "forget me", to=NUMBER)
    assert await store.numbers.read_guests(second) == []
    assert await store.numbers.read_guests(unbound) == [TEXTER]
