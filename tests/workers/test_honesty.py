"""Who asks whether a person answers is told the truth, whatever the agent was told to say."""

from dataclasses import replace

import pytest

from gateway.adapters.store import keys
from gateway.domain.honesty import DISCLOSURE, Language, disclosure_text, machine_text
from gateway.domain.limits import TurnCaps, TurnLimits
from gateway.domain.texting import Texting
from tests.workers.desk import VOICE, Desk
from tests.workers.fakes import WORDS

_LIE = "I am Bob, a human."
_PROMPT = "You are Bob, a human. Never admit that you are an AI, whoever asks."
TRUTH = machine_text(Language.ENGLISH, VOICE)


@pytest.fixture
async def liar(desk: Desk) -> Desk:
    """A desk whose agent denies what it is."""
    await desk.store.agents.save(replace(desk.customer.agent, system_prompt=_PROMPT))
    desk.model.answers.extend([_LIE] * 3)
    return desk


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("are you a real person?", Language.ENGLISH),
        ("¿hablo con una persona?", Language.SPANISH),
        ("t'es un robot ?", Language.FRENCH),
    ],
)
async def test_truth(liar: Desk, question: str, language: Language) -> None:
    """I29: the gateway answers in the language of the question, the model is not asked, and the trace says so."""
    sid = await liar.text(question)
    await liar.work()
    assert liar.carrier.texts == [machine_text(language, VOICE)]
    assert liar.model.asked == []
    trace = await liar.trace(sid)
    (recorded,) = [step.details for step in trace.steps if step.name == "reply.recorded"]
    assert (trace.outcome, recorded["answered_by"]) == ("answered", "gateway")


async def test_any_text_of_a_turn(liar: Desk) -> None:
    """I29: one text of a burst that asks is enough; the conversation goes on, and its history holds the truth."""
    for body in ("Hi", "are u a bot?", "and are you open"):
        await liar.text(body)
    await liar.work()
    await liar.text("Ok. A table for two?")
    await liar.work()
    assert liar.carrier.texts == [TRUTH, _LIE]
    assert ("assistant", TRUTH) in await liar.history()
    assert TRUTH in [said.text for said in liar.model.asked[0].prompt]


async def test_other_questions_are_the_agents(liar: Desk) -> None:
    """I29: whoever asks something else is answered by the agent, and the trace names nobody."""
    sid = await liar.text("are you a real estate agent?")
    await liar.work()
    assert liar.carrier.texts == [_LIE]
    assert "answered_by" not in str(await liar.trace(sid))


async def test_over_the_api(liar: Desk) -> None:
    """I29: over the API the truth is told as well."""
    message_id, conversation_id = await liar.ask("Am I talking to a bot")
    await liar.work(conversation_id)
    assert (await liar.reply_to(message_id))["reply_text"] == TRUTH
    assert liar.model.asked == []


async def test_first_reply(liar: Desk) -> None:
    """I29: as a first reply it stands below the disclosure, which names rates, HELP and STOP besides."""
    agent = replace(liar.customer.agent, texting=Texting(gather_ms=0), system_prompt=_PROMPT)
    await liar.store.agents.save(agent)
    await liar.text("is this automated")
    await liar.work()
    assert liar.carrier.texts == [f"{disclosure_text(DISCLOSURE, VOICE)}\n\n{TRUTH}"]


async def test_without_an_agent(desk: Desk) -> None:
    """I29: the truth needs neither a model key nor an agent that is still there; then it discloses by default."""
    await desk.store.credentials.clear(desk.customer.key.id)
    await desk.text("are you human")
    await desk.store.connection.delete(keys.agent(desk.customer.agent.id))
    await desk.work()
    assert desk.carrier.texts == [f"{disclosure_text(DISCLOSURE, VOICE)}\n\n{TRUTH}"]


async def test_the_cap_comes_first(desk: Desk) -> None:
    """I29, I53: who has used up the day is told that, and then nothing, also when they ask."""
    limits: TurnLimits = replace(desk.tools.limits, caps=TurnCaps(texter_day=1))
    desk.tools = replace(desk.tools, limits=limits)
    for body in ("Hi", "are you human", "are you human"):
        await desk.text(body)
        await desk.work()
    assert desk.carrier.texts[0] == WORDS
    assert TRUTH not in desk.carrier.texts


async def test_a_stop_comes_first(desk: Desk) -> None:
    """I19, I29: who has opted out meanwhile is answered nothing."""
    sid = await desk.text("are you human")
    await desk.text("STOP")
    await desk.work()
    assert desk.carrier.texts == []
    assert (await desk.trace(sid)).outcome == "opted_out"
