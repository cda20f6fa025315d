"""Caps: what agents and texters get in a day, a week and a month."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.store import keys
from gateway.domain.credential import Health
from gateway.domain.errors import CarrierRefused
from gateway.domain.ids import derive_conversation_id
from gateway.domain.limits import TurnCaps
from gateway.domain.model_errors import ModelBusy
from gateway.domain.phone import PhoneNumber
from gateway.domain.reply import CAPPED
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.numbers import bind_number
from tests.examples import LIMITS, NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, message_sid
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS

_OTHER_TEXTER = PhoneNumber("+12025550177")


@pytest.fixture(autouse=True)
def _two_a_day(desk: Desk) -> None:
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(texter_day=2)))


async def _say(desk: Desk, *texts: str) -> list[str]:
    """Text and be answered, one after the other; return the outcomes."""
    sids = []
    for text in texts:
        sids.append(await desk.text(text))
        await desk.work()
    return [(await desk.trace(sid)).outcome for sid in sids]


async def test_beyond_the_cap(desk: Desk) -> None:
    """I53: beyond the cap the model isn't asked; the texter is told so once, and the rest is silence."""
    assert await _say(desk, "1", "2", "3", "4") == ["answered", "answered", "capped", "capped"]
    assert desk.carrier.texts == [WORDS, WORDS, CAPPED]
    assert len(desk.model.asked) == 2


async def test_each_texter_has_their_own(desk: Desk) -> None:
    """What one texter spends is not taken from another."""
    await _say(desk, "1", "2", "3")
    sid = await desk.text("Hello", sender=_OTHER_TEXTER)
    await desk.work(derive_conversation_id(PEPPER, "sms", desk.customer.account.id, NUMBER, _OTHER_TEXTER))
    assert (await desk.trace(sid)).outcome == "answered"


async def test_a_new_day(desk: Desk) -> None:
    """The next day there is as much again: yesterday's count is another one, and does not live long."""
    await _say(desk, "1", "2", "3")
    redis = desk.store.connection
    (today,) = await redis.keys(keys.TAKEN_PREFIX + "texter_day:*")
    assert 0 < await redis.ttl(today) <= timedelta(days=2).total_seconds()
    whose, _, day = today.rpartition(":")
    await redis.rename(today, f"{whose}:{int(day) - 1}")
    assert await _say(desk, "4") == ["answered"]


async def test_what_asks_no_model_is_given_back(desk: Desk) -> None:
    """I53: a turn that ended without an answer gives back what it took."""
    desk.tools = replace(desk.tools, limits=replace(desk.tools.limits, max_answer_age=timedelta(seconds=-(10**9))))
    assert await _say(desk, "1", "2", "3") == ["stale"] * 3
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(texter_day=2)))
    assert await _say(desk, "4", "5", "6") == ["answered", "answered", "capped"]


async def _forget_key(desk: Desk) -> None:
    await desk.store.credentials.clear(desk.customer.key.id)


async def _reject_key(desk: Desk) -> None:
    record = await desk.store.credentials.find(desk.customer.key.id)
    assert record
    await desk.store.credentials.note_health(record.id, Health.REJECTED, at=datetime.now(UTC))


async def _misfit(desk: Desk) -> None:
    await desk.store.connection.execute_command(
        "HSET", keys.agent(desk.customer.agent.id), "llm_base_url", "https://elsewhere.example/v1"
    )


async def _want_hosted(desk: Desk) -> None:
    await desk.store.connection.execute_command("HSET", keys.agent(desk.customer.agent.id), "llm_mode", "hosted")


@pytest.mark.parametrize(
    ("prevent", "failure"),
    [
        (_forget_key, "byok_not_configured"),
        (_reject_key, "byok_rejected"),
        (_misfit, "byok_mismatch"),
        (_want_hosted, "hosted_not_available"),
    ],
)
async def test_what_no_model_could_answer_is_given_back(
    desk: Desk, prevent: Callable[[Desk], Awaitable[None]], failure: str
) -> None:
    """I53: a turn of which no model could be asked takes nothing from the caps, however it ends."""
    await prevent(desk)
    assert await _say(desk, "1", "2", "3") == ["apologised", "failed", "failed"]
    assert (await desk.turn(message_sid(3)))["failure"] == failure
    assert await _taken(desk) == 0


async def _taken(desk: Desk) -> int:
    (count,) = await desk.store.connection.keys(keys.TAKEN_PREFIX + "texter_day:*")
    return int(await desk.store.connection.read_field(count, "turns") or 0)


@pytest.mark.parametrize("deed", ["turns.record_reply", "turns.close"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_it_is_given_back_once(desk: Desk, deed: str, *, after: bool) -> None:
    """I53: what got no answer is given back exactly once, wherever its worker died meanwhile."""
    assert await _say(desk, "1") == ["answered"]
    await _forget_key(desk)
    await desk.text("Hello?")
    await desk.work_until_dead(deed, after=after)
    await desk.wait_until_free()
    await desk.work()
    assert (len(desk.model.asked), await _taken(desk)) == (1, 1)


async def test_the_truth_counts(desk: Desk) -> None:
    """I53: what the gateway answers itself costs a text, too, so nobody gets it without end."""
    assert await _say(desk, "Are you a robot?", "Are you a bot?", "Are you human?") == [
        "answered",
        "answered",
        "capped",
    ]
    assert desk.model.asked == []


async def test_a_failing_model_counts(desk: Desk) -> None:
    """What a texter was apologised to for may have cost as much as an answer."""
    desk.model.answers.extend([ModelBusy(), WORDS])
    assert await _say(desk, "1", "2", "3") == ["apologised", "answered", "capped"]


async def test_what_cost_a_call_counts(desk: Desk) -> None:
    """I53: a turn that ended in failure after its model was asked is not given back."""
    desk.carrier.answers.extend([CarrierRefused(twilio_code=30006), CarrierRefused(twilio_code=30006)])
    assert await _say(desk, "1", "2", "3") == ["failed", "failed", "capped"]


async def test_a_resumed_turn_takes_no_second(desk: Desk) -> None:
    """I53: a turn that another worker takes up has taken its own already."""
    await desk.text("1")
    await desk.work_until_dead("turns.record_reply", after=False)
    await desk.wait_until_free()
    await desk.work()
    assert await _say(desk, "2", "3") == ["answered", "capped"]


async def test_under_race(desk: Desk) -> None:
    """I53: a texter who writes to twenty of an account's numbers at once gets exactly what is left."""
    account, sids = desk.customer.account.id, []
    conversations = []
    for last in range(20):
        number = PhoneNumber(f"+120255502{last:02}")
        await bind_number(number, desk.customer.agent.id, store=desk.store, now=NOW)
        sids.append(await desk.text("Hi", recipient=number))
        conversations.append(derive_conversation_id(PEPPER, "sms", account, number, TEXTER))
    await asyncio.gather(*(desk.work(conversation) for conversation in conversations))
    outcomes = [(await desk.trace(sid)).outcome for sid in sids]
    assert (outcomes.count("answered"), outcomes.count("capped")) == (2, 18)
    assert desk.carrier.texts.count(CAPPED) == 1


async def test_a_stop_gives_no_turn_back_that_was_paid(desk: Desk) -> None:
    """I53: who stops while the model thinks, and starts again, has used up a turn: the model was asked."""
    for _ in range(3):
        desk.model.interlude = lambda: desk.text("STOP")
        await desk.text("Hi")
        await desk.work()
        await desk.text("START")
    assert len(desk.model.asked) == 2
    assert desk.carrier.texts == [CAPPED]


def _cap(desk: Desk, **caps: int) -> None:
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(**caps)))


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        ("texter_week", "this week's limit"),
        ("texter_month", "this month's limit"),
        ("agent_day", "This number has reached today's limit"),
        ("agent_week", "This number has reached this week's limit"),
        ("agent_month", "This number has reached this month's limit"),
    ],
)
async def test_each_cap_has_its_words(desk: Desk, cap: str, words: str) -> None:
    """I53: whichever cap is reached, its texter is told when to text again, once, and the trace names it."""
    _cap(desk, **{cap: 1})
    assert await _say(desk, "1", "2", "3") == ["answered", "capped", "capped"]
    assert len(desk.carrier.texts) == 2
    assert words in desk.carrier.texts[1]
    (told,) = [step for step in (await desk.trace(message_sid(2))).steps if step.name == "reply.recorded"]
    assert told.details["cap"] == cap


async def test_each_texter_of_a_capped_agent_is_told(desk: Desk) -> None:
    """I53: when an agent's cap is reached, each of its texters hears so once."""
    _cap(desk, agent_day=1)
    await _say(desk, "1", "2", "3")
    for _ in range(2):
        await desk.text("Hello", sender=_OTHER_TEXTER)
        await desk.work(derive_conversation_id(PEPPER, "sms", desk.customer.account.id, NUMBER, _OTHER_TEXTER))
    told = [part.recipient for part in desk.carrier.taken[1:]]
    assert told == [TEXTER, _OTHER_TEXTER]


async def _stop(desk: Desk) -> None:
    await desk.text("3")
    await desk.text("STOP")
    await desk.work()
    await desk.text("START")


async def _block(desk: Desk) -> None:
    await desk.text("3")
    await desk.store.blocks.add(TEXTER_HASH, now=NOW)
    await desk.work()
    await desk.store.blocks.remove(TEXTER_HASH)


async def _refuse(desk: Desk) -> None:
    desk.carrier.answers.append(CarrierRefused("30006"))
    await _say(desk, "3")
    desk.carrier.taken.pop()


async def _forget(desk: Desk) -> None:
    await desk.text("3")
    await desk.work_until_dead("turns.record_reply", after=False)
    await desk.store.forgetting.forget_conversation(desk.conversation_id)


@pytest.mark.parametrize("happen", [_stop, _block, _refuse, _forget])
async def test_what_reached_nobody_was_not_told(desk: Desk, happen: Callable[[Desk], Awaitable[None]]) -> None:
    """I53: a turn that was to say that the cap is reached, and said nothing, leaves that to the next one, and once."""
    await _say(desk, "1", "2")
    await happen(desk)
    assert await _say(desk, "4", "5") == ["capped", "capped"]
    assert desk.carrier.texts == [WORDS, WORDS, CAPPED]


async def test_an_agent_counts_over_all_channels(desk: Desk) -> None:
    """I53: texts and API messages of an agent count together; without a user_ref no texter is named and counted."""
    _cap(desk, agent_day=3, texter_day=1)
    outcomes = []
    for text in ("1", "2", "3"):
        message_id, conversation_id = await desk.ask(text)
        await desk.work(conversation_id)
        outcomes.append((await desk.reply_to(message_id))["outcome"])
    assert outcomes == ["answered"] * 3
    assert await _say(desk, "4") == ["capped"]
    assert len(desk.model.asked) == 3


async def test_the_agent_that_answers_now_counts(desk: Desk) -> None:
    """I53: after a number is bound to another agent, the turn is taken from that one's cap."""
    _cap(desk, agent_day=1)
    other = await create_agent(
        desk.customer.key, AgentWishes(texting=desk.customer.agent.texting), store=desk.store, now=NOW
    )
    assert await _say(desk, "1") == ["answered"]
    sid = await desk.text("2")
    await bind_number(NUMBER, other.id, store=desk.store, now=NOW)
    await desk.work()
    assert (await desk.trace(sid)).outcome == "answered"
    assert await _say(desk, "3") == ["capped"]
