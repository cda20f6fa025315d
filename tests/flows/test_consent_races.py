"""Many things at once for one texter: consent is what was said last, and the ledger tells how it came to be."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest

from gateway.adapters.store import Store
from gateway.domain.compliance import start_text, stop_text
from gateway.domain.consent import ConsentRow, ConsentState, Scope
from gateway.domain.errors import StoreDown
from gateway.domain.ids import TexterHash
from gateway.domain.line import Line
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.flows.consent import Person, forget_texter, set_consent
from gateway.flows.numbers import bind_number
from gateway.flows.receive import Received, receive_text
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer, set_up_customer
from tests.workers.desk import VOICE

_SISTER = PhoneNumber("+12025550188")
_PERSON = Person(texter=TEXTER, texter_hash=TEXTER_HASH)
_STOPPED, _STARTED = stop_text(VOICE), start_text(VOICE)


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with two numbers."""
    customer = await set_up_customer(store)
    await bind_number(_SISTER, customer.agent.id, store=store, now=NOW)
    return customer


async def _text(store: Store, number: int, body: str, *, to: str = NUMBER) -> Received | None:
    """Receive a text as often as it takes; None where Twilio would not hear a 200."""
    message = InboundMessage.from_form(inbound_form(body, sid=message_sid(number), To=to), now=NOW)
    try:
        return await receive_text(message, store=store, voice=VOICE, pepper=PEPPER, now=NOW)
    except StoreDown:
        return None


def _look_together(store: Store, monkeypatch: pytest.MonkeyPatch, texts: int) -> None:
    """Have nobody decide until so many have read what they decide on."""
    look, looked, all_have = store.messages.read_line, count(1), asyncio.Event()

    async def look_together(message: InboundMessage, texter_hash: TexterHash) -> Line:
        line = await look(message, texter_hash)
        if next(looked) == texts:
            all_have.set()
        await all_have.wait()
        return line

    monkeypatch.setattr(store.messages, "read_line", look_together)


async def _rows(store: Store, number: str = NUMBER) -> list[ConsentRow]:
    return await store.consents.read_history(number, TEXTER_HASH)


async def _reach_account(store: Store) -> None:
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) - timedelta(days=1))


def _check_story(rows: list[ConsentRow], answers: dict[str, str]) -> None:
    """Each confirmation has its row; no STOP was confirmed to who was out by then; versions have no gap."""
    assert [row.version for row in rows] == list(range(1, len(rows) + 1))
    confirmed = {sid: said for sid, said in answers.items() if said in (_STOPPED, _STARTED)}
    assert {row.message_sid: row.wording for row in rows if row.wording} == confirmed
    for before, row in pairwise(rows):
        assert row.state is not ConsentState.OUT or before.state is not ConsentState.OUT or row.source == "operator"


async def test_anything_at_once(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I19, I23, I27: sixty texts, an operator's stop and erasure at once: the last row is the standing."""
    _look_together(store, monkeypatch, 60)
    bodies = ["STOP", "START", "Hello?", "please stop texting me"] * 15
    texts = [_text(store, number, body) for number, body in enumerate(bodies)]
    stop = set_consent(_PERSON, NUMBER, ConsentState.OUT, note="phoned us", store=store, now=NOW)
    received, *_ = await asyncio.gather(asyncio.gather(*texts), stop, forget_texter(_PERSON, store=store))
    rows = await _rows(store)
    answers = {message_sid(number): one.say for number, one in enumerate(received) if one}
    _check_story(rows, answers)
    assert (await store.consents.read_standing(NUMBER, TEXTER_HASH)).row == rows[-1]


async def test_many_stops_to_who_is_out_elsewhere(
    store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I23, I27: twenty STOPs at once to a number that an opt-out reaches already: silence, and one row."""
    await _reach_account(store)
    await _text(store, 100, "STOP", to=_SISTER)
    _look_together(store, monkeypatch, 20)
    received = await asyncio.gather(*(_text(store, number, "STOP") for number in range(20)))
    assert {one.say for one in received if one} == {""}
    assert [(row.version, row.state) for row in await _rows(store)] == [(1, ConsentState.OUT)]


async def test_a_stop_amid_an_operators_start(
    store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I19: whoever opts out once the operator's START is on the disk, or any row of it, stays out."""
    await _text(store, 1, "Hello?")
    to_disk = store.connection.to_disk

    async def stop_after(run: Callable[..., Awaitable[Any]]) -> Any:
        outcome = await to_disk(run)
        monkeypatch.setattr(store.connection, "to_disk", to_disk)
        stopped = await _text(store, 2, "STOP")
        assert stopped
        assert stopped.say == _STOPPED
        return outcome

    monkeypatch.setattr(store.connection, "to_disk", stop_after)
    await set_consent(_PERSON, None, ConsentState.IN, note="phoned us", store=store, now=NOW)
    assert (await store.consents.read_standing(NUMBER, TEXTER_HASH)).state is ConsentState.OUT


async def test_a_scope_that_begins_meanwhile(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I32: once the reach has grown nothing more is admitted, also of what was read before."""
    await _text(store, 100, "STOP", to=_SISTER)
    _look_together(store, monkeypatch, 30)
    texts = [_text(store, number, "Hello?") for number in range(30)]
    waiting = asyncio.gather(*texts[1:])
    await _reach_account(store)
    received = [await texts[0], *await waiting]
    assert {(one.outcome, one.reason) for one in received if one} == {("ignored", "opted out")}


async def test_of_a_stop_and_an_earlier_start_the_stop_counts(store: Store, customer: Customer) -> None:
    """I32, I57: which came last is told by the order of events, whatever Redis's clock has done in between."""
    await _reach_account(store)
    await _text(store, 1, "START")
    ahead = int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000)
    await store.connection.execute_command("HSET", f"tg:consent:{NUMBER}:{TEXTER_HASH}", "noted_ms", ahead)
    await _text(store, 2, "STOP", to=_SISTER)
    assert (await store.consents.read_standing(NUMBER, TEXTER_HASH)).state is ConsentState.OUT
    await _text(store, 3, "START")
    assert (await store.consents.read_standing(NUMBER, TEXTER_HASH)).state is ConsentState.IN
