"""MORE: what of an answer was too long for a text waits, and is had without a model by whom it was written for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.adapters.store import keys
from gateway.domain.agent import AgentStatus
from gateway.domain.brevity import HINT
from gateway.domain.completion import Tokens
from gateway.domain.cost import CENT, ModelPrice, format_cents
from gateway.domain.errors import CarrierRefused, CarrierUnknown
from gateway.domain.limits import TurnCaps
from gateway.domain.model_errors import ModelBusy
from gateway.domain.reply import CAPPED
from gateway.domain.segment import count_segments
from gateway.domain.spend import Spend, sum_up
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.numbers import bind_number
from tests.examples import FOREVER, LIMITS, NOW, NUMBER, TEXTER_HASH
from tests.setting_up import QUIET
from tests.workers.desk import Desk
from tests.workers.fakes import WORDS

_SENTENCES = [f"This is the sentence number {number} of a long story." for number in range(1, 41)]
_STORY = " ".join(_SENTENCES)
_TEXTING = replace(QUIET, gather_ms=0, max_segments=4)


@pytest.fixture
async def teller(desk: Desk) -> Desk:
    """A desk whose agent has told the first part of a story."""
    await desk.store.agents.save(replace(desk.customer.agent, texting=_TEXTING))
    desk.model.answers.append(_STORY)
    await _say(desk, "Tell me a story")
    return desk


async def _say(desk: Desk, *bodies: str) -> str:
    """Text, and have all of it answered as one turn; return the last MessageSid."""
    sids = [await desk.text(body) for body in bodies]
    await desk.work()
    return sids[-1]


def _told(desk: Desk) -> str:
    return " ".join(text.removesuffix(HINT).strip() for text in desk.carrier.texts)


async def test_the_rest_comes_in_order(teller: Desk) -> None:
    """I49: MORE after MORE brings the whole answer, each text within the ceiling, and no model is asked again."""
    for body in ("MORE", "more!", "More please"):
        await _say(teller, body)
    assert _told(teller) == _STORY
    assert [text.endswith("\n" + HINT) for text in teller.carrier.texts] == [True, True, True, False]
    assert all(count_segments(text) <= 4 for text in teller.carrier.texts)
    assert len(teller.model.asked) == 1


async def test_several_at_once_are_one(teller: Desk) -> None:
    """I37: who texts MORE twice in a row gets one text more; MORE beside other words is for the agent."""
    await _say(teller, "MORE", "more")
    assert len(teller.carrier.texts) == 2
    await _say(teller, "MORE", "and Sunday?")
    assert teller.model.last_words[-1] == "MORE\nand Sunday?"


async def test_without_a_rest_it_is_a_text_like_any_other(desk: Desk) -> None:
    """A MORE is the agent's to answer where nothing waits: from the start, and once all was told."""
    await desk.store.agents.save(replace(desk.customer.agent, texting=_TEXTING))
    desk.model.answers += [WORDS, " ".join(_SENTENCES[:20])]
    for body in ("MORE", "Tell me", "MORE", "MORE"):
        await _say(desk, body)
    assert desk.model.last_words == ["MORE", "Tell me", "MORE"]


async def test_a_new_answer_takes_its_place(teller: Desk) -> None:
    """A later answer that is whole leaves nothing to ask for."""
    await _say(teller, "When do you open?")
    await _say(teller, "MORE")
    assert teller.model.last_words[1:] == ["When do you open?", "MORE"]


@pytest.mark.parametrize(("body", "failure"), [("Are you a bot?", None), ("Go on", ModelBusy())])
async def test_the_gateways_own_words_leave_it(teller: Desk, body: str, failure: Exception | None) -> None:
    """I29, I41: after the truth about who answers, or an apology, the rest is still to be had."""
    teller.model.answers.extend([failure] if failure else [])
    await _say(teller, body)
    await _say(teller, "MORE")
    first, _, third = teller.carrier.texts
    assert _STORY.startswith(" ".join(text.removesuffix(HINT).strip() for text in (first, third)))


async def test_history(teller: Desk) -> None:
    """The agent knows what was read, and no more: each MORE adds to it, without the hint, which it would imitate."""
    await _say(teller, "MORE")
    said = await teller.history()
    assert [role for role, _ in said] == ["user", "assistant", "user", "assistant"]
    assert " ".join(text for role, text in said if role == "assistant") == _told(teller)
    assert HINT not in str(said)


async def test_it_counts_as_a_turn(teller: Desk) -> None:
    """I53: a MORE takes from the caps as an answer does, and beyond one it is told so, once."""
    teller.tools = replace(teller.tools, limits=replace(LIMITS, caps=TurnCaps(texter_day=2)))
    for _ in range(3):
        await _say(teller, "MORE")
    assert teller.carrier.texts[2:] == [CAPPED]
    assert len(teller.model.asked) == 1


async def test_it_costs_its_segments_alone(teller: Desk) -> None:
    """I53: a MORE is booked at what is sent, no model is paid for it, and nothing of what was reserved stays taken."""
    teller.model.tokens = Tokens(asked=1_000, answered=500)
    teller.model.price = ModelPrice(asked=CENT, answered=CENT)
    before = await _spent(teller)
    sid = await teller.text("MORE")
    await teller.work()
    after, closed = await _spent(teller), (await teller.trace(sid)).steps[-1]
    assert (after.turns, after.model_microcents, after.unpriced_turns) == (before.turns + 1, before.model_microcents, 0)
    assert closed.details["segments"] == after.segments - before.segments > 0
    assert closed.details["cents"] == format_cents(after.total_microcents - before.total_microcents)
    (purse,) = await teller.store.connection.keys(keys.PURSE_PREFIX + "agent_spend_day:*")
    assert await teller.store.connection.read_field(purse, "microcents") == str(after.total_microcents)


async def _spent(desk: Desk) -> Spend:
    today = await desk.store.spending.read_today()
    return sum_up(row.spend for row in await desk.store.spending.read(desk.customer.account.id, today, today))


async def _pass_on(desk: Desk) -> None:
    heir = await create_agent(desk.customer.key, AgentWishes(texting=_TEXTING), store=desk.store, now=NOW)
    await bind_number(NUMBER, heir.id, store=desk.store, now=NOW)


async def _forget(desk: Desk) -> None:
    await desk.store.forgetting.forget_conversation(desk.conversation_id)


async def _grow_old(desk: Desk) -> None:
    await desk.store.erasure.erase_old(replace(FOREVER, texts=timedelta(0)))


@pytest.mark.parametrize("happens", [_pass_on, _forget, _grow_old], ids=["another agent", "deleted", "erased"])
async def test_whom_it_is_gone_for(teller: Desk, happens: Callable[[Desk], Awaitable[None]]) -> None:
    """I14: no other agent says it, and it goes with its conversation, and with old texts: the MORE is the agent's."""
    await happens(teller)
    await _say(teller, "MORE")
    assert teller.model.last_words[1:] == ["MORE"]
    assert teller.carrier.texts[1:] == [WORDS]


async def _stop(desk: Desk) -> None:
    await desk.text("STOP")


async def _block(desk: Desk) -> None:
    await desk.store.blocks.add(TEXTER_HASH, now=NOW)


async def _pause(desk: Desk) -> None:
    agent = await desk.store.agents.read(desk.customer.agent.id)
    await desk.store.agents.save(replace(agent, status=AgentStatus.PAUSED))


@pytest.mark.parametrize("happens", [_stop, _block, _pause], ids=["STOP", "blocked", "paused"])
async def test_who_gets_nothing(teller: Desk, happens: Callable[[Desk], Awaitable[None]]) -> None:
    """I19: after a STOP, a block or a pause a MORE that waited is answered with nothing, by nobody."""
    await teller.text("MORE")
    await happens(teller)
    await teller.work()
    assert len(teller.carrier.texts) == len(teller.model.asked) == 1


@pytest.mark.parametrize("deed", ["turns.record_reply", "parts.fence", "turns.close"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_loses_none_of_it(teller: Desk, deed: str, after: bool) -> None:  # noqa: FBT001
    """I33: a worker that dies over a MORE leaves the whole rest; the next one goes on, and asks no model."""
    teller.carrier.list_shows.extend([[], []])
    await teller.text("MORE")
    await teller.work_until_dead(deed, after=after)
    await teller.store.connection.delete(f"tg:hold:{teller.conversation_id}")
    await teller.work()
    for _ in range(2):
        await _say(teller, "MORE")
    assert _told(teller) == _STORY
    assert len(teller.model.asked) == 1


async def test_a_death_between_recording_and_sending_a_long_answer(desk: Desk) -> None:
    """I33: the rest is recorded with its reply: who dies before the first part leaves both, paid for once."""
    await desk.store.agents.save(replace(desk.customer.agent, texting=_TEXTING))
    desk.model.answers.append(_STORY)
    await desk.text("Tell me a story")
    await desk.work_until_dead("turns.record_reply", after=True)
    await desk.store.connection.delete(f"tg:hold:{desk.conversation_id}")
    for _ in range(4):
        await desk.work()
        await desk.text("MORE")
    assert _told(desk) == _STORY
    assert len(desk.model.asked) == 1


async def test_what_did_not_go_out_is_still_to_be_had(teller: Desk) -> None:
    """I50: a MORE whose text Twilio refused leaves the rest as it was; one that may have arrived does not repeat it."""
    teller.carrier.answers.append(CarrierRefused("30003"))
    await _say(teller, "MORE")
    refused = teller.carrier.taken.pop().text
    await _say(teller, "MORE")
    assert teller.carrier.texts[-1] == refused
    teller.carrier.answers.append(CarrierUnknown())
    teller.carrier.list_shows.extend([[], []])
    await _say(teller, "MORE")
    await _say(teller, "MORE")
    assert _SENTENCES[-1] in _told(teller)


async def test_a_refused_answer_leaves_nothing_of_itself(desk: Desk) -> None:
    """I50: the rest of an answer whose beginning never went out is not to be had."""
    await desk.store.agents.save(replace(desk.customer.agent, texting=_TEXTING))
    desk.model.answers += [_STORY, WORDS]
    desk.carrier.answers.append(CarrierRefused("30003"))
    await _say(desk, "Tell me a story")
    await _say(desk, "MORE")
    assert desk.model.last_words == ["Tell me a story", "MORE"]


async def test_the_api_has_no_ceiling(desk: Desk) -> None:
    """Contract 5: over the API an answer is whole, with its Markdown, and MORE is a message like any other."""
    await desk.store.agents.save(replace(desk.customer.agent, texting=_TEXTING))
    desk.model.answers += [f"**Story**: {_STORY}", WORDS]
    for text, reply in (("Tell me", f"**Story**: {_STORY}"), ("MORE", WORDS)):
        message_id, conversation_id = await desk.ask(text)
        await desk.work(conversation_id)
        assert (await desk.reply_to(message_id))["reply_text"] == reply


async def test_only_the_models_words_are_read_as_markdown(desk: Desk) -> None:
    """I49: an answer's marks are taken off; an apology is said as its developer wrote it."""
    await desk.store.agents.save(replace(desk.customer.agent, texting=replace(_TEXTING, apology="*Sorry*")))
    desk.model.answers += ["**At** [eight](https://cafe.example/hours)", ModelBusy()]
    await _say(desk, "When?")
    await _say(desk, "When?")
    assert desk.carrier.texts == ["At eight (https://cafe.example/hours)", "*Sorry*"]
