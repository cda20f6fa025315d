"""Make a turn's reply: open the key, ask the model, shape the words; or one neutral line instead."""

from gateway.domain.compliance import ConsentState
from gateway.domain.conversation import Channel, build_prompt
from gateway.domain.credential import ModelRoute, wire_model
from gateway.domain.errors import CredentialMissing, CredentialSealed, ModelFailed, ModelRefused, NotFound
from gateway.domain.ids import AgentId
from gateway.domain.reply import APOLOGY, shape_reply
from gateway.domain.turn import Outcome, Part, Reply, Turn
from workers.tools import Tools


async def compose_reply(turn: Turn, tools: Tools) -> Reply:
    """Make the reply, be it an empty one: whatever goes wrong with the model becomes a reply, too."""
    if turn.agent_id is None:
        return Reply(parts=(), outcome=Outcome.STALE)
    if turn.consent is ConsentState.OUT:
        return Reply(parts=(), outcome=Outcome.OPTED_OUT)
    if turn.tries > tools.max_tries:
        return Reply(parts=(), outcome=Outcome.FAILED, failure="too_many_tries")
    try:
        draft = await _think(turn, turn.agent_id, tools)
        texts = (draft,) if turn.conversation.channel is Channel.API else shape_reply(draft)
        if not texts or not draft.strip():
            raise ModelRefused("The model answered nothing.")
    except (ModelFailed, CredentialMissing, CredentialSealed, NotFound) as failure:
        return await _apologise(turn, failure.code, tools)
    return Reply(parts=_parts(texts), outcome=Outcome.ANSWERED)


async def _think(turn: Turn, agent_id: AgentId, tools: Tools) -> str:
    store = tools.store
    agent = await store.agents.read(agent_id)
    credential = await store.credentials.find(agent.key_id)
    model = agent.llm_model or (credential.model if credential else None)
    if credential is None or model is None:
        raise CredentialMissing
    history = await store.turns.read_history(turn.conversation.id)
    prompt = build_prompt(agent, history, [message.text for message in turn.waiting])
    route = ModelRoute(
        provider=credential.provider,
        model=wire_model(credential.provider, model),
        base_url=credential.base_url,
    )
    # opened here and nowhere earlier: the key lives as long as this call
    return await tools.model.complete(prompt, route, tools.opener.open(credential.sealed, credential.place))


async def _apologise(turn: Turn, code: str, tools: Tools) -> Reply:
    """Say one neutral line, at most once an hour; the reason is for the account alone."""
    conversation = turn.conversation
    if conversation.channel is Channel.SMS and await tools.store.turns.may_apologise(conversation.id):
        return Reply(parts=_parts((APOLOGY,)), outcome=Outcome.APOLOGISED, failure=code)
    return Reply(parts=(), outcome=Outcome.FAILED, failure=code)


def _parts(texts: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(Part(index=index, text=text) for index, text in enumerate(texts))
