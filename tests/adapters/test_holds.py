"""The hold: one worker at a time, and whoever lost it writes nothing more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.adapters.store.keys import HOLD
from gateway.domain.errors import HoldLost
from gateway.domain.ids import TurnId
from gateway.domain.secret import Secret
from gateway.domain.turn import Closing, Hold, Outcome, Turn
from tests.adapters.texts import (
    CONVERSATION,
    STEP,
    a_conversation,
    a_recorded_turn,
    a_reply,
    hold_of,
    open_turn,
    save_texts,
    seat,
)
from tests.examples import LIMITS
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody who is texted."""
    return await set_up_customer(store)


async def test_a_hold_is_for_one(store: Store) -> None:
    """I37: of fifty workers that reach for a conversation one holds it, and another conversation is free."""
    await seat(store)
    holds = await asyncio.gather(*(store.holds.take(CONVERSATION) for _ in range(50)))
    assert sum(hold is not None for hold in holds) == 1


async def test_a_hold_ends_by_itself(store: Store) -> None:
    """I33: a dead worker's hold is over in seconds; a renewed one lasts its whole time again."""
    hold = await hold_of(store)
    name = f"tg:hold:{CONVERSATION}"
    assert 0 < await store.connection.pttl(name) <= HOLD.total_seconds() * 1000 <= 10_000
    await store.connection.pexpire(name, 500)
    await store.holds.renew(hold)
    assert await store.connection.pttl(name) > 1000


async def test_a_hold_is_let_go_when_nothing_waits(store: Store) -> None:
    """Released, a conversation is free at once."""
    assert await store.holds.release(await hold_of(store)) is not None
    assert (await hold_of(store)).token


async def test_a_hold_is_kept_while_something_waits(store: Store, customer: Customer) -> None:
    """I3: no message falls between the last look and letting go: who would let go still holds."""
    hold = await hold_of(store)
    await save_texts(store, a_conversation(customer), "Hello")
    assert await store.holds.release(hold) is None
    assert await store.holds.take(CONVERSATION) is None


async def test_a_dropped_hold_is_free_whatever_waits(store: Store, customer: Customer) -> None:
    """I36: a worker that stops leaves what waits to the next one, within a blink."""
    await save_texts(store, a_conversation(customer), "Hello")
    await store.holds.drop(await hold_of(store), forgiven=False)
    assert await store.connection.pttl(f"tg:hold:{CONVERSATION}") <= 1


Write = Callable[[Store, Hold, Turn], Awaitable[object]]
_CLOSING = Closing(outcome=Outcome.ANSWERED, said=())
_WRITES: dict[str, Write] = {
    "renew": lambda store, hold, _: store.holds.renew(hold),
    "release": lambda store, hold, _: store.holds.release(hold),
    "drop": lambda store, hold, _: store.holds.drop(hold, forgiven=False),
    "open": lambda store, hold, _: store.turns.open(hold, TurnId(mint("turn")), LIMITS, alone=True),
    "record_reply": lambda store, hold, turn: store.turns.record_reply(hold, turn, a_reply("late"), STEP),
    "fence": lambda store, hold, turn: store.parts.fence(hold, turn, turn.parts[0], STEP),
    "close": lambda store, hold, turn: store.turns.close(hold, turn, _CLOSING, STEP),
}


@pytest.mark.parametrize("write", _WRITES.values(), ids=_WRITES.keys())
@pytest.mark.parametrize("now", ["nobody", "another worker"])
async def test_who_lost_the_hold_writes_nothing(
    store: Store, redis_url: Secret, customer: Customer, write: Write, now: str
) -> None:
    """I35: a worker that froze past its hold is told so at its next write, whichever that is, and changes nothing."""
    turn = await a_recorded_turn(store, customer)
    await store.connection.delete(f"tg:hold:{CONVERSATION}")
    late = Hold(conversation_id=CONVERSATION, account_id=customer.account.id, token="frozen")
    if now == "another worker":
        await hold_of(store)
    before = contents(redis_url)
    with pytest.raises(HoldLost):
        await write(store, late, turn)
    assert contents(redis_url) == before


async def test_the_next_holder_takes_the_turn_over(store: Store, customer: Customer) -> None:
    """I33: after a worker's death the next one resumes the same turn, counts its try, and the old one is fenced off."""
    await save_texts(store, a_conversation(customer), "Hello")
    dead = await hold_of(store)
    first = await open_turn(store, dead)
    await store.connection.delete(f"tg:hold:{CONVERSATION}")
    heir = await hold_of(store)
    second = await open_turn(store, heir)
    assert (second.id, first.tries, second.tries) == (first.id, 1, 2)
    with pytest.raises(HoldLost):
        await store.turns.record_reply(dead, first, a_reply("late"), STEP)
    await store.turns.record_reply(heir, second, a_reply("in time"), STEP)
    assert [part.text for part in (await open_turn(store, heir)).parts] == ["in time"]
