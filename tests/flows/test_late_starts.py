"""A START that is found late, by reconciling, undoes no opt-out that was said after it."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.store import Store
from gateway.domain.consent import ConsentState, Scope
from gateway.domain.message import InboundMessage
from gateway.domain.number import Keywords
from gateway.domain.phone import PhoneNumber
from gateway.flows.consent import Person, set_consent
from gateway.flows.numbers import NumberWishes, bind_number, set_number
from gateway.flows.receive import Missed, Received, receive_text
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer, set_up_customer
from tests.workers.desk import VOICE

_SISTER = PhoneNumber("+12025550188")
_BEFORE = NOW - timedelta(hours=1)
_PERSON = Person(texter=TEXTER, texter_hash=TEXTER_HASH)


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with two numbers."""
    customer = await set_up_customer(store)
    await bind_number(_SISTER, customer.agent.id, store=store, now=NOW)
    return customer


async def _text(
    store: Store, body: str, *, at: datetime = NOW, number: str = NUMBER, missed: Missed | None = None, **form: str
) -> Received:
    sid = message_sid(len(await store.connection.keys("tg:message:*")))
    message = InboundMessage.from_form(inbound_form(body, sid=sid, To=number, **form), now=at)
    return await receive_text(message, store=store, voice=VOICE, pepper=PEPPER, now=NOW, missed=missed)


async def _find(store: Store, body: str, *, number: str = NUMBER) -> Received:
    """Receive a text of an hour ago that no webhook brought."""
    return await _text(store, body, at=_BEFORE, number=number, missed=Missed(answered=False))


async def _state(store: Store, number: str = NUMBER) -> ConsentState:
    return (await store.consents.read_standing(number, TEXTER_HASH)).state


@pytest.mark.parametrize("keywords", Keywords)
async def test_a_late_start_and_a_later_stop(store: Store, customer: Customer, keywords: Keywords) -> None:
    """I25: whoever answers keywords on the number, the STOP that was texted after the START counts."""
    await set_number(NUMBER, NumberWishes(keywords=keywords), store=store, now=NOW)
    await _text(store, "STOP")
    found = await _find(store, "START")
    assert (found.say, found.reason, await _state(store)) == ("", "older than the texter's last word", ConsentState.OUT)


async def test_a_late_start_and_a_later_word_of_the_operators(store: Store, customer: Customer) -> None:
    """I25, I27: nor does it undo what a texter has told the operator since, though they never texted that number."""
    await set_consent(_PERSON, None, ConsentState.OUT, note="phoned us", store=store, now=NOW)
    found = await _find(store, "START")
    assert (found.say, await _state(store)) == ("", ConsentState.OUT)


async def test_a_late_start_and_a_later_stop_to_a_sister(store: Store, customer: Customer) -> None:
    """I25, I32: nor a later STOP to another number, as far as that reaches."""
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) - timedelta(days=1))
    await _text(store, "STOP", number=_SISTER)
    found = await _find(store, "START")
    assert (found.say, await _state(store)) == ("", ConsentState.OUT)


@pytest.mark.parametrize("keywords", Keywords)
async def test_a_late_start_after_all(store: Store, customer: Customer, keywords: Keywords) -> None:
    """I25: a START that is the texter's last word opts in, however late it is found."""
    await set_number(NUMBER, NumberWishes(keywords=keywords), store=store, now=NOW)
    await _text(store, "STOP", at=_BEFORE - timedelta(seconds=1))
    await _find(store, "START")
    assert await _state(store) is ConsentState.IN


@pytest.mark.parametrize("again", ["STOP", "please stop texting me"])
@pytest.mark.parametrize("keywords", Keywords)
async def test_a_late_start_between_two_stops(store: Store, customer: Customer, keywords: Keywords, again: str) -> None:
    """I19, I25: a STOP from who is out already is no row, but no START before it counts any more."""
    await set_number(NUMBER, NumberWishes(keywords=keywords), store=store, now=NOW)
    await _text(store, "STOP", at=_BEFORE - timedelta(hours=1))
    await _text(store, again)
    found = await _find(store, "START")
    assert (found.reason, await _state(store)) == ("older than the texter's last word", ConsentState.OUT)
    assert len(await store.consents.read_history(NUMBER, TEXTER_HASH)) == 1
    await _text(store, "START", at=NOW + timedelta(seconds=1))
    assert await _state(store) is ConsentState.IN


async def test_a_late_stop_and_a_later_start(store: Store, customer: Customer) -> None:
    """I25: of a STOP and a START the later one counts, whichever is found late; a first text is no such word."""
    await _text(store, "Hello")
    await _find(store, "STOP")
    assert await _state(store) is ConsentState.OUT
    await _text(store, "START", at=NOW + timedelta(seconds=1))
    await _text(store, "STOP", at=NOW, missed=Missed(answered=False))
    assert await _state(store) is ConsentState.IN


async def test_nobody_is_said_to_have_been_told(store: Store, customer: Customer) -> None:
    """I27: what is found late is answered by nobody, so its row claims no words, and its trace no answer."""
    found = await _find(store, "STOP")
    (row,) = await store.consents.read_history(NUMBER, TEXTER_HASH)
    assert (found.say, found.outcome, row.state, row.wording) == ("", "ignored", ConsentState.OUT, "")
    help_found = await _find(store, "HELP")
    assert (help_found.say, help_found.outcome) == ("", "ignored")
