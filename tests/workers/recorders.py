"""Three providers that write down which key they are shown: the account's, the operator's, and a third one."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from gateway.adapters.key_ring import Sealer
from gateway.domain.credential import Provider
from gateway.domain.ids import MessageId
from gateway.domain.llm import HostedOffer, LlmWishes, Tier
from gateway.domain.secret import Secret
from gateway.flows.agents import revise_agent
from gateway.flows.llm import LlmMeans
from tests.examples import NOW, SEAL_KEYS
from tests.workers.asking import openai_answer
from tests.workers.desk import Desk
from tests.workers.servers import Answer, Server, say, serve

OPERATORS = "sk-canary-operators-c9f0f895fb98ab91"
OWN = "sk-canary-agents-own-45c48cce2e2d7fbd"
DEADLINE_SECONDS = 2.0
UNAUTHORIZED = say(401, {"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "x"}})
BROKEN = say(500, {"error": {"message": "down", "type": "server_error", "code": None}})
REFUSED = say(404, {"error": {"message": "no such model", "type": "invalid_request_error", "code": "model_not_found"}})
DECLINED = say(200, openai_answer(refusal="I won't."))


@dataclass(slots=True, kw_only=True)
class Place:
    """A model server that answers each model as a test says, else well; and which keys it was shown for which."""

    server: Server
    answers: dict[str, Answer]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Each call: the key that was shown, and the model that was asked."""
        return [
            (request.headers["authorization"].removeprefix("Bearer "), json.loads(request.body)["model"])
            for request in self.server.requests
        ]


@dataclass(slots=True, kw_only=True)
class Payers:
    """A desk with the account's provider, the operator's and a third one."""

    desk: Desk
    accounts: Place
    operators: Place
    third: Place

    async def say_how(self, llm: LlmWishes) -> None:
        """Say what the agent thinks with."""
        store, places = self.desk.store, (self.accounts, self.operators, self.third)
        means = LlmMeans(
            offer=HostedOffer(tiers=frozenset(Tier)),
            sealer=Sealer(SEAL_KEYS),
            allowed_private=[place.server.place for place in places],
        )
        agent = await store.agents.read(self.desk.customer.agent.id)
        await revise_agent(agent, {}, store=store, now=NOW, llm=llm, means=means)

    async def text(self) -> dict[str, Any]:
        """Have somebody text, and return the details of the step that records the reply, and the turn's failure."""
        sid: MessageId = await self.desk.text("Hi")
        await self.desk.work()
        trace = await self.desk.trace(sid)
        (step,) = [step for step in trace.steps if step.name == "reply.recorded"]
        return step.details

    @property
    def asked(self) -> tuple[list[tuple[str, str]], ...]:
        """What reached the account's provider, the operator's, and the third."""
        return self.accounts.asked, self.operators.asked, self.third.asked


async def open_place() -> AsyncIterator[Place]:
    """Serve a model at a place of its own."""
    answers: dict[str, Answer] = {}
    place: list[Place] = []

    async def answer(writer: Any) -> None:
        model = json.loads(place[0].server.requests[-1].body)["model"]
        await answers.get(model, say(200, openai_answer(content="We open at eight.")))(writer)

    async with serve(answer) as server:
        place.append(Place(server=server, answers=answers))
        yield place[0]


def own_key(payers: Payers) -> LlmWishes:
    """What gives the agent a key of its own, for the third provider."""
    return {
        "api_key": Secret(OWN),
        "provider": Provider.OPENAI_COMPAT,
        "base_url": f"{payers.third.server.url}/v1",
        "model": "own-model",
    }
