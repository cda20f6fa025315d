"""Texters who ask to be forgotten, on a real Redis: asked once, then forgotten within the account, and no further."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.errors import StoreDown
from gateway.domain.forgetting import forgotten_text, sure_text
from gateway.domain.honesty import Language
from gateway.domain.number import Policy, Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.retention import Retention
from gateway.domain.sandbox import hint_text
from gateway.domain.secret import Secret
from gateway.flows.numbers import NumberWishes, add_number, allow_guest, set_number
from gateway.flows.receive import FOUND_LATE, Missed, receive_text
from tests.domain.values import VOICE, a_text
from tests.examples import AGES, NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, message_sid
from tests.flows.sandbox_texts import SANDBOX, find_joined, make_agent, text
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents

_SURE = sure_text(Language.ENGLISH, VOICE)
_DONE = forgotten_text(Language.ENGLISH, VOICE)
_WORDS = "the blue bicycle"
_OTHER = PhoneNumber("+12025550177")


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody with a number."""
    return await set_up_customer(store)


async def _say(store: Store, body: str, *, to: str = NUMBER, sid: str | None = None) -> str:
    return (await text(store, body, to=to, sid=sid)).say


async def _conversations(store: Store) -> int:
    return len(await store.connection.read_members(keys.conversations_of(TEXTER_HASH)))


async def test_asked_once_then_forgotten(store: Store, customer: Customer, redis_url: Secret) -> None:
    """I70: after the second FORGET ME no key and no value of Redis holds the texter's number or words."""
    await allow_guest(NUMBER, TEXTER, store=store, pepper=PEPPER)
    for body in ("HELP", _WORDS, "wrong number"):
        await text(store, body, to=NUMBER)
    asked = await text(store, "Forget me", to=NUMBER)
    assert (asked.say, asked.outcome, asked.reason) == (_SURE, "said", "erasure asked")
    assert TEXTER in str(contents(redis_url, "tg:*"))
    assert await _say(store, "delete my data!") == _DONE
    left = str(contents(redis_url, "tg:*"))
    assert TEXTER not in left
    assert _WORDS not in left
    assert await store.connection.exists(keys.rally(NUMBER, TEXTER_HASH)) == 0
    (row,) = await store.consents.read_history(NUMBER, TEXTER_HASH)
    assert (row.source, row.texter) == ("first-text", f"hash:{TEXTER_HASH}")
    assert (await text(store, "Hello", to=NUMBER)).outcome == "admitted"


async def test_a_repeat_is_answered_alike_and_erases_nothing(store: Store, customer: Customer) -> None:
    """I2, I70: the same MessageSid gets the same answer; it is no second wish, and erases nothing said since."""
    for sid, answer in ((message_sid(901), _SURE), (message_sid(902), _DONE)):
        for _ in range(3):
            assert await _say(store, "forget me", sid=sid) == answer
    await text(store, _WORDS, to=NUMBER)
    for sid, answer in ((message_sid(901), _SURE), (message_sid(902), _DONE)):
        assert await _say(store, "forget me", sid=sid) == answer
    assert await _conversations(store) == 1
    (step,) = (await store.traces.read(message_sid(902))).steps
    assert (step.name, step.details) == ("text.said", {"keyword": "forget me", "erasure": "done"})


async def test_anything_else_keeps_it(store: Store, customer: Customer) -> None:
    """I70: who says something else in between is asked again."""
    await text(store, _WORDS, to=NUMBER)
    for other in ("no, wait", "HELP"):
        assert await _say(store, "forget me") == _SURE
        await text(store, other, to=NUMBER)
        assert await _say(store, "forget me") == _SURE
        await text(store, "keep it", to=NUMBER)
    assert await _conversations(store) == 1


async def test_a_wish_lapses(store: Store, customer: Customer) -> None:
    """I70: ten minutes later, by Redis's clock, a second wish is a first one."""
    assert await _say(store, "forget me") == _SURE
    assert 0 < await store.connection.pttl(keys.wish(NUMBER, TEXTER_HASH)) <= 600_000
    await store.connection.pexpire(keys.wish(NUMBER, TEXTER_HASH), 0)
    assert await _say(store, "forget me") == _SURE


async def test_other_accounts_keep_theirs(store: Store, customer: Customer, redis_url: Secret) -> None:
    """I63, I70: a wish reaches all numbers of its account, and nothing of another's."""
    other = await set_up_customer(store, name="Other", number=_OTHER)
    await text(store, _WORDS, to=NUMBER)
    await text(store, "the red tricycle", to=_OTHER)
    assert [await _say(store, "forget me", to=_OTHER) for _ in range(2)] == [_SURE, _DONE]
    (kept,) = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    assert await store.connection.read_field(keys.conversation(kept), "account_id") == customer.account.id
    left = str(contents(redis_url, "tg:*"))
    assert _WORDS in left
    assert "tricycle" not in left
    assert other.account.id != customer.account.id
    assert [row.texter for row in await store.consents.read_history(NUMBER, TEXTER_HASH)] == [TEXTER]
    assert [row.texter for row in await store.consents.read_history(_OTHER, TEXTER_HASH)] == [f"hash:{TEXTER_HASH}"]


async def test_a_stop_stays_in_force(store: Store, customer: Customer) -> None:
    """I19, I70: who has stopped meets silence, nothing is erased, and the opt-out and its proof are as they were."""
    await text(store, _WORDS, to=NUMBER)
    assert await _say(store, "forget me") == _SURE
    await text(store, "STOP", to=NUMBER)
    for _ in range(2):
        received = await text(store, "forget me", to=NUMBER)
        assert (received.say, received.reason) == ("", "opted out")
    assert await _conversations(store) == 1
    assert [row.state for row in await store.consents.read_history(NUMBER, TEXTER_HASH)] == ["unset", "out"]


async def test_an_opt_out_outlives_being_forgotten(store: Store, customer: Customer) -> None:
    """I27, I70: an opt-out from another number of the account blocks there also after a wish at this one."""
    await add_number(_OTHER, NumberWishes(), store=store, now=NOW)
    await text(store, "STOP", to=_OTHER)
    assert [await _say(store, "forget me") for _ in range(2)] == [_SURE, _DONE]
    assert (await store.consents.read_standing(_OTHER, TEXTER_HASH)).state == "out"


async def test_a_death_between_erasing_and_answering(
    store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I2, I70: whoever dies before the answer is saved has erased, and Twilio's next try is answered as if none had."""
    await text(store, _WORDS, to=NUMBER)
    await _say(store, "forget me")

    async def die(*_: object) -> None:
        raise StoreDown

    with monkeypatch.context() as patch:
        patch.setattr(store.messages, "save", die)
        with pytest.raises(StoreDown):
            await _say(store, "forget me", sid=message_sid(903))
    assert await _conversations(store) == 0
    for _ in range(2):
        assert await _say(store, "forget me", sid=message_sid(903)) == _DONE


async def test_one_of_many_at_once_is_answered_alike(store: Store, customer: Customer) -> None:
    """I2, I70: the same second wish, many times at once, is one wish with one answer."""
    await text(store, _WORDS, to=NUMBER)
    await _say(store, "forget me")
    said = await asyncio.gather(*(_say(store, "forget me", sid=message_sid(904)) for _ in range(8)))
    assert set(said) == {_DONE}


async def test_who_comes_late_erases_nothing(store: Store, customer: Customer) -> None:
    """I70: a process that was held up after the wish was fulfilled erases nothing that was said since."""
    for _ in range(2):
        await _say(store, "forget me")
    for body in ("HELP", _WORDS):
        await text(store, body, to=NUMBER)
    await store.forgetting.forget_within(customer.account.id, TEXTER_HASH, NUMBER)
    (talk,) = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    assert await store.forgetting.forget_conversation(talk, while_there=keys.wish(NUMBER, TEXTER_HASH)) == 0
    assert await _conversations(store) == 1
    assert len(await store.connection.read_members(keys.unheard(customer.account.id, TEXTER_HASH))) == 1


async def test_a_wish_found_late_is_none(store: Store, customer: Customer) -> None:
    """I17, I70: a wish that only Twilio's list brings is not asked about, which nobody would hear, nor fulfilled."""
    await text(store, _WORDS, to=NUMBER)
    for sid in (801, 802):
        found = replace(a_text("forget me", sid=message_sid(sid)), received_at=NOW - timedelta(minutes=1))
        late = Missed(answered=False)
        received = await receive_text(found, store=store, voice=VOICE, pepper=PEPPER, now=NOW, missed=late)
        assert received.reason == FOUND_LATE
    assert await _conversations(store) == 1
    assert await _say(store, "forget me") == _SURE


async def test_in_a_sandbox(store: Store, customer: Customer, redis_url: Secret) -> None:
    """I70: on a shared number it is the account of the agent that they are at which forgets them; they leave it."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    assert await _say(store, "forget me", to=SANDBOX) == hint_text(VOICE)
    _, code = await make_agent(customer, store)
    for body in (f"join {code}", _WORDS):
        await text(store, body)
    assert await _say(store, "forget me", to=SANDBOX) == _SURE
    assert await _say(store, "forget me", to=SANDBOX) == _DONE
    assert await find_joined(store) is None
    assert await _conversations(store) == 0
    assert _WORDS not in str(contents(redis_url, "tg:*"))


async def test_a_wish_is_its_own_accounts(store: Store, customer: Customer) -> None:
    """I63, I70: who asked one agent's account, and then joins another's agent, is asked again there."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    _, code = await make_agent(customer, store)
    other = await set_up_customer(store, name="Other", number=_OTHER)
    _, others = await make_agent(other, store)
    await text(store, f"join {code}")
    assert await _say(store, "forget me", to=SANDBOX) == _SURE
    await text(store, f"join {others}")
    # whoever joins says something else: here the wish is left as it was, as by a hand that knows no such rule
    await store.connection.set(keys.wish(SANDBOX, TEXTER_HASH), customer.account.id)
    assert await _say(store, "forget me", to=SANDBOX) == _SURE


async def test_strangers_are_not_asked(store: Store, customer: Customer) -> None:
    """I70: who is not let in on a number hears nothing of it."""
    await set_number(NUMBER, NumberWishes(policy=Policy.ALLOWLIST), store=store, now=NOW)
    assert (await text(store, "forget me", to=NUMBER)).reason == "stranger"


async def test_what_no_conversation_has_is_listed_while_it_is_kept(store: Store, customer: Customer) -> None:
    """I70: a keyword's record is found by the hash of its texter until retention erases it, and the list with it."""
    await text(store, "HELP", to=NUMBER)
    unheard = keys.unheard(customer.account.id, TEXTER_HASH)
    assert len(await store.connection.read_members(unheard)) == 1
    await store.erasure.erase_old(Retention(texts=timedelta(0), traces=AGES, receipts=AGES, consent=AGES))
    assert await store.connection.exists(unheard) == 0
