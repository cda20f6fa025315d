"""Forget a conversation, whoever is at it: its words and its memory go, what holds for the texter stays."""

from typing import Any

import pytest

from gateway.adapters.store import keys
from gateway.domain.consent import ConsentState
from gateway.domain.errors import HoldLost
from gateway.domain.secret import Secret
from tests.examples import NUMBER, TEXTER, TEXTER_HASH
from tests.web.contents import contents
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS

_CANARY = "the blue bicycle"


async def _forget(desk: Desk) -> int:
    return await desk.store.forgetting.forget_conversation(desk.conversation_id)


async def test_a_turn_in_flight_ends_unsent(desk: Desk, redis_url: Secret) -> None:
    """A turn whose conversation is deleted while the model thinks ends unsent, and brings no word of it back."""
    desk.model.interlude = lambda: _forget(desk)
    sid = await desk.text(_CANARY)
    with pytest.raises(HoldLost):
        await desk.work()
    assert desk.carrier.taken == []
    assert (await desk.trace(sid)).outcome == "forgotten"
    assert _CANARY not in str(contents(redis_url, "tg:*"))
    assert await desk.store.connection.exists(keys.conversation(desk.conversation_id)) == 0


async def test_a_wish_ends_a_turn_in_flight(desk: Desk, redis_url: Secret) -> None:
    """I70: who asks twice to be forgotten while the model thinks gets no answer any more, and is nowhere in Redis."""

    async def wish() -> None:
        for _ in range(2):
            await desk.text("forget me")

    desk.model.interlude = wish
    await desk.text(_CANARY)
    with pytest.raises(HoldLost):
        await desk.work()
    assert desk.carrier.taken == []
    left = str(contents(redis_url, "tg:*"))
    assert (_CANARY in left, TEXTER in left) == (False, False)


async def test_who_waits_for_a_turn_in_flight_hears_of_it(desk: Desk) -> None:
    """Who waits for a reply that is being made when its conversation is deleted is told that none will come."""
    message_id, conversation_id = await desk.ask("Hello")
    desk.model.interlude = lambda: desk.store.forgetting.forget_conversation(conversation_id)
    with pytest.raises(HoldLost):
        await desk.work(conversation_id)
    assert (await desk.reply_to(message_id))["failure"] == "conversation_deleted"


async def test_what_waits_is_not_answered(desk: Desk) -> None:
    """A text that waits goes with its conversation, and its seat is free for others."""
    sid = await desk.text(_CANARY)
    assert await _forget(desk) == 1
    await desk.work()
    assert desk.model.asked == []
    assert (await desk.trace(sid)).outcome == "forgotten"
    for key in (f"tg:seats:{desk.customer.account.id}", "tg:seated", "tg:waiting", "tg:recent"):
        assert await desk.store.connection.zcard(key) == 0


async def test_the_next_text_starts_afresh(desk: Desk) -> None:
    """After a deletion the model is shown nothing of before, and nobody is answered twice."""
    for text in (_CANARY, "and a red one"):
        await desk.text(text)
        await desk.work()
    assert await _forget(desk) == 4
    await desk.text("Hello")
    await desk.work()
    assert [said.text for said in desk.model.asked[-1].prompt[1:]] == ["Hello"]
    assert await desk.history() == [("user", "Hello"), ("assistant", WORDS)]
    assert len(desk.carrier.taken) == 3


async def test_consent_and_proof_stay(desk: Desk) -> None:
    """I27: with a conversation no row of the ledger goes, and who is out stays out."""
    await desk.text(_CANARY)
    await desk.work()
    await desk.text("STOP")
    before = await desk.store.consents.read_history(NUMBER, TEXTER_HASH)
    await _forget(desk)
    assert await desk.store.consents.read_history(NUMBER, TEXTER_HASH) == before
    assert (await desk.store.consents.read_standing(NUMBER, TEXTER_HASH)).state is ConsentState.OUT
    sid = await desk.text("Hello")
    assert (await desk.trace(sid)).steps[0].details == {"reason": "opted out"}


async def test_a_text_that_was_asked_about(desk: Desk, redis_url: Secret) -> None:
    """A text that is held back until its texter says whether they opt out is deleted, too, and not heard later."""
    await desk.text("Hi")
    await desk.work()
    await desk.text("wrong number, " + _CANARY)
    assert _CANARY in str(contents(redis_url, "tg:*"))
    await _forget(desk)
    assert _CANARY not in str(contents(redis_url, "tg:*"))
    await desk.text("no")
    await desk.work()
    assert desk.model.last_words == ["Hi", "no"]


def _look_between(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each step but the last find the turn in flight as it was: its worker may write to it until then."""
    forgetting = desk.store.forgetting
    step = forgetting._conversation

    async def looking(**call: Any) -> Any:
        outcome = await step(**call)
        turn_id = await desk.store.connection.read_field(keys.conversation(desk.conversation_id), "turn_id")
        assert bool(turn_id) is not bool(outcome[1])
        if turn_id:
            assert await desk.store.turns.find(turn_id)
        return outcome

    monkeypatch.setattr(forgetting, "_conversation", looking)


async def test_a_long_conversation(desk: Desk, redis_url: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many turns there are, they all go, some at a time, and the one in flight ends unsent."""
    monkeypatch.setattr("gateway.adapters.store.forgetting._TURNS_AT_ONCE", 2)
    _look_between(desk, monkeypatch)
    for number in range(7):
        await desk.text(f"{_CANARY} {number}")
        await desk.work()
    desk.model.interlude = lambda: _forget(desk)
    await desk.text(_CANARY)
    with pytest.raises(HoldLost):
        await desk.work()
    assert len(desk.carrier.taken) == 7
    assert contents(redis_url, "tg:turn*") == {}
    assert _CANARY not in str(contents(redis_url, "tg:*"))


async def test_turns_of_before_they_were_listed(desk: Desk, redis_url: Secret) -> None:
    """Of a conversation that is older than the lists of turns and of conversations every word goes, too."""
    await desk.text(_CANARY)
    await desk.work()
    redis = desk.store.connection
    await redis.delete(keys.turns_of(desk.conversation_id), "tg:recent", f"tg:recent:{desk.customer.agent.id}")
    await redis.execute_command("HDEL", keys.conversation(desk.conversation_id), "created_ms", "used_ms")
    assert (await desk.store.conversations.read_page(None, limit=9, cursor=None))[0] == []
    await desk.text("Hello")
    await desk.work()
    (listed,), _ = await desk.store.conversations.read_page(desk.customer.agent.id, limit=9, cursor=None)
    assert (listed.conversation.id, listed.created_at) == (desk.conversation_id, None)
    await _forget(desk)
    assert _CANARY not in str(contents(redis_url, "tg:*"))
