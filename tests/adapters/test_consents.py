"""Consent on a real Redis: how far an opt-out reaches, what undoes it, and what the ledger proves."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.store import Store
from gateway.domain.compliance import Voice
from gateway.domain.consent import ConsentState, Scope, Source
from gateway.domain.errors import Conflict, OptedOut, StoreDown
from gateway.domain.ids import MessageId, hash_texter
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import Hold, Turn
from gateway.flows.consent import Person, set_consent, show_history, show_standings
from gateway.flows.numbers import bind_number
from gateway.flows.receive import receive_text
from tests.adapters.texts import CONVERSATION, STEP, a_change, a_recorded_turn, set_consent_of
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer, set_up_customer

_SISTER = PhoneNumber("+12025550188")
_FOREIGN = PhoneNumber("+12025550177")
_LATER = PhoneNumber("+12025550166")
_PERSON = Person(texter=TEXTER, texter_hash=TEXTER_HASH)
_IN, _OUT, _UNSET = ConsentState.IN, ConsentState.OUT, ConsentState.UNSET


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with two numbers, beside somebody else with one."""
    customer = await set_up_customer(store)
    await bind_number(_SISTER, customer.agent.id, store=store, now=NOW)
    await set_up_customer(store, name="Other", number=_FOREIGN)
    return customer


async def _states(store: Store) -> list[ConsentState]:
    """Where the example texter stands with the number, its sister, a foreign one, and one that nobody has yet."""
    standings = [await store.consents.read_standing(n, TEXTER_HASH) for n in (NUMBER, _SISTER, _FOREIGN, _LATER)]
    return [standing.state for standing in standings]


async def _hold(store: Store, turn: Turn) -> Hold:
    """The hold under which a turn was opened."""
    token = await store.connection.get(f"tg:hold:{CONVERSATION}") or ""
    return Hold(conversation_id=CONVERSATION, account_id=turn.conversation.account_id, token=token)


_REACHES = {
    Scope.NUMBER: [_OUT, _UNSET, _UNSET, _UNSET],
    Scope.ACCOUNT: [_OUT, _OUT, _UNSET, _UNSET],
    Scope.ALL: [_OUT, _OUT, _OUT, _OUT],
}


@pytest.mark.parametrize("scope", Scope)
async def test_an_opt_out_reaches_as_far_as_the_scope_says(store: Store, customer: Customer, scope: Scope) -> None:
    """I32: one STOP blocks its number, its account's numbers or all, as data says, and also what was stopped before."""
    await set_consent_of(store, customer, _OUT)
    assert await _states(store) == _REACHES[Scope.NUMBER]
    await store.consents.set_scope(scope, datetime.now(UTC) - timedelta(seconds=1))
    assert await _states(store) == _REACHES[scope]


async def test_a_scope_begins_on_its_day(store: Store, customer: Customer) -> None:
    """I32: a scope that begins later changes nothing yet, and the last one that has begun counts."""
    now = datetime.now(UTC)
    await set_consent_of(store, customer, _OUT)
    await store.consents.set_scope(Scope.ALL, now + timedelta(days=69))
    assert await _states(store) == _REACHES[Scope.NUMBER]
    await store.consents.set_scope(Scope.ACCOUNT, now - timedelta(days=1))
    assert await _states(store) == _REACHES[Scope.ACCOUNT]
    await store.consents.set_scope(Scope.NUMBER, now - timedelta(seconds=1))
    assert await _states(store) == _REACHES[Scope.NUMBER]


async def test_start_opens_the_number_that_it_was_texted_to(store: Store, customer: Customer) -> None:
    """I25, I32: START to one number opens that one; the account's others stay as far as the STOP reached."""
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) - timedelta(days=1))
    await set_consent_of(store, customer, _OUT)
    await set_consent_of(store, customer, _IN, number=_SISTER, before=_OUT)
    assert await _states(store) == [_OUT, _IN, _UNSET, _UNSET]


async def test_many_stops_at_once_from_who_is_out_elsewhere(store: Store, customer: Customer) -> None:
    """I23, I32: who is out by a sister number's STOP, and stops here twenty times at once, gets one row and silence."""
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) - timedelta(days=1))
    await set_consent_of(store, customer, _OUT, number=_SISTER)
    stops = [InboundMessage.from_form(inbound_form("STOP", sid=message_sid(each)), now=NOW) for each in range(20)]
    voice = Voice(brand="Corner Cafe", help_contact=None)
    answers = [receive_text(stop, store=store, voice=voice, pepper=PEPPER, now=NOW) for stop in stops]
    assert {received.say for received in await asyncio.gather(*answers)} == {""}
    assert [row.state for row in await store.consents.read_history(NUMBER, TEXTER_HASH)] == [_OUT]


async def test_a_stop_elsewhere_ends_a_turn_at_its_fence(store: Store, customer: Customer) -> None:
    """I19, I32: the fence looks as far as the scope says, whichever number the STOP was texted to."""
    turn = await a_recorded_turn(store, customer)
    hold = await _hold(store, turn)
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) - timedelta(days=1))
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    await set_consent_of(store, customer, _OUT, number=_SISTER)
    with pytest.raises(OptedOut):
        await store.parts.fence(hold, turn, turn.parts[1], STEP)


async def test_a_fence_says_why_it_was_allowed(store: Store, customer: Customer) -> None:
    """I27: the step of each part that was fenced names the row of the ledger that was the last at that moment."""
    turn = await a_recorded_turn(store, customer)
    hold = await _hold(store, turn)
    await set_consent_of(store, customer, _IN)
    await store.parts.fence(hold, turn, turn.parts[0], STEP)
    fenced = (await store.connection.read_list(f"tg:steps:{turn.id}"))[-1]
    assert '"consent":"in"' in fenced
    assert '"consent_source":"keyword"' in fenced
    assert '"consent_version":1' in fenced
    assert turn.conversation.id == CONVERSATION


async def test_an_operators_stop_is_for_every_number(store: Store, customer: Customer) -> None:
    """I27: on an operator's word a texter is out everywhere, also for numbers to come, until START or the operator."""
    await set_consent_of(store, customer, _IN)
    rows = await set_consent(_PERSON, None, _OUT, note="phoned us", store=store, now=NOW)
    assert [(row.number, row.version, row.source, row.note) for row in rows] == [
        ("*", 1, "operator", "phoned us"),
        (NUMBER, 2, "operator", "phoned us"),
    ]
    assert await _states(store) == [_OUT] * 4
    await set_consent_of(store, customer, _IN, number=_SISTER, before=_OUT)
    assert await _states(store) == [_OUT, _IN, _OUT, _OUT]
    await set_consent(_PERSON, None, _IN, note="wrote to us", store=store, now=NOW)
    assert await _states(store) == [_IN, _IN, _UNSET, _UNSET]


async def test_an_operators_start_reaches_as_far_as_the_stop(store: Store, customer: Customer) -> None:
    """I32: what one STOP closed by its scope, an operator's START for every number opens again."""
    await store.consents.set_scope(Scope.ALL, datetime.now(UTC) - timedelta(days=1))
    await set_consent_of(store, customer, _OUT)
    await set_consent(_PERSON, None, _IN, note="", store=store, now=NOW)
    assert _OUT not in await _states(store)


async def test_an_operator_may_speak_for_one_number(store: Store, customer: Customer) -> None:
    """I27: with a number, an operator's word is about that one."""
    await set_consent(_PERSON, _SISTER, _OUT, note="", store=store, now=NOW)
    assert await _states(store) == [_UNSET, _OUT, _UNSET, _UNSET]
    (standing,) = await show_standings(_PERSON, _SISTER, store=store)
    assert standing.row
    assert (standing.row.source, standing.row.account_id) == ("operator", customer.account.id)
    assert await show_history(_PERSON, None, store=store) == [standing.row]


async def test_twilios_block_is_an_opt_out_once(store: Store, customer: Customer) -> None:
    """I26: error 21610 puts the texter out, and once more changes nothing."""
    change = a_change(_OUT, source=Source.CARRIER_BLOCK)
    row = await store.consents.change(change)
    assert row
    assert (row.source, row.version) == ("21610", 1)
    assert await store.consents.change(change) is None
    assert await _states(store) == _REACHES[Scope.NUMBER]


async def test_a_late_word_of_twilios_does_not_undo_a_start(store: Store, customer: Customer) -> None:
    """I25, I26: a block that was known before the texter's START is old news."""
    change = a_change(_OUT, source=Source.CARRIER_BLOCK)
    earlier = datetime.now(UTC) - timedelta(seconds=5)
    await set_consent_of(store, customer, _IN)
    assert await store.consents.change(change, known_at=earlier) is None
    assert (await _states(store))[0] is _IN
    assert await store.consents.change(change, known_at=datetime.now(UTC) + timedelta(seconds=5))
    assert (await _states(store))[0] is _OUT


async def test_ledgers_are_read_number_by_number(store: Store, customer: Customer) -> None:
    """I27: the whole of the ledger can be read, or that of one number, in an order that stays."""
    for texter in ("+12025550102", "+12025550101"):
        for number in (_SISTER, NUMBER):
            person = Person(texter=PhoneNumber(texter), texter_hash=hash_texter(PEPPER, texter))
            await set_consent(person, number, _OUT, note="", store=store, now=NOW)
    rows = [row async for row in store.consents.read_ledgers()]
    assert [row.number for row in rows] == [_SISTER, _SISTER, NUMBER, NUMBER]
    assert [row async for row in store.consents.read_ledgers(NUMBER)] == rows[2:]
    assert {row.texter for row in rows[2:]} == {"+12025550101", "+12025550102"}
    assert [row async for row in store.consents.read_ledgers("+1202555")] == []


async def test_another_pepper_is_refused(store: Store) -> None:
    """I28: with another pepper no opt-out would be found, so nothing works, and the sentence says what to do."""
    await store.pepper.check(b"q" * 32)
    await store.pepper.claim(PEPPER)
    await store.pepper.claim(PEPPER)
    for refuses in (store.pepper.check, store.pepper.claim):
        with pytest.raises(StoreDown, match="never rotated"):
            await refuses(b"q" * 32)
    await store.pepper.check(PEPPER)


async def test_a_row_names_the_text_that_it_follows_from(store: Store, customer: Customer) -> None:
    """I27: a texter's own word is kept with the MessageSid and the exact words that it was answered with."""
    await set_consent_of(store, customer, _OUT)
    (row,) = await store.consents.read_history(NUMBER, TEXTER_HASH)
    assert (row.message_sid, row.wording, row.texter) == (MessageId(f"SM{90:032x}"), "words", TEXTER)


async def test_a_scope_that_has_begun_is_not_put_off(store: Store) -> None:
    """I32: a later day for a scope in force is refused, since it would open again what that has closed."""
    now = datetime.now(UTC)
    await store.consents.set_scope(Scope.ACCOUNT, now - timedelta(days=1))
    with pytest.raises(Conflict, match="in force"):
        await store.consents.set_scope(Scope.ACCOUNT, now + timedelta(days=1))
    await store.consents.set_scope(Scope.ACCOUNT, now - timedelta(days=2))
    await store.consents.set_scope(Scope.ALL, now + timedelta(days=1))
    await store.consents.set_scope(Scope.ALL, now + timedelta(days=2))
