"""The fence: the last question before a part is sent, and what is written down after."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from gateway.adapters.store import Store
from gateway.domain.consent import ConsentState
from gateway.domain.errors import CarrierUnknown, NotFound, OptedOut, TextgateError
from gateway.domain.ids import AgentId
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import Hold, PartState, Turn
from gateway.flows.numbers import bind_number
from tests.adapters.texts import CONVERSATION, STEP, a_recorded_turn, open_turn, set_consent
from tests.examples import NOW, NUMBER
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody who is texted."""
    return await set_up_customer(store)


@pytest.fixture
async def turn(store: Store, customer: Customer) -> Turn:
    """A turn with two parts to send."""
    return await a_recorded_turn(store, customer)


@pytest.fixture
async def hold(store: Store, turn: Turn) -> Hold:
    """The hold under which that turn was opened."""
    return Hold(
        conversation_id=CONVERSATION,
        account_id=turn.conversation.account_id,
        token=await store.connection.get(f"tg:hold:{CONVERSATION}") or "",
    )


async def _states(store: Store, hold: Hold) -> list[PartState]:
    return [part.state for part in (await open_turn(store, hold)).parts]


async def test_a_fenced_part_is_being_sent(store: Store, hold: Hold, turn: Turn) -> None:
    """I46: the fence marks one part as being sent, before its POST, and leaves the others."""
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    resumed = await open_turn(store, hold)
    assert [part.state for part in resumed.parts] == [PartState.SENDING, PartState.PENDING]


async def _stop(store: Store) -> None:
    await set_consent(store, ConsentState.OUT, before=ConsentState.UNSET)


async def _release(store: Store) -> None:
    await store.numbers.release(NUMBER)


async def _hand_over(store: Store) -> None:
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    await store.numbers.release(NUMBER)
    await bind_number(NUMBER, other.agent.id, store=store, now=NOW)


async def _hand_on(store: Store) -> None:
    number = await store.numbers.read(NUMBER)
    agent = await store.agents.read(number.agent_id or "")
    other = replace(agent, id=AgentId("agt_" + "9" * 32))
    await store.agents.save(other)
    await bind_number(NUMBER, other.id, store=store, now=NOW)


@pytest.mark.parametrize(
    ("happen", "refusal"),
    [(_stop, OptedOut), (_release, NotFound), (_hand_over, NotFound), (_hand_on, NotFound)],
    ids=["STOP", "number released", "number of another account", "number of another agent"],
)
async def test_a_part_is_not_fenced_any_more(
    store: Store, hold: Hold, turn: Turn, happen: Callable[[Store], Awaitable[None]], refusal: type[TextgateError]
) -> None:
    """I19: a STOP or a lost number that came before the fence wins, and the part stays unsent."""
    await happen(store)
    with pytest.raises(refusal):
        await store.parts.fence(hold, turn, turn.parts[0], STEP)
    assert await _states(store, hold) == [PartState.PENDING, PartState.PENDING]


async def test_a_stop_between_two_parts_stops_the_second(store: Store, hold: Hold, turn: Turn) -> None:
    """I19: consent is asked for each part."""
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    await _stop(store)
    with pytest.raises(OptedOut):
        await store.parts.fence(hold, turn, turn.parts[1], STEP)


async def test_start_opens_the_way_again(store: Store, hold: Hold, turn: Turn) -> None:
    """I25: after STOP and START the texter is in, and a part may be fenced."""
    await _stop(store)
    await set_consent(store, ConsentState.IN, before=ConsentState.OUT, number=91)
    await store.parts.fence(hold, turn, turn.parts[0], STEP)


@pytest.mark.parametrize("state", [None, *(state for state in PartState if state is not PartState.PENDING)])
async def test_a_part_is_fenced_once(store: Store, hold: Hold, turn: Turn, state: PartState | None) -> None:
    """I46, I50: a part that somebody fenced before, whatever became of it, is never fenced again."""
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    if state:
        await store.parts.settle(turn.id, turn.parts[0], state, STEP)
    with pytest.raises(CarrierUnknown):
        await store.parts.fence(hold, turn, turn.parts[0], STEP)


@pytest.mark.parametrize("state", [PartState.SENT, PartState.FAILED, PartState.CANCELLED])
async def test_a_part_is_settled_once(store: Store, hold: Hold, turn: Turn, state: PartState) -> None:
    """I50, I51: what became of a part is stored once, with its SID, and nothing later changes it."""
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    await store.parts.settle(turn.id, turn.parts[0], state, STEP, sid="SM1")
    steps = len(await store.connection.read_list(f"tg:steps:{turn.id}"))
    for later in (PartState.FAILED, PartState.SENT, PartState.PENDING):
        await store.parts.settle(turn.id, turn.parts[0], later, STEP, sid="SM2")
    fields = await store.turns.find(turn.id)
    assert fields
    assert (fields["part:0"], fields["part:0:sid"]) == (state, "SM1")
    assert len(await store.connection.read_list(f"tg:steps:{turn.id}")) == steps


async def test_a_part_given_up_as_unknown_may_turn_out_sent(store: Store, hold: Hold, turn: Turn) -> None:
    """I46: after unknown only Twilio's word that the part was sent is believed, and then nothing more."""
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    for state, sid, known in (
        (PartState.UNKNOWN, "", "unknown"),
        (PartState.FAILED, "", "unknown"),
        (PartState.SENT, "SM1", "sent"),
        (PartState.UNKNOWN, "SM2", "sent"),
    ):
        await store.parts.settle(turn.id, turn.parts[0], state, STEP, sid=sid)
        assert await store.connection.read_field(f"tg:turn:{turn.id}", "part:0") == known
    assert await store.connection.read_field(f"tg:turn:{turn.id}", "part:0:sid") == "SM1"


async def test_a_fact_is_settled_without_the_hold(store: Store, hold: Hold, turn: Turn) -> None:
    """I46: what Twilio said is written down even by a worker that lost its hold meanwhile."""
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    await store.connection.delete(f"tg:hold:{CONVERSATION}")
    await store.parts.settle(turn.id, turn.parts[0], PartState.SENT, STEP, sid="SM1")
    fields = await store.turns.find(turn.id)
    assert fields
    assert fields["part:0"] == "sent"


async def test_a_receipt_is_noted_once_for_each_status(store: Store, turn: Turn) -> None:
    """I51: receipts in any order, repeated or unknown, stand once each and never change the part itself."""
    for status in ("delivered", "sent", "delivered", "new_state"):
        assert await store.parts.note_receipt(turn.id, 0, status=status, sid="SM1", step=STEP) is True
    fields = await store.turns.find(turn.id)
    assert fields
    assert fields["part:0"] == "pending"
    assert len(await store.connection.read_hash(f"tg:receipts:{turn.id}")) == 3


@pytest.mark.parametrize(("turn_id", "part"), [("turn_x", 0), ("", 0), (None, 2), (None, -1)])
async def test_a_receipt_of_nothing_is_not_noted(store: Store, turn: Turn, turn_id: str | None, part: int) -> None:
    """I51: a receipt for what is not ours leaves nothing behind."""
    size = await store.connection.dbsize()
    found = await store.parts.note_receipt(
        turn.id if turn_id is None else turn_id, part, status="sent", sid="SM1", step=STEP
    )
    assert (found, await store.connection.dbsize()) == (False, size)
