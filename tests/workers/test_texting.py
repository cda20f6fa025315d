"""Texting: what an agent says instead of an answer is its developer's choice, and so is how long it waits."""

from dataclasses import replace

import pytest

from gateway.domain.brevity import HINT
from gateway.domain.completion import Tokens
from gateway.domain.ids import TurnId
from gateway.domain.model_errors import ModelBusy, ModelDeclined
from gateway.domain.texting import Texting
from gateway.domain.turn import Gathering
from tests.examples import LIMITS
from tests.setting_up import QUIET
from tests.workers.desk import Desk

_QUICK = replace(QUIET, gather_ms=0)
_SILENT = replace(_QUICK, apology="", refusal="")


async def _revise(desk: Desk, texting: Texting) -> None:
    await desk.store.agents.save(replace(desk.customer.agent, texting=texting))


@pytest.mark.parametrize(
    ("texting", "failure", "texts", "outcome"),
    [
        (replace(_QUICK, apology="Back soon."), ModelBusy(), ["Back soon."], "apologised"),
        (replace(_QUICK, refusal="Ask me about coffee."), ModelDeclined(), ["Ask me about coffee."], "answered"),
        (_SILENT, ModelBusy(), [], "failed"),
        (_SILENT, ModelDeclined(), [], "answered"),
    ],
)
async def test_words(desk: Desk, texting: Texting, failure: Exception, texts: list[str], outcome: str) -> None:
    """I41, I42: a failed model is the agent's own apology, a refusal its own refusal; an empty one is silence."""
    await _revise(desk, texting)
    desk.model.answers.append(failure)
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == texts
    assert (await desk.trace(sid)).outcome == outcome


async def test_a_silent_refusal_over_the_api(desk: Desk) -> None:
    """Over the API an empty refusal is an empty reply, not a failure of the gateway."""
    await _revise(desk, _SILENT)
    desk.model.answers.append(ModelDeclined())
    message_id, conversation_id = await desk.ask("Hi")
    await desk.work(conversation_id)
    assert (await desk.reply_to(message_id))["reply_text"] == ""


@pytest.mark.parametrize(
    "answer", ["<think>\nhm, a", "<think>a</think>", "---", "### ", "<br>", "<!-- a -->", "```\n```"]
)
async def test_an_answer_without_words(desk: Desk, answer: str) -> None:
    """I41: by text an answer of thoughts or marks alone is a failure: one apology an hour, its tokens counted."""
    await _revise(desk, replace(_QUICK, apology="Back soon."))
    desk.model.answers += [answer, answer]
    desk.model.tokens = Tokens(asked=10, answered=5)
    for outcome in ("apologised", "failed"):
        sid = await desk.text("Hi")
        await desk.work()
        trace = await desk.trace(sid)
        assert trace.outcome == outcome
        assert trace.steps[-1].details["tokens_out"] == 5
    assert desk.carrier.texts == ["Back soon."]


async def test_gathering(desk: Desk) -> None:
    """I37: a text waits for others as long as its agent wants it to."""
    await _revise(desk, Texting(gather_ms=5000))
    await desk.text("Hi")
    hold = await desk.store.holds.take(desk.conversation_id)
    assert hold is not None
    found = await desk.store.turns.open(hold, TurnId("turn_unused"), LIMITS, alone=True)
    assert isinstance(found, Gathering)
    assert 3 < found.seconds <= 5


async def test_an_answer_is_as_short_as_its_agent_wants_it(desk: Desk) -> None:
    """Contract 5: by text an answer is cut to the agent's ceiling and has no emoji; over the API it is whole."""
    long = "Yes \U0001f600. " + "We open at nine. " * 20
    await _revise(desk, replace(_QUICK, max_segments=1, emoji=False))
    desk.model.answers += [long, long]
    await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == ["Yes. " + "We open at nine. " * 6 + f"We open at nine.\n{HINT}"]
    message_id, conversation_id = await desk.ask("Hi")
    await desk.work(conversation_id)
    assert (await desk.reply_to(message_id))["reply_text"] == long.strip()
