"""The disclosure: a conversation's first reply says what answers, once, and only what went out counts."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.brevity import MOST_SEGMENTS
from gateway.domain.errors import CarrierBusy, CarrierRefused, CarrierUnknown
from gateway.domain.honesty import DISCLOSURE, disclosure_text
from gateway.domain.limits import TurnCaps
from gateway.domain.model_errors import ModelBusy, ModelDeclined
from gateway.domain.reply import APOLOGY, CAPPED, REFUSAL
from gateway.domain.texting import Texting
from gateway.flows.numbers import bind_number
from tests.examples import FOREVER, NOW, NUMBER, TEXTER
from tests.workers.desk import MAX_TRIES, VOICE, Desk
from tests.workers.fakes import MOST_TRIES, WORDS, sent_sid

TOLD = disclosure_text(DISCLOSURE, VOICE)


async def _revise(desk: Desk, **changes: object) -> None:
    texting = replace(Texting(gather_ms=0), **changes)  # type: ignore[arg-type]
    await desk.store.agents.save(replace(desk.customer.agent, texting=texting))


async def _recorded(desk: Desk, sid: str) -> dict[str, object]:
    (recorded,) = [step for step in (await desk.trace(sid)).steps if step.name == "reply.recorded"]
    return recorded.details


async def _talk(desk: Desk, *bodies: str) -> list[str]:
    """Text and be answered, one text after the other; return the MessageSids."""
    sids = []
    for body in bodies:
        sids.append(await desk.text(body))
        await desk.work()
    return [str(sid) for sid in sids]


async def test_first_reply(desk: Desk) -> None:
    """I29: the first reply of a conversation begins with the disclosure, the second does not; the trace says so."""
    await _revise(desk)
    first, second = await _talk(desk, "Hi", "And on Sunday?")
    assert desk.carrier.texts == [f"{TOLD}\n\n{WORDS}", WORDS]
    assert [(await _recorded(desk, sid))["disclosure"] for sid in (first, second)] == [True, False]
    assert TOLD not in str(await desk.trace(first))


async def test_the_model_does_not_see_it(desk: Desk) -> None:
    """I29: the history has the answer alone, or the model would imitate the disclosure."""
    await _revise(desk)
    await _talk(desk, "Hi", "And on Sunday?")
    said = [("user", "Hi"), ("assistant", WORDS), ("user", "And on Sunday?"), ("assistant", WORDS)]
    assert await desk.history() == said
    assert "automated" not in str(desk.model.asked)


async def test_segments(desk: Desk) -> None:
    """I49: the trace tells how many segments all parts of a reply have, the disclosure counted in."""
    await _revise(desk, max_segments=MOST_SEGMENTS)
    desk.model.answers.extend(["a" * 1600, "\u2019"])
    first, second = await _talk(desk, "Hi", "Hello")
    assert [(await _recorded(desk, sid))["segments"] for sid in (first, second)] == [12, 1]
    assert [len(text) for text in desk.carrier.texts] == [len(TOLD), 1600, 1]


@pytest.mark.parametrize(
    ("wording", "text"),
    [("", WORDS), ("I'm {brand}'s AI.", f"I'm Corner Cafe's AI.\n\n{WORDS}")],
    ids=["off", "of its own"],
)
async def test_wording(desk: Desk, wording: str, text: str) -> None:
    """An agent discloses in its developer's words, or not at all."""
    await _revise(desk, disclosure=wording)
    await _talk(desk, "Hi")
    assert desk.carrier.texts == [text]


async def test_in_the_typography_of_the_answer(desk: Desk) -> None:
    """I49: a curly quote in a disclosure makes no first text dearer, and the history still has the answer alone."""
    await _revise(desk, disclosure="It\u2019s an AI. Reply HELP for help, STOP to opt out.")
    desk.model.answers.append("We\u2019re open. " * 20)
    (first,) = await _talk(desk, "Hi")
    answer = "We're open. " * 19 + "We're open."
    assert desk.carrier.texts == [f"It's an AI. Reply HELP for help, STOP to opt out.\n\n{answer}"]
    assert (await _recorded(desk, first))["segments"] == 2
    assert await desk.history() == [("user", "Hi"), ("assistant", answer)]


async def test_apart_where_that_is_cheaper(desk: Desk) -> None:
    """I29, I49: a brand that the GSM alphabet lacks does not make the answer dearer: it comes in a text of its own."""
    desk.tools = replace(desk.tools, voice=replace(VOICE, brand="Zo\u00eb\u2019s Bakery"))
    await _revise(desk)
    answer = ("We open at eight. " * 30).strip()
    desk.model.answers.extend([answer, WORDS])
    first, _ = await _talk(desk, "Hi", "And on Sunday?")
    assert desk.carrier.texts == [disclosure_text(DISCLOSURE, desk.tools.voice), answer, WORDS]
    assert (await _recorded(desk, first))["segments"] == 6
    said = [("user", "Hi"), ("assistant", answer), ("user", "And on Sunday?"), ("assistant", WORDS)]
    assert await desk.history() == said


async def test_only_the_disclosure_came(desk: Desk) -> None:
    """I29: where the disclosure went out and the answer did not, it was given, and the history has no empty answer."""
    desk.tools = replace(desk.tools, voice=replace(VOICE, brand="\u0141\u00f3d\u017a"))
    await _revise(desk)
    desk.model.answers.append(("We open at eight. " * 30).strip())
    desk.carrier.answers.extend([sent_sid(1), CarrierRefused("30006")])
    await _talk(desk, "Hi", "Hello?")
    assert desk.carrier.texts[-1] == WORDS
    assert await desk.history() == [("user", "Hi"), ("user", "Hello?"), ("assistant", WORDS)]


@pytest.mark.parametrize(("failure", "line"), [(ModelBusy(), APOLOGY), (ModelDeclined(), REFUSAL)])
async def test_lines(desk: Desk, failure: Exception, line: str) -> None:
    """I29: an apology or a refusal that is the first thing said carries the disclosure, too."""
    await _revise(desk)
    desk.model.answers.append(failure)
    await _talk(desk, "Hi", "Hello?")
    assert desk.carrier.texts == [f"{TOLD}\n\n{line}", WORDS]


async def test_cap(desk: Desk) -> None:
    """I29, I53: so does the line for who has used up the day with the account's other numbers."""
    await _revise(desk)
    desk.tools = replace(desk.tools, limits=replace(desk.tools.limits, caps=TurnCaps(texter_day=0)))
    await _talk(desk, "Hi")
    assert desk.carrier.texts == [f"{TOLD}\n\n{CAPPED}"]


async def test_silence_tells_nothing(desk: Desk) -> None:
    """I29: where nothing is said there is no disclosure either, and it waits for the first words."""
    await _revise(desk, apology="")
    desk.model.answers.append(ModelBusy())
    silent, _ = await _talk(desk, "Hi", "Hello?")
    assert desk.carrier.texts == [f"{TOLD}\n\n{WORDS}"]
    told = await _recorded(desk, silent)
    assert (told["parts"], told["segments"], told["disclosure"]) == (0, 0, False)


async def test_not_over_the_api(desk: Desk) -> None:
    """Over the API the developer's own program speaks to people: there is no disclosure, and no segment."""
    await _revise(desk)
    message_id, conversation_id = await desk.ask("Hi")
    await desk.work(conversation_id)
    assert (await desk.reply_to(message_id))["reply_text"] == WORDS
    assert not {"segments", "disclosure"} & set(await _recorded(desk, message_id.replace("msg_", "trc_")))


async def _say_stop_and_start(desk: Desk) -> None:
    desk.model.interlude = lambda: desk.text("STOP")
    await _talk(desk, "Hi")
    await desk.text("START")


async def _meet_refusal(desk: Desk) -> None:
    desk.carrier.answers.append(CarrierRefused("30006"))
    await _talk(desk, "Hi")


async def _lose_number(desk: Desk) -> None:
    desk.model.interlude = lambda: desk.store.numbers.release(NUMBER)
    await _talk(desk, "Hi")
    await bind_number(NUMBER, desk.customer.agent.id, store=desk.store, now=NOW)


@pytest.mark.parametrize("happen", [_say_stop_and_start, _meet_refusal, _lose_number])
async def test_not_given(desk: Desk, happen: Callable[[Desk], Awaitable[None]]) -> None:
    """I29: a disclosure that was cancelled, refused or withdrawn was not given: the next reply carries it."""
    await _revise(desk)
    await happen(desk)
    desk.carrier.taken.clear()
    await _talk(desk, "Hello?", "And then?")
    assert desk.carrier.texts == [f"{TOLD}\n\n{WORDS}", WORDS]


async def test_perhaps_given(desk: Desk) -> None:
    """I29, I46: a disclosure that may have arrived counts as given: nobody is told twice."""
    await _revise(desk)
    desk.carrier.answers.append(CarrierUnknown())
    desk.carrier.list_shows.extend([CarrierBusy()] * MOST_TRIES)
    first, _ = await _talk(desk, "Hi", "Hello?")
    assert (await desk.trace(first)).outcome == "unknown"
    assert desk.carrier.texts == [f"{TOLD}\n\n{WORDS}", WORDS]


async def test_given_up_in_the_middle_of_a_send(desk: Desk) -> None:
    """I29, I40: the same holds for a part in whose sending one worker after the other died."""
    await _revise(desk)
    first = await desk.text("Hi")
    for _ in range(MAX_TRIES):
        await desk.work_until_dead("parts.settle", after=False)
    await _talk(desk, "Hello?")
    assert (await desk.turn(first))["failure"] == "too_many_tries"
    assert desk.carrier.texts[-1] == WORDS


async def test_an_erased_conversation_begins_anew(desk: Desk) -> None:
    """I29, I70: when what was said is erased as too old, the next reply is a first one."""
    await _revise(desk)
    await _talk(desk, "Hi")
    await desk.store.erasure.erase_old(replace(FOREVER, texts=timedelta(0)))
    await _talk(desk, "Hello again")
    assert desk.carrier.texts == [f"{TOLD}\n\n{WORDS}"] * 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("deed", ["turns.record_reply", "parts.fence", "parts.settle", "turns.close"])
async def test_crash(desk: Desk, deed: str, after: bool) -> None:  # noqa: FBT001 - a case of a table
    """I29, I33: whenever a worker dies, the texter is told once, and the history does not have it."""
    await _revise(desk)
    await desk.text("Hi", sender=TEXTER)
    await desk.work_until_dead(deed, after=after)
    await desk.work()
    await _talk(desk, "And on Sunday?")
    sent = [words for _, words in desk.carrier.accepted]
    assert sent == [f"{TOLD}\n\n{WORDS}", WORDS]
    assert [text for role, text in await desk.history() if role == "assistant"] == [WORDS, WORDS]


async def test_each_conversation_is_told(desk: Desk) -> None:
    """I29: each texter is told by a first reply of their own."""
    await _revise(desk)
    await _talk(desk, "Hi")
    other = "+12025550188"
    sid = await desk.text("Hi", sender=other)
    conversation_id = (await desk.trace(sid)).conversation_id
    assert conversation_id
    await desk.work(conversation_id)  # type: ignore[arg-type]
    assert desk.carrier.texts == [f"{TOLD}\n\n{WORDS}"] * 2
