"""What a turn costs is booked once, whatever becomes of it and of its workers."""

from dataclasses import replace

import pytest

from gateway.adapters.store import keys
from gateway.domain.completion import Tokens
from gateway.domain.cost import CENT, ModelPrice, Prices
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.errors import CarrierBusy, CarrierRefused, CarrierUnknown, HoldLost
from gateway.domain.ids import derive_conversation_id
from gateway.domain.limits import TurnCaps
from gateway.domain.llm import Llm, LlmMode, Tier
from gateway.domain.model_errors import ModelDeclined, ModelFailed, ModelRefused, ModelTooLong
from gateway.domain.payer import HostedModels
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.spend import FIRST_GUESS, Spend, sum_up
from gateway.flows.agents import revise_agent
from tests.examples import LIMITS, NOW, NUMBER, PEPPER, TEXTER
from tests.workers.desk import MAX_TRIES, Desk
from tests.workers.fakes import WORDS, sent_sid

_TOKENS = Tokens(asked=1_000, answered=500)
_TOKEN_MICROCENTS = 45_000
_SEGMENT = 830_000
_LONG = "Nice words. " * 140
"""Two parts: the first has ten segments, or eleven."""


@pytest.fixture(autouse=True)
def _counted(desk: Desk) -> None:
    """A model whose provider counts, and whose price is known."""
    desk.model.tokens, desk.model.price = _TOKENS, ModelPrice(asked=15 * CENT, answered=60 * CENT)


async def spend_of(desk: Desk) -> Spend:
    """Everything that the customer has spent today."""
    today = await desk.store.spending.read_today()
    return sum_up(row.spend for row in await desk.store.spending.read(desk.customer.account.id, today, today))


async def _purses(desk: Desk) -> set[int]:
    """What the purses hold; they are one where nothing is open: what was spent."""
    names = await desk.store.connection.keys(keys.PURSE_PREFIX + "*")
    assert len(names) == 4
    return {int(await desk.store.connection.read_field(name, "microcents") or 0) for name in names}


async def _expect(desk: Desk, segments: int, tokens: int = 1) -> Spend:
    """See that so much was booked, alike in the books, the purses and the conversation."""
    spend = await spend_of(desk)
    assert (spend.segments, spend.segment_microcents) == (segments, segments * _SEGMENT)
    assert (spend.tokens_in, spend.tokens_out) == (tokens * _TOKENS.asked, tokens * _TOKENS.answered)
    assert spend.model_microcents == tokens * _TOKEN_MICROCENTS
    assert await _purses(desk) == {spend.total_microcents}
    of_talk = await desk.store.connection.read_hash(keys.conversation(desk.conversation_id))
    assert int(of_talk.get("spent_segment_microcents", 0)) == spend.segment_microcents
    assert int(of_talk.get("spent_model_microcents", 0)) == spend.model_microcents
    return spend


async def _say(desk: Desk, body: str = "Hello") -> str:
    sid = await desk.text(body)
    await desk.work()
    return sid


async def test_a_turn_is_booked(desk: Desk) -> None:
    """I53: an answered turn's segments and tokens are booked with their price, and its trace tells them in cents."""
    sid = await _say(desk)
    spend = await _expect(desk, 1)
    assert (spend.turns, spend.texts, spend.parts_sent, spend.outcomes) == (1, 1, 1, {"answered": 1})
    (closed,) = [step for step in (await desk.trace(sid)).steps if step.name == "turn.closed"]
    told = {name: closed.details[name] for name in ("segments", "tokens_in", "tokens_out", "cents")}
    assert told == {"segments": 1, "tokens_in": 1_000, "tokens_out": 500, "cents": "0.875"}
    assert "unpriced" not in closed.details


async def test_by_country(desk: Desk) -> None:
    """A segment costs what is said for the country of the texter's number."""
    desk.tools = replace(desk.tools, prices=Prices(segments={"US": 3, "FR": 7}))
    await _say(desk)
    assert (await spend_of(desk)).segment_microcents == 3
    french = PhoneNumber("+33612345678")
    await desk.text("Bonjour", sender=french)
    await desk.work(derive_conversation_id(PEPPER, "sms", desk.customer.account.id, NUMBER, french))
    assert (await spend_of(desk)).segment_microcents == 10


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("deed", ["turns.record_reply", "parts.fence", "parts.settle", "turns.close", "holds.release"])
async def test_once_wherever_a_worker_dies(desk: Desk, deed: str, *, after: bool) -> None:
    """I53: a turn that another worker takes up is booked once, and the purses hold what it has cost."""
    await desk.text("Hello")
    await desk.work_until_dead(deed, after=after, calls=2 if deed == "holds.release" else 1)
    await desk.wait_until_free()
    await desk.work()
    assert (await _expect(desk, 1)).turns == 1


async def test_every_part(desk: Desk) -> None:
    """I53: of an answer in two parts, of which Twilio refuses the second, the first is paid for."""
    desk.model.answers.append(_LONG)
    desk.carrier.answers.extend([sent_sid(1), CarrierRefused(twilio_code=30006)])
    await _say(desk)
    spend = await spend_of(desk)
    assert (spend.parts_sent, spend.parts_failed, spend.outcomes) == (1, 1, {"failed": 1})
    assert spend.segments in (10, 11)
    await _expect(desk, spend.segments)


async def test_what_may_have_arrived_counts(desk: Desk) -> None:
    """I53: a part of which Twilio can't say what became of it is counted as sent."""
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.list_shows.extend([CarrierBusy()] * 200)
    await _say(desk)
    assert (await _expect(desk, 1)).outcomes == {"unknown": 1}


async def test_what_was_found_counts_once(desk: Desk) -> None:
    """I53: a part that was lost sight of, and is then found at Twilio, is counted once."""
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.accepted.append((sent_sid(9), WORDS))
    await _say(desk)
    assert (await _expect(desk, 1)).outcomes == {"answered": 1}


async def test_what_was_sent_twice_counts_once(desk: Desk) -> None:
    """I53: a part that was absent at Twilio, and sent again, is counted once."""
    desk.carrier.answers.append(CarrierUnknown())
    await _say(desk)
    assert len(desk.carrier.taken) == 2
    await _expect(desk, 1)


async def test_a_stop_saves_the_segments(desk: Desk) -> None:
    """I53: who stops while the model thinks gets no text, and only the model is paid for."""
    desk.model.interlude = lambda: desk.text("STOP")
    await _say(desk)
    assert (await _expect(desk, 0)).outcomes == {"opted_out": 1}


@pytest.mark.parametrize("failure", [ModelDeclined, ModelRefused])
async def test_what_has_no_words_is_billed(desk: Desk, failure: type[ModelFailed]) -> None:
    """I53: an answer without words is billed at what its provider counted, and so is the text that is sent instead."""
    wordless = failure()
    wordless.tokens = _TOKENS
    desk.model.answers.append(wordless)
    await _say(desk)
    await _expect(desk, 1)


async def test_estimated_tokens(desk: Desk) -> None:
    """I53: tokens that nobody counted are booked at the model's price, and said to be a guess."""
    desk.model.tokens = replace(_TOKENS, estimated=True)
    await _say(desk)
    assert (await _expect(desk, 1)).unpriced_turns == 1


async def test_asked_twice_for_being_too_long(desk: Desk) -> None:
    """I53: what a prompt that was too long is billed counts beside what the short one is."""
    too_long = ModelTooLong()
    too_long.tokens = _TOKENS
    desk.model.answers.append(too_long)
    await _say(desk)
    await _expect(desk, 1, tokens=2)


async def test_an_unknown_model(desk: Desk) -> None:
    """Tokens of a model whose price nobody knows are counted, cost nothing, and are said to be unpriced."""
    desk.model.price = None
    sid = await _say(desk)
    spend = await spend_of(desk)
    assert (spend.tokens_in, spend.model_microcents, spend.unpriced_turns) == (1_000, 0, 1)
    assert (await desk.trace(sid)).steps[-1].details["unpriced"] is True


async def test_the_operators_word_on_a_price(desk: Desk) -> None:
    """What the price file says of a model goes over what the model library knows."""
    desk.tools = replace(desk.tools, prices=Prices(models={"test-model": ModelPrice(asked=CENT, answered=CENT)}))
    await _say(desk)
    assert (await spend_of(desk)).model_microcents == 1_500
    assert desk.model.priced == []


async def test_over_the_api(desk: Desk) -> None:
    """Over the API no segment is paid for, however long the answer."""
    _, conversation_id = await desk.ask("Hello")
    await desk.work(conversation_id)
    spend = await spend_of(desk)
    assert (spend.segments, spend.model_microcents, spend.turns) == (0, _TOKEN_MICROCENTS, 1)


async def test_who_pays(desk: Desk) -> None:
    """Segments from the operator's numbers are the operator's; tokens on the account's own key are not."""
    await _say(desk)
    spend = await spend_of(desk)
    assert spend.operator_microcents == spend.segment_microcents == _SEGMENT
    assert spend.describe()["paid_by"] == {"account": 0.045, "operator": 0.83}


async def test_the_operators_models(desk: Desk) -> None:
    """Tokens of a hosted model are on the operator's bill, as its segments are."""
    await _ask_the_operators(desk)
    await _say(desk)
    spend = await _expect(desk, 1)
    assert spend.operator_microcents == spend.total_microcents


async def _ask_the_operators(desk: Desk) -> None:
    route = ModelRoute(provider=Provider.OPENAI_COMPAT, model="quick", base_url="http://127.0.0.1:4141/v1")
    hosted = HostedModels(routes={Tier.FAST: route}, secret=Secret("sk-1"), fingerprint="0" * 12)
    desk.tools = replace(desk.tools, hosted=hosted)
    llm = Llm(mode=LlmMode.HOSTED, tier=Tier.FAST, model=None, label=None)
    await revise_agent(desk.customer.agent, {"llm": llm}, store=desk.store, now=NOW)


async def test_forgotten_midway(desk: Desk) -> None:
    """I53: a conversation that is deleted while its reply leaves takes its own sum with it, but not the account's."""
    desk.carrier.interlude = lambda: desk.store.forgetting.forget_conversation(desk.conversation_id)
    await desk.text("Hello")
    with pytest.raises(HoldLost):
        await desk.work()
    spend = await spend_of(desk)
    assert (spend.segments, spend.model_microcents, spend.outcomes) == (1, _TOKEN_MICROCENTS, {"forgotten": 1})
    assert await _purses(desk) == {spend.total_microcents}
    assert await desk.store.connection.read_hash(keys.conversation(desk.conversation_id)) == {}


@pytest.mark.parametrize("by_operator", [False, True])
async def test_forgotten_while_the_model_thinks(desk: Desk, *, by_operator: bool) -> None:
    """I53: a question that is taken back while its model is asked is booked at what was reserved for it."""
    if by_operator:
        await _ask_the_operators(desk)
    desk.tools = replace(desk.tools, limits=replace(LIMITS, model_guess=777))
    desk.model.interlude = lambda: desk.store.forgetting.forget_conversation(desk.conversation_id)
    await desk.text("Hello")
    with pytest.raises(HoldLost):
        await desk.work()
    spend = await spend_of(desk)
    assert (spend.segments, spend.model_microcents, spend.operator_microcents) == (0, 777, 777 * by_operator)
    assert (spend.unpriced_turns, spend.outcomes) == (1, {"forgotten": 1})
    assert await _purses(desk) == {777}


async def test_given_up_unanswered(desk: Desk) -> None:
    """I53: a turn whose workers all died before its reply was recorded is booked at what was reserved for the model."""
    await desk.text("Hello")
    for _ in range(MAX_TRIES):
        await desk.work_until_dead("turns.record_reply", after=False)
    await desk.work()
    spend = await spend_of(desk)
    assert (spend.model_microcents, spend.unpriced_turns, spend.outcomes) == (FIRST_GUESS, 1, {"failed": 1})
    assert await _purses(desk) == {FIRST_GUESS}


async def test_refused_and_forgotten(desk: Desk) -> None:
    """I53: of a turn that a cap refused nothing was reserved for a model, and nothing is booked for it."""
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(texter_day=0)))
    await desk.text("Hello")
    await desk.work_until_dead("turns.record_reply", after=False)
    await desk.store.forgetting.forget_conversation(desk.conversation_id)
    spend = await spend_of(desk)
    assert (spend.model_microcents, spend.unpriced_turns) == (0, 0)
    assert await _purses(desk) == {0}


async def test_forgotten_afterwards(desk: Desk) -> None:
    """I53: a conversation that is deleted after its turns were booked leaves the account's sums as they are."""
    await _say(desk)
    before = await spend_of(desk)
    await desk.store.forgetting.forget_conversation(desk.conversation_id)
    assert await spend_of(desk) == before
    assert await _purses(desk) == {before.total_microcents}


async def test_no_number_in_the_books(desk: Desk) -> None:
    """I70: the books and purses hold no texter's number and no word."""
    await _say(desk, "My secret is tulip")
    for prefix in (keys.PURSE_PREFIX, keys.SPEND_PREFIX):
        for name in await desk.store.connection.keys(prefix + "*"):
            kept = f"{name} {await desk.store.connection.read_hash(name)}"
            assert TEXTER.strip("+") not in kept
            assert "tulip" not in kept


async def test_what_is_kept_for_how_long(desk: Desk) -> None:
    """A day's books are kept for four hundred days after it, and a purse for a day more than its period."""
    await _say(desk)
    (book,) = await desk.store.connection.keys(keys.SPEND_PREFIX + "*")
    assert 400 * 86_400 < await desk.store.connection.ttl(book) <= 401 * 86_400
    (purse,) = await desk.store.connection.keys(keys.PURSE_PREFIX + "agent_spend_day:*")
    assert 86_400 < await desk.store.connection.ttl(purse) <= 2 * 86_400
