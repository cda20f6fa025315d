"""Forget a texter: nothing of theirs is left but that they are out, and the proof of it."""

import contextlib

import pytest

from gateway.adapters.store import Store
from gateway.domain.errors import HoldLost, OptedOut
from gateway.domain.ids import hash_texter
from gateway.domain.message import InboundMessage
from gateway.domain.secret import Secret
from gateway.flows.consent import Person, forget_texter
from gateway.flows.numbers import allow_guest
from gateway.flows.receive import receive_text
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, inbound_form
from tests.web.contents import contents
from tests.workers.desk import VOICE, Desk

_PERSON = Person(texter=TEXTER, texter_hash=TEXTER_HASH)
_WORDS = "the blue bicycle"


async def _forget(store: Store) -> int:
    return (await forget_texter(_PERSON, store=store)).texts


def _everything(redis_url: Secret) -> str:
    return str(contents(redis_url, "tg:*"))


async def test_nothing_names_who_was_forgotten(desk: Desk, redis_url: Secret) -> None:
    """I27: after erasure no key of Redis and no value holds number or words; the opt-out blocks, the ledger proves."""
    await desk.text(_WORDS)
    await desk.work()
    await allow_guest(NUMBER, TEXTER, store=desk.store, pepper=PEPPER)
    await desk.text("STOP")
    before = await desk.store.consents.read_history(NUMBER, TEXTER_HASH)
    assert TEXTER in _everything(redis_url)
    assert _WORDS in _everything(redis_url)
    forgotten = await forget_texter(_PERSON, store=desk.store)
    assert (forgotten.conversations, forgotten.texts, forgotten.ledger_rows) == (1, 3, 2)
    left = _everything(redis_url)
    assert TEXTER not in left
    assert _WORDS not in left
    after = await desk.store.consents.read_history(NUMBER, TEXTER_HASH)
    proof = [(row.version, row.at, row.state, row.source, row.wording, row.message_sid) for row in before]
    assert [(row.version, row.at, row.state, row.source, row.wording, row.message_sid) for row in after] == proof
    assert {row.texter for row in after} == {f"hash:{TEXTER_HASH}"}
    sid = await desk.text("Hello?")
    assert (await desk.trace(sid)).steps[0].details == {"reason": "opted out"}


async def test_others_are_not_forgotten(desk: Desk) -> None:
    """What another texter wrote and was answered stays."""
    await desk.text("mine")
    await desk.work()
    someone = Person(texter=NUMBER, texter_hash=hash_texter(PEPPER, NUMBER))
    forgotten = await forget_texter(someone, store=desk.store)
    assert (forgotten.conversations, forgotten.texts, forgotten.ledger_rows) == (0, 0, 0)
    assert (await desk.history())[0] == ("user", "mine")


async def test_a_repetition_of_what_is_forgotten_is_known(desk: Desk) -> None:
    """I4: Twilio's repetition of a forgotten text is no new text."""
    sid = await desk.text(_WORDS)
    await desk.work()
    await _forget(desk.store)
    again = InboundMessage.from_form(inbound_form(_WORDS, sid=sid), now=NOW)
    received = await receive_text(again, store=desk.store, voice=VOICE, pepper=PEPPER, now=NOW)
    assert received.outcome == "repeated"
    await desk.work()
    assert len(desk.carrier.taken) == 1


async def test_what_waits_is_forgotten_too(desk: Desk) -> None:
    """A text that nobody has answered yet is not answered any more, and the seat is free for others."""
    await desk.text(_WORDS)
    assert await _forget(desk.store) == 1
    await desk.work()
    assert desk.model.asked == []
    account = desk.customer.account.id
    for key in (f"tg:seats:{account}", "tg:seated", "tg:waiting"):
        assert await desk.store.connection.zcard(key) == 0


async def test_a_turn_under_way_ends_without_a_text(desk: Desk, redis_url: Secret) -> None:
    """Who is forgotten while the model thinks gets no text, and what the worker writes then brings nothing back."""
    desk.model.interlude = lambda: _forget(desk.store)
    await desk.text(_WORDS)
    with pytest.raises(HoldLost):
        await desk.work()
    assert desk.carrier.taken == []
    assert TEXTER not in _everything(redis_url)


async def test_a_block_does_not_name_who_was_forgotten(desk: Desk, redis_url: Secret) -> None:
    """I26, I27: a refusal of Twilio's is noted under the hash when the texter was forgotten meanwhile."""
    desk.carrier.answers.append(OptedOut())
    desk.carrier.interlude = lambda: _forget(desk.store)
    await desk.text(_WORDS)
    with contextlib.suppress(HoldLost):
        await desk.work()
    rows = await desk.store.consents.read_history(NUMBER, TEXTER_HASH)
    assert [row.source for row in rows] == ["first-text", "21610"]
    assert TEXTER not in _everything(redis_url)


async def test_who_writes_meanwhile_can_be_forgotten_again(desk: Desk) -> None:
    """A conversation that begins while its texter is being forgotten is found the next time."""
    await desk.text(_WORDS)
    await _forget(desk.store)
    await desk.text(_WORDS)
    assert (await forget_texter(_PERSON, store=desk.store)).conversations == 1
