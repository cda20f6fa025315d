"""Make a turn's reply: open the key, ask the model, shape the words; or one neutral line instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.compliance import Voice
from gateway.domain.consent import ConsentState
from gateway.domain.conversation import Channel, Prompt, build_prompt
from gateway.domain.credential import Credential, Health, ModelRoute, wire_model
from gateway.domain.errors import (
    CredentialMissing,
    CredentialSealed,
    ModelDeclined,
    ModelFailed,
    ModelRefused,
    ModelRejectedKey,
    ModelTooLong,
    NotFound,
)
from gateway.domain.honesty import add_disclosure, disclosure_text, machine_text
from gateway.domain.humanity import find_question
from gateway.domain.limits import Allowance
from gateway.domain.reply import CAPPED, clean, shape_reply
from gateway.domain.texting import Texting
from gateway.domain.turn import Outcome, Part, Reply, Turn
from workers.tools import Tools

_SHORT_HISTORY = 2
"""What is left of the history when the whole of it did not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What is said, before it is cut into parts; empty for silence."""

    text: str
    outcome: Outcome
    failure: str | None = None
    by_gateway: bool = False


async def compose_reply(turn: Turn, tools: Tools) -> Reply:
    """Make the reply, be it an empty one: whatever goes wrong with the model becomes a reply, too."""
    if turn.agent_id is None or turn.is_stale:
        return Reply(parts=(), outcome=Outcome.STALE)
    if turn.consent is ConsentState.OUT:
        return Reply(parts=(), outcome=Outcome.OPTED_OUT)
    agent = await tools.store.agents.find(turn.agent_id)
    if agent and agent.status is AgentStatus.PAUSED:
        return Reply(parts=(), outcome=Outcome.STALE)
    voice = tools.voice.spoken_by(turn.brand, turn.help_contact)
    answer = await _answer(turn, agent, voice, tools)
    return _shape(answer, turn, agent.texting if agent else Texting(), voice)


async def _answer(turn: Turn, agent: Agent | None, voice: Voice, tools: Tools) -> _Answer:
    if turn.allowance is not Allowance.GRANTED:
        tells = turn.allowance is Allowance.SPENT_FIRST
        return _Answer(text=CAPPED if tells else "", outcome=Outcome.CAPPED)
    truth = _find_truth(turn, voice)
    if truth:
        return _Answer(text=truth, outcome=Outcome.ANSWERED, by_gateway=True)
    if agent is None:
        return await _apologise(turn, NotFound.code, Texting().apology, tools)
    try:
        draft = clean(await _think(turn, agent, tools))
        if not draft:
            raise ModelRefused("The model answered without words.")
    except ModelDeclined as declined:
        return _Answer(text=agent.texting.refusal, outcome=Outcome.ANSWERED, failure=declined.code)
    except (ModelFailed, CredentialMissing, CredentialSealed) as failure:
        return await _apologise(turn, failure.code, agent.texting.apology, tools)
    return _Answer(text=draft, outcome=Outcome.ANSWERED)


def _find_truth(turn: Turn, voice: Voice) -> str | None:
    """Find what is said to who asks whether a person answers: an agent's instructions may tell it to deny."""
    languages = map(find_question, turn.heard)
    return next((machine_text(language, voice) for language in languages if language), None)


def _shape(answer: _Answer, turn: Turn, texting: Texting, voice: Voice) -> Reply:
    """Cut an answer into parts; the first that a texter gets in a conversation stands below the disclosure."""
    text = clean(answer.text)
    if turn.conversation.channel is Channel.API:
        parts, disclosure = _parts([text] if text else []), ""
    else:
        tells = text and not turn.conversation.disclosed
        disclosure = disclosure_text(texting.disclosure, voice) if tells else ""
        parts = _parts(shape_reply(add_disclosure(disclosure, text)))
    return Reply(
        parts=parts,
        outcome=answer.outcome,
        failure=answer.failure,
        disclosure=disclosure,
        by_gateway=answer.by_gateway,
    )


def _parts(texts: Sequence[str]) -> tuple[Part, ...]:
    return tuple(Part(index=index, text=text) for index, text in enumerate(texts))


async def _think(turn: Turn, agent: Agent, tools: Tools) -> str:
    """Have the model answer; a conversation too long for it is shortened, once."""
    credential = await tools.store.credentials.find(agent.key_id)
    if credential is None:
        raise CredentialMissing
    history = await tools.store.turns.read_history(turn.conversation.id)
    try:
        return await _ask(agent, credential, build_prompt(agent, history, turn.heard), tools)
    except ModelTooLong:
        return await _ask(agent, credential, build_prompt(agent, history[-_SHORT_HISTORY:], turn.heard), tools)


async def _ask(agent: Agent, credential: Credential, prompt: Prompt, tools: Tools) -> str:
    """Ask the model with the account's own key, and note what its provider thinks of the key."""
    now = datetime.now(UTC)
    model = agent.llm_model or credential.model
    if model is None:
        raise CredentialMissing
    if credential.rests(now) or not await tools.store.credentials.may_try(credential, now):
        raise ModelRejectedKey
    route = ModelRoute(
        provider=credential.provider,
        model=wire_model(credential.provider, model),
        base_url=credential.base_url,
    )
    # opened here and nowhere earlier: the key lives as long as this call
    secret = tools.opener.open(credential.sealed, credential.place)
    try:
        draft = await tools.model.complete(prompt, route, secret)
    except ModelRejectedKey:
        await tools.store.credentials.note_health(credential.id, Health.REJECTED, at=datetime.now(UTC))
        raise
    if credential.is_news(Health.OK, now):
        await tools.store.credentials.note_health(credential.id, Health.OK, at=datetime.now(UTC))
    return draft


async def _apologise(turn: Turn, code: str, apology: str, tools: Tools) -> _Answer:
    """Say one neutral line, at most once an hour; the reason is for the account alone."""
    conversation = turn.conversation
    by_text = conversation.channel is Channel.SMS
    if by_text and apology and await tools.store.turns.may_apologise(turn):
        return _Answer(text=apology, outcome=Outcome.APOLOGISED, failure=code)
    return _Answer(text="", outcome=Outcome.FAILED, failure=code)
