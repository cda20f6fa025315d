"""Retention: what is older than it is kept is erased, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.consent import ConsentState
from gateway.domain.conversation import Role, Utterance
from gateway.domain.secret import Secret
from gateway.domain.turn import Closing, Outcome, PartState
from tests.adapters.texts import (
    CONVERSATION,
    STEP,
    a_conversation,
    a_message,
    a_reply,
    a_saving,
    hold_of,
    open_turn,
    save_texts,
    set_consent,
)
from tests.examples import FOREVER, NUMBER, TEXTER, TEXTER_HASH, message_sid
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents

_DAY_MS = 86_400_000
_LONG = timedelta(days=30)


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody who is texted."""
    return await set_up_customer(store)


async def _answer(store: Store, customer: Customer, number: int = 1) -> str:
    """Have one text answered to the end, and return its turn's id."""
    await save_texts(store, a_conversation(customer), "canary text", first=number)
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    await store.turns.record_reply(hold, turn, a_reply("canary reply"), STEP)
    turn = await open_turn(store, hold)
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    await store.parts.settle(turn.id, turn.parts[0], PartState.SENT, STEP, sid=message_sid(900 + number))
    await store.parts.note_receipt(turn.id, 0, status="delivered", sid=message_sid(900 + number), step=STEP)
    said = (Utterance(role=Role.USER, text="canary text"), Utterance(role=Role.ASSISTANT, text="canary reply"))
    await store.turns.close(hold, turn, Closing(outcome=Outcome.UNKNOWN, said=said), STEP)
    assert await store.holds.release(hold)
    return turn.id


async def _age(store: Store, days: int) -> None:
    """Let everything grow older by so many days."""
    redis = store.connection
    for name in await redis.keys("tg:*"):
        if 0 < await redis.pttl(name) < days * _DAY_MS:
            await redis.delete(name)  # Redis itself has let it go
    for name in await redis.keys("tg:aging:*"):
        for member, began in await redis.zrange(name, 0, -1, withscores=True):
            await redis.zadd(name, {member: began - days * _DAY_MS})
    for name in await redis.keys("tg:history:*"):
        rows = [row.replace('"at_ms": 1795', '"at_ms": 1000') for row in await redis.read_list(name)]
        await redis.delete(name)
        await redis.execute_command("RPUSH", name, *rows)


async def test_old_texts_go(store: Store, customer: Customer, redis_url: Secret) -> None:
    """I70: a year later no word of a talk is left, nor who talked to whom; the account's own things stay."""
    before = set(contents(redis_url))
    await _answer(store, customer)
    await _age(store, 365)
    assert await store.erasure.erase_old(replace(FOREVER, texts=_LONG, traces=_LONG, receipts=_LONG)) > 0
    left = contents(redis_url)
    assert not any("canary" in str(value) or TEXTER in name + str(value) for name, value in left.items())
    nobodys = {name for name in left if name.startswith(("arq:", keys.SPEND_PREFIX))}
    assert set(left) - before <= {"tg:arrivals", *nobodys}


async def test_young_things_stay(store: Store, customer: Customer, redis_url: Secret) -> None:
    """What is not old enough is left as it is."""
    await _answer(store, customer)
    before = contents(redis_url)
    assert await store.erasure.erase_old(replace(FOREVER, texts=_LONG, traces=_LONG, receipts=_LONG)) == 0
    assert contents(redis_url) == before


async def test_each_has_its_own_time(store: Store, customer: Customer) -> None:
    """Traces may go while texts stay, and receipts while traces stay."""
    turn_id = await _answer(store, customer)
    await _age(store, 40)
    await store.erasure.erase_old(replace(FOREVER, receipts=_LONG))
    trace = await store.traces.read(message_sid())
    assert await store.connection.exists(keys.receipts(turn_id)) == 0
    assert trace.steps
    await store.erasure.erase_old(replace(FOREVER, traces=_LONG))
    assert await store.connection.exists(keys.trace(trace.id), keys.steps(trace.id), keys.steps(turn_id)) == 0
    assert await store.turns.find(turn_id)
    assert len(await store.turns.read_history(CONVERSATION)) == 2


async def test_a_repetition_is_known_for_a_week(store: Store) -> None:
    """I4: a text whose words are erased after a day is still recognised for seven, and answered as before."""
    await store.messages.save(a_message(), a_saving(answer="Said."))
    await _age(store, 2)
    await store.erasure.erase_old(replace(FOREVER, texts=timedelta(days=1)))
    assert set(await store.messages.find(message_sid()) or {}) == {"answer", "trace_id", "account_sid"}
    assert await store.messages.save(a_message(), a_saving(answer="Something else.")) == "Said."
    left = await store.connection.pttl(keys.message(message_sid()))
    assert 4 * _DAY_MS < left <= 5 * _DAY_MS


async def test_a_history_loses_its_old_end_first(store: Store, customer: Customer) -> None:
    """I70: in a talk that goes on, what is old goes and what is young stays."""
    await _answer(store, customer)
    await _age(store, 40)
    await _answer(store, customer, 2)
    await store.erasure.erase_old(replace(FOREVER, texts=_LONG))
    assert len(await store.turns.read_history(CONVERSATION)) == 2
    assert await store.connection.exists(keys.conversation(CONVERSATION)) == 1
    assert await store.connection.zscore(keys.aging("texts"), f"conversation:{CONVERSATION}")


async def test_a_conversation_with_something_in_it_stays(store: Store, customer: Customer) -> None:
    """I1: what waits is not forgotten, however long nobody has worked."""
    await _answer(store, customer)
    await _age(store, 40)
    await save_texts(store, a_conversation(customer), "Anybody there?", first=2)
    await store.erasure.erase_old(replace(FOREVER, texts=_LONG))
    assert [text.text for text in (await open_turn(store, await hold_of(store))).waiting] == ["Anybody there?"]


async def test_a_conversation_with_a_seat_stays(store: Store, customer: Customer) -> None:
    """I44: a conversation that nobody has seen out of its seat is not erased, or its account would lose the seat."""
    await _answer(store, customer)
    await store.connection.zadd(keys.SEATED, {CONVERSATION: 0})
    await _age(store, 40)
    await store.erasure.erase_old(replace(FOREVER, texts=_LONG))
    assert await store.connection.exists(keys.conversation(CONVERSATION)) == 1


async def test_a_dead_turn_leaves_the_list(store: Store, customer: Customer) -> None:
    """An erased turn is not on the dead list any more."""
    await _answer(store, customer)
    assert len(await store.dead.read_all(limit=10)) == 1
    await _age(store, 40)
    await store.erasure.erase_old(replace(FOREVER, texts=_LONG))
    assert await store.connection.zcard(keys.DEAD) == 0


@pytest.mark.parametrize(("state", "stays"), [(ConsentState.OUT, 1), (ConsentState.IN, 0)])
async def test_ledgers_go_and_who_is_out_stays_out(store: Store, state: ConsentState, stays: int) -> None:
    """I27: years after the last message the ledger goes; an opt-out goes on blocking."""
    await set_consent(store, state, before=ConsentState.UNSET)
    await _age(store, 365 * 6)
    await store.erasure.erase_old(replace(FOREVER, consent=timedelta(days=365 * 5)))
    assert await store.connection.exists(keys.ledger(NUMBER, TEXTER_HASH)) == 0
    assert await store.connection.exists(keys.consent(NUMBER, TEXTER_HASH)) == stays


async def test_a_ledger_ages_from_the_last_message(store: Store, customer: Customer) -> None:
    """A pair that goes on texting keeps its ledger, however old the change of consent is."""
    await set_consent(store, ConsentState.IN, before=ConsentState.UNSET)
    await _age(store, 365 * 6)
    saving = a_saving(admit_to=a_conversation(customer), decided_on=ConsentState.IN)
    assert await store.messages.save(a_message(2), saving) is not None
    await store.erasure.erase_old(replace(FOREVER, consent=timedelta(days=365 * 5)))
    assert len(await store.connection.read_list(keys.ledger(NUMBER, TEXTER_HASH))) == 1


async def test_more_than_one_handful(store: Store) -> None:
    """All that is old goes, however much it is."""
    for number in range(450):
        await store.messages.save(a_message(number), a_saving(consent=None))
    await _age(store, 40)
    assert await store.erasure.erase_old(replace(FOREVER, texts=_LONG, traces=_LONG)) == 900
    assert await store.connection.zcard(keys.aging("texts")) == 0
