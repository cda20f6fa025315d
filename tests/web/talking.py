"""Talk to an agent over the API, with a worker that is played by hand."""

import asyncio
import json

import httpx

from gateway.adapters.mint import mint
from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store
from gateway.domain.conversation import Role, Utterance
from gateway.domain.ids import ConversationId, TurnId
from gateway.domain.trace import Step
from gateway.domain.turn import Closing, Outcome, Turn
from tests.examples import LIMITS, NOW
from tests.web.api import body_of
from tests.workers.desk import Desk
from workers.answer import answer_conversation


async def work(store: Store, reply_text: str | None, failure: str | None = None) -> str:
    """Answer the next message as a worker does, and return what was asked."""
    _, job_id, _ = await store.connection.execute_command("BZPOPMIN", QUEUE, 1.5)
    job = json.loads(await store.connection.get(f"arq:job:{job_id}") or "")
    hold = await store.holds.take(ConversationId(job["a"][0]))
    assert hold
    turn = await store.turns.open(hold, TurnId(mint("turn")), LIMITS, alone=True)
    assert isinstance(turn, Turn)
    (waiting,) = turn.waiting
    outcome = Outcome.ANSWERED if reply_text is not None else Outcome.FAILED
    words = [(Role.USER, waiting.text), *([(Role.ASSISTANT, reply_text)] if reply_text else [])]
    said = tuple(Utterance(role=role, text=text) for role, text in words)
    closing = Closing(outcome=outcome, said=said, reply_text=reply_text, failure=failure)
    await store.turns.close(hold, turn, closing, Step(at=NOW, name="turn.closed", details={}))
    await store.holds.release(hold)
    return waiting.text


async def talk(api: httpx.AsyncClient, agent_id: str, store: Store, text: str, **more: str) -> str:
    """Say something to an agent, have it answered by an echo, and return the id of the message."""
    path = f"/v1/agents/{agent_id}/messages"
    asked = api.post(path, json={"text": text, **more}, headers={"prefer": "respond-async"})
    response, _ = await asyncio.gather(asked, work(store, f"echo of {text}"))
    return str(body_of(response)["message_id"])


async def answer_next(desk: Desk) -> None:
    """Have whoever is woken next answered by a real worker's hands."""
    _, job_id, _ = await desk.store.connection.execute_command("BZPOPMIN", QUEUE, 1.5)
    job = json.loads(await desk.store.connection.get(f"arq:job:{job_id}") or "")
    await answer_conversation(ConversationId(job["a"][0]), desk.tools)
