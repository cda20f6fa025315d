"""Turns: opened for all that waits, resumed as they are, closed with exactly their messages."""

import json
from dataclasses import replace

import pytest

from gateway.adapters.mint import mint
from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.consent import ConsentState
from gateway.domain.conversation import Channel, Role, Utterance
from gateway.domain.ids import MessageId, TraceId, TurnId
from gateway.domain.turn import Closing, Hold, Outcome, PartState, Turn
from tests.adapters.texts import (
    CONVERSATION,
    STEP,
    a_conversation,
    a_reply,
    hold_of,
    open_turn,
    save_texts,
    set_consent,
)
from tests.examples import LIMITS, NOW, NUMBER, message_sid
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody who is texted."""
    return await set_up_customer(store)


def _closing(*texts: str, outcome: Outcome = Outcome.ANSWERED, reply_text: str | None = None) -> Closing:
    said = tuple(Utterance(role=Role.USER, text=text) for text in texts)
    return Closing(outcome=outcome, said=said, reply_text=reply_text)


async def _admit(store: Store, customer: Customer, text: str, channel: str = "channel") -> MessageId:
    message_id = MessageId(mint("msg"))
    await store.messages.admit(
        ApiMessage(id=message_id, text=text, trace_id=TraceId(mint("trc")), reply_channel=channel),
        conversation=a_conversation(customer, Channel.API),
        step=STEP,
        promise=None,
    )
    return message_id


async def test_texts_in_a_row_are_one_turn(store: Store, customer: Customer) -> None:
    """I37: everything that waits is one turn, in order of arrival, with who answers and who may be answered."""
    conversation = a_conversation(customer)
    await save_texts(store, conversation, "one", "two", "three")
    turn = await open_turn(store, await hold_of(store))
    assert [waiting.text for waiting in turn.waiting] == ["one", "two", "three"]
    assert (turn.conversation, turn.agent_id, turn.consent) == (conversation, customer.agent.id, ConsentState.UNSET)
    assert (turn.tries, turn.parts, turn.outcome, turn.settled) == (1, (), None, False)


async def test_api_messages_are_taken_one_by_one(store: Store, customer: Customer) -> None:
    """Contract 5: API messages are never merged: one turn each, in order."""
    ids = [await _admit(store, customer, text) for text in ("one", "two", "three")]
    hold = await hold_of(store)
    for message_id in ids:
        turn = await open_turn(store, hold)
        assert [waiting.id for waiting in turn.waiting] == [message_id]
        await store.turns.close(hold, turn, _closing(reply_text="ok"), STEP)
    assert await store.turns.open(hold, TurnId(mint("turn")), LIMITS, alone=True) is None


async def test_nothing_waiting_is_no_turn(store: Store) -> None:
    """A wake-up too many does no harm: there is nothing to open and nothing is written."""
    hold = await hold_of(store)
    size = await store.connection.dbsize()
    assert await store.turns.open(hold, TurnId(mint("turn")), LIMITS, alone=True) is None
    assert await store.connection.dbsize() == size


async def test_an_open_turn_is_resumed_and_takes_no_more(store: Store, customer: Customer) -> None:
    """I34: opened again, a turn is the same with the same messages; what came later waits for the next one."""
    await save_texts(store, a_conversation(customer), "one")
    hold = await hold_of(store)
    first = await open_turn(store, hold)
    await save_texts(store, a_conversation(customer), "two", first=2)
    again = await open_turn(store, hold)
    assert (again.id, again.waiting, again.tries) == (first.id, first.waiting, 2)


async def test_a_reply_is_recorded_once(store: Store, customer: Customer) -> None:
    """I34: from its record on a reply stays: another one changes neither its parts nor its outcome."""
    await save_texts(store, a_conversation(customer), "Hello")
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    await store.turns.record_reply(hold, turn, a_reply("one", "two \U0001f600"), STEP)
    recorded = await open_turn(store, hold)
    assert [part.state for part in recorded.parts] == [PartState.PENDING, PartState.PENDING]
    await store.parts.fence(hold, recorded, recorded.parts[0], STEP)
    other = replace(a_reply("other"), outcome=Outcome.APOLOGISED, failure="upstream_unavailable")
    await store.turns.record_reply(hold, turn, other, STEP)
    found = await open_turn(store, hold)
    assert [part.text for part in found.parts] == ["one", "two \U0001f600"]
    assert [part.state for part in found.parts] == [PartState.SENDING, PartState.PENDING]
    assert found.failure is None
    assert (found.settled, found.outcome) == (True, Outcome.ANSWERED)


async def test_an_empty_reply_is_a_reply(store: Store, customer: Customer) -> None:
    """I34: a reply without parts is recorded too: the model must not be asked again."""
    await save_texts(store, a_conversation(customer), "Hello")
    hold = await hold_of(store)
    await store.turns.record_reply(hold, await open_turn(store, hold), a_reply(), STEP)
    found = await open_turn(store, hold)
    assert (found.settled, found.parts) == (True, ())


async def _closed(store: Store, hold: Hold, *texts: str) -> Turn:
    turn = await open_turn(store, hold)
    await store.turns.close(hold, turn, _closing(*texts), STEP)
    return turn


async def test_a_close_takes_exactly_its_messages(store: Store, customer: Customer) -> None:
    """I3: closing removes the messages of the turn by their ids; one that came meanwhile stays and waits."""
    await save_texts(store, a_conversation(customer), "one", "two")
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    await save_texts(store, a_conversation(customer), "three", first=3)
    await store.turns.close(hold, turn, _closing("one", "two"), STEP)
    redis = store.connection
    assert await redis.zrange(f"tg:inbox:{CONVERSATION}", 0, -1) == [message_sid(3)]
    assert await redis.zrange("tg:waiting", 0, -1) == [CONVERSATION]
    assert await store.holds.release(hold) is None
    following = await _closed(store, hold, "three")
    assert [waiting.text for waiting in following.waiting] == ["three"]
    assert following.id != turn.id
    assert await redis.exists(f"tg:inbox:{CONVERSATION}", "tg:waiting") == 0
    assert await store.holds.release(hold) is not None


async def test_history_grows_and_is_cut(store: Store, customer: Customer) -> None:
    """Each turn adds what was said, in order, and a very long history keeps its end."""
    hold = await hold_of(store)
    for number in range(1, 5):
        await save_texts(store, a_conversation(customer), "Hello", first=number)
        await _closed(store, hold, *(f"{number}.{line}" for line in range(30)))
    history = [said.text for said in await store.turns.read_history(CONVERSATION)]
    assert history == [f"{number}.{line}" for number in range(1, 5) for line in range(30)][-100:]


async def test_a_turn_closed_twice_ends_once(store: Store, customer: Customer) -> None:
    """I33: a close repeated after a lost answer neither says things twice nor closes the next turn."""
    await save_texts(store, a_conversation(customer), "one")
    hold = await hold_of(store)
    turn = await _closed(store, hold, "one")
    await save_texts(store, a_conversation(customer), "two", first=2)
    await store.turns.close(hold, turn, _closing("one"), STEP)
    assert [said.text for said in await store.turns.read_history(CONVERSATION)] == ["one"]
    assert [waiting.text for waiting in (await open_turn(store, hold)).waiting] == ["two"]


async def test_a_close_reaches_traces_and_listeners(store: Store, customer: Customer) -> None:
    """A closed turn gives its outcome to the trace of each message, and its reply to whoever waits over the API."""
    message_id = await _admit(store, customer, "Hello")
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    async with store.connection.pubsub() as listener:
        await listener.subscribe("channel")
        await listener.get_message(timeout=1)
        await store.turns.close(hold, turn, _closing(outcome=Outcome.APOLOGISED, reply_text="sorry"), STEP)
        heard = await listener.get_message(ignore_subscribe_messages=True, timeout=1)
    assert heard
    assert heard["data"] == message_id
    stored = json.loads(await store.connection.get(f"tg:reply:{message_id}") or "")
    assert stored == {"outcome": "apologised", "reply_text": "sorry", "failure": None}
    fields = await store.messages.find(message_id)
    assert fields
    trace = await store.traces.read(fields["trace_id"])
    assert (trace.outcome, trace.turn_id, len(trace.steps)) == ("apologised", turn.id, 2)


async def test_who_answers_is_asked_anew(store: Store, customer: Customer) -> None:
    """A number released while a text waits has no agent for it, and consent is as it is now."""
    await save_texts(store, a_conversation(customer), "Hello")
    await set_consent(store, ConsentState.OUT, before=ConsentState.UNSET)
    await store.numbers.release(NUMBER)
    turn = await open_turn(store, await hold_of(store))
    assert (turn.agent_id, turn.consent) == (None, ConsentState.OUT)


async def test_the_next_account_answers_nothing_of_the_last(store: Store, customer: Customer) -> None:
    """I63: a number that changed hands while a text waited has no agent for that text."""
    from gateway.domain.phone import PhoneNumber
    from gateway.flows.numbers import bind_number

    await save_texts(store, a_conversation(customer), "Hello")
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    await store.numbers.release(NUMBER)
    await bind_number(NUMBER, other.agent.id, store=store, now=NOW)
    assert (await open_turn(store, await hold_of(store))).agent_id is None


async def test_an_apology_is_to_be_had_once_an_hour(store: Store, customer: Customer) -> None:
    """Issue 2: the texter hears of a failure at most once an hour; the turn that took the apology keeps it (I33)."""
    await save_texts(store, a_conversation(customer), "Hello")
    first = await open_turn(store, await hold_of(store))
    second = replace(first, id=TurnId(mint("turn")))
    assert [await store.turns.may_apologise(turn) for turn in (first, first, second)] == [True, True, False]
    assert 3500 < await store.connection.ttl(f"tg:apology:{CONVERSATION}") <= 3600


async def test_a_turn_takes_no_more_than_fifty(store: Store, customer: Customer) -> None:
    """A flood of texts is answered fifty at a time, and the rest waits."""
    await save_texts(store, a_conversation(customer), *(f"text {number}" for number in range(53)))
    hold = await hold_of(store)
    assert len((await _closed(store, hold)).waiting) == 50
    assert len((await _closed(store, hold)).waiting) == 3
    assert await store.connection.zcard(QUEUE) == 1
