"""Caps on spend: whoever opens and closes turns at once, never more is spent than the cap."""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from gateway.adapters.mint import mint
from gateway.adapters.store import Store, keys
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.completion import Tokens
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.cost import CENT, Cost, price_parts
from gateway.domain.ids import MessageId, TraceId, TurnId, derive_conversation_id
from gateway.domain.limits import Allowance, TurnLimits
from gateway.domain.spend import SpendCaps, sum_up
from gateway.domain.turn import Closing, Hold, Outcome, Part, PartState, Reply, Turn
from tests.adapters.texts import STEP, hold_of
from tests.examples import LIMITS, PEPPER, UNCAPPED
from tests.setting_up import Customer, set_up_customer

_AT_ONCE = 500
_PRICE = 7_000
"""What every answer costs, and is taken to cost before it is there."""
_Done = TypeVar("_Done")


def _limits(cap: str, most: int) -> TurnLimits:
    return replace(LIMITS, caps=UNCAPPED, spend=SpendCaps(**{cap: most}), model_guess=_PRICE)


async def _begin(store: Store, customer: Customer, many: int) -> list[Hold]:
    """Have many users of one agent wait, and hold their conversations."""
    holds = []
    for number in range(many):
        talk = Conversation(
            id=derive_conversation_id(PEPPER, "api", customer.agent.id, str(number)),
            account_id=customer.account.id,
            channel=Channel.API,
            agent_id=customer.agent.id,
            user_ref=str(number),
        )
        message = ApiMessage(
            id=MessageId(mint("msg")), text="Hi", trace_id=TraceId(mint("trc")), reply_channel="nobody"
        )
        await store.messages.admit(message, conversation=talk, step=STEP, promise=None)
        hold = await hold_of(store, talk.id)
        await store.connection.persist(keys.hold(talk.id))  # a machine may be slow, and nobody renews it
        holds.append(hold)
    return holds


async def _open(store: Store, hold: Hold, limits: TurnLimits) -> Turn:
    turn = await store.turns.open(hold, TurnId(mint("turn")), limits, alone=True)
    assert isinstance(turn, Turn)
    return turn


async def _end(store: Store, hold: Hold, turn: Turn, price: int = _PRICE) -> None:
    """End a turn twice, as a worker does that comes back from the dead."""
    outcome = Outcome.ANSWERED if turn.allowance is Allowance.GRANTED else Outcome.CAPPED
    paid = price if outcome is Outcome.ANSWERED else 0
    cost = Cost(tokens=Tokens(asked=1, answered=1), model_microcents=paid, by_operator=True)
    for _ in range(2):
        await store.turns.record_reply(hold, turn, Reply(parts=(), outcome=outcome), STEP, cost)
    for _ in range(2):
        await store.turns.close(hold, replace(turn, outcome=outcome), Closing(outcome=outcome, said=()), STEP)


async def _spent(store: Store, customer: Customer) -> int:
    today = await store.spending.read_today()
    rows = await store.spending.read(customer.account.id, today, today)
    return sum_up(row.spend for row in rows).total_microcents


async def _purses(store: Store) -> dict[str, int]:
    names = await store.connection.keys(keys.PURSE_PREFIX + "*")
    return {name.split(":")[2]: int(await store.connection.read_field(name, "microcents") or 0) for name in names}


async def _at_once(deeds: Sequence[Awaitable[_Done]]) -> list[_Done]:
    """Do many things at once, as many of them in Redis as there are connections: a machine may be slow."""
    room = asyncio.Semaphore(60)

    async def do(deed: Awaitable[_Done]) -> _Done:
        async with room:
            return await deed

    return await asyncio.gather(*map(do, deeds))


def _granted(turns: Sequence[Turn]) -> int:
    return sum(turn.allowance is Allowance.GRANTED for turn in turns)


@pytest.mark.parametrize("cap", ["agent_spend_day", "account_spend_month"])
async def test_under_race(store: Store, cap: str) -> None:
    """I53: of five hundred turns at once, when the cap has room for one, exactly one is granted, and it is spent up."""
    customer = await set_up_customer(store)
    first, *others = await _begin(store, customer, _AT_ONCE + 1)
    limits = _limits(cap, 2 * _PRICE)
    await _end(store, first, await _open(store, first, limits))
    turns = await _at_once([_open(store, hold, limits) for hold in others])
    assert _granted(turns) == 1
    refused = next(turn for turn in turns if turn.allowance is not Allowance.GRANTED)
    assert (refused.usage[0].cap, refused.usage[0].used, refused.usage[0].most) == (cap, 2 * _PRICE, 2 * _PRICE)
    await _at_once([_end(store, hold, turn) for hold, turn in zip(others, turns, strict=True)])
    assert await _spent(store, customer) == 2 * _PRICE
    assert set((await _purses(store)).values()) == {2 * _PRICE}


@pytest.mark.parametrize("seed", range(3))
async def test_opened_and_closed_at_once(store: Store, seed: int) -> None:
    """I53: turns that cost less than was taken make room for others, and at no moment is more spent than the cap."""
    dice, customer = random.Random(seed), await set_up_customer(store)  # noqa: S311 - no secret
    holds, most = await _begin(store, customer, 60), 12 * _PRICE + 99
    limits, seen = _limits("account_spend_day", most), []

    room = asyncio.Semaphore(8)

    async def live(hold: Hold) -> bool:
        async with room:
            turn = await _open(store, hold, limits)
            seen.append((await _purses(store))["account_spend_day"])
            if dice.random() < 0.2:  # its worker dies, and another takes the turn up
                turn = await _open(store, hold, limits)
            await _end(store, hold, turn, dice.randint(0, _PRICE))
        return turn.allowance is Allowance.GRANTED

    granted = await asyncio.gather(*map(live, holds))
    assert max(seen) <= most
    spent = await _spent(store, customer)
    assert most - _PRICE < spent <= most
    assert sum(granted) > 12
    assert set((await _purses(store)).values()) == {spent}


async def test_an_answer_dearer_than_thought(store: Store) -> None:
    """I53: what an answer costs more than was taken is counted all the same, and the next is taken at its price."""
    customer = await set_up_customer(store)
    holds, limits = await _begin(store, customer, 3), _limits("agent_spend_month", 20 * _PRICE)
    await _end(store, holds[0], await _open(store, holds[0], limits), 8 * _PRICE)
    assert (await _open(store, holds[1], limits)).allowance is Allowance.GRANTED
    assert (await _purses(store))["agent_spend_month"] == 16 * _PRICE
    assert (await _open(store, holds[2], limits)).allowance is Allowance.SPENT


async def test_warned_before(store: Store) -> None:
    """From four fifths of a cap on a turn is told so, in cents."""
    customer = await set_up_customer(store)
    holds = await _begin(store, customer, 5)
    limits = replace(LIMITS, spend=SpendCaps(agent_spend_day=5 * CENT), model_guess=CENT)
    turns = [await _open(store, hold, limits) for hold in holds]
    assert [len(turn.usage) for turn in turns] == [0, 0, 0, 1, 1]
    words = turns[3].usage[0].sentence
    assert words.startswith("4 of the 5 cents that the agent may spend in a day (UTC) are used up: agent_spend_day. ")


@pytest.mark.parametrize(
    ("given", "own", "granted"),
    [
        ({}, {}, 3),
        ({"spend_day": 2}, {}, 2),
        ({"spend_day": 0}, {}, 4),
        ({"spend_month": 1}, {}, 1),
        ({}, {"spend_day": 1}, 1),
        ({"spend_day": 0}, {"spend_month": 2}, 2),
        ({"spend_day": 0}, {"spend_day": 99}, 4),
    ],
)
async def test_whose_cap_counts(store: Store, given: dict[str, int], own: dict[str, int], granted: int) -> None:
    """I53: an account's own cap stands instead of the settings', 0 for none; an agent's own can only be narrower."""
    customer = await set_up_customer(store)
    for key, caps in ((keys.account(customer.account.id), given), (keys.agent(customer.agent.id), own)):
        for name, most in caps.items():
            await store.connection.execute_command("HSET", key, name, most * _PRICE)
    usual = SpendCaps(account_spend_day=3 * _PRICE, agent_spend_day=4 * _PRICE)
    limits = replace(LIMITS, spend=usual, model_guess=_PRICE)
    turns = [await _open(store, hold, limits) for hold in await _begin(store, customer, 5)]
    assert _granted(turns) == granted


async def test_as_many_segments_as_an_agent_may_send(store: Store) -> None:
    """I53: what a text may cost is taken before: the agent's ceiling of segments, and a first reply's disclosure."""
    customer = await set_up_customer(store)
    await store.connection.execute_command("HSET", keys.agent(customer.agent.id), "texting", '{"max_segments": 4}')
    (hold,) = await _begin(store, customer, 1)
    limits = replace(LIMITS, model_guess=5)
    turn = await store.turns.open(hold, TurnId(mint("turn")), limits, alone=True, segment_price=1_000)
    assert isinstance(turn, Turn)
    assert set((await _purses(store)).values()) == {5 * 1_000 + 5}
    reply = Reply(parts=(Part(index=0, text="Hi"), Part(index=1, text="Ho")), outcome=Outcome.ANSWERED)
    await store.turns.record_reply(hold, turn, reply, STEP, Cost(parts=price_parts([2, 1], 1_000)))
    await store.parts.settle(turn.id, reply.parts[0], PartState.SENT, STEP, sid="SM1")
    await store.turns.close(hold, replace(turn, outcome=Outcome.FAILED), Closing(outcome=Outcome.FAILED, said=()), STEP)
    assert await _spent(store, customer) == 2_000
    assert set((await _purses(store)).values()) == {2_000}
