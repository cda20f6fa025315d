"""New topics: the agent is not shown any more what was before, the developer is."""

import pytest

from gateway.domain.honesty import Language, machine_text
from gateway.domain.topic import topic_text
from tests.workers.desk import VOICE, Desk
from tests.workers.fakes import WORDS

_BEGUN = topic_text(Language.ENGLISH)


async def _entries(desk: Desk) -> list[tuple[str, str, bool]]:
    entries = await desk.store.conversations.read_entries(desk.conversation_id)
    return [(entry.said.role.value, entry.said.text, entry.said.begins_topic) for entry in entries]


async def _talk(desk: Desk, *bodies: str) -> None:
    for body in bodies:
        await desk.text(body)
    await desk.work()


async def test_a_new_topic_is_acknowledged(desk: Desk) -> None:
    """The gateway acknowledges it, without the model; the next question stands alone, and the history holds all."""
    await _talk(desk, "Do you have bicycles?")
    await _talk(desk, "New topic!")
    await _talk(desk, "And tea?")
    assert desk.carrier.texts == [WORDS, _BEGUN, WORDS]
    assert [said.text for said in desk.model.asked[1].prompt[1:]] == ["And tea?"]
    assert await _entries(desk) == [
        ("user", "Do you have bicycles?", False),
        ("assistant", WORDS, False),
        ("user", "New topic!", True),
        ("assistant", _BEGUN, False),
        ("user", "And tea?", False),
        ("assistant", WORDS, False),
    ]


async def test_the_trace_tells_who_answered(desk: Desk) -> None:
    """I53: the acknowledgement is the gateway's own, and a turn like any other for the caps."""
    sid = await desk.text("new chat")
    await desk.work()
    (recorded,) = [step.details for step in (await desk.trace(sid)).steps if step.name == "reply.recorded"]
    assert recorded["answered_by"] == "gateway"
    assert (await desk.turn(sid))["asked"] == "1"


async def test_order_in_a_burst(desk: Desk) -> None:
    """I37: of texts that wait together those before belong to the old topic, those after are answered, as the new."""
    await _talk(desk, "Do you have bicycles?")
    await _talk(desk, "Which?", "new topic", "And tea?", "Green?")
    assert desk.carrier.texts == [WORDS, WORDS]
    assert [said.text for said in desk.model.asked[1].prompt[1:]] == ["And tea?\nGreen?"]
    assert (await _entries(desk))[2:] == [
        ("user", "Which?", False),
        ("user", "new topic", True),
        ("user", "And tea?\nGreen?", False),
        ("assistant", WORDS, False),
    ]
    await _talk(desk, "Black?")
    assert [said.text for said in desk.model.asked[2].prompt[1:]] == ["And tea?\nGreen?", WORDS, "Black?"]


async def test_the_last_of_several_counts(desk: Desk) -> None:
    """Of several new topics in a burst the last one is answered."""
    await _talk(desk, "start over", "Tea?", "new topic", "Coffee?")
    assert [said.text for said in desk.model.asked[0].prompt[1:]] == ["Coffee?"]


async def test_the_truth_comes_first(desk: Desk) -> None:
    """I29: who asks in the same burst whether a person answers is told, and the topic is new all the same."""
    await _talk(desk, "Do you have bicycles?")
    await _talk(desk, "are you a bot?", "new topic")
    assert desk.carrier.texts[1] == machine_text(Language.ENGLISH, VOICE)
    await _talk(desk, "And tea?")
    assert [said.text for said in desk.model.asked[1].prompt[1:]] == ["And tea?"]


@pytest.mark.parametrize("deed", ["turns.record_reply", "turns.close"])
@pytest.mark.parametrize("after", [False, True])
async def test_a_death_repeats_nothing(desk: Desk, deed: str, after: bool) -> None:  # noqa: FBT001
    """I33, I34: whenever a worker dies, one acknowledgement is sent, and the topic begins once."""
    await _talk(desk, "Do you have bicycles?")
    await desk.text("new topic")
    await desk.work_until_dead(deed, after=after)
    await desk.work()
    assert desk.carrier.texts == [WORDS, _BEGUN]
    assert [begins for _, _, begins in await _entries(desk)] == [False, False, True, False]


async def test_over_the_api_it_is_a_question(desk: Desk) -> None:
    """Over the API a `user_ref` separates topics, so the words go to the agent like any others."""
    _, conversation_id = await desk.ask("new topic")
    await desk.work(conversation_id)
    assert desk.model.last_words == ["new topic"]
