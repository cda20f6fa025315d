"""Have a model answer a turn: with whose key is decided first, and the key is open only while it is shown."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from gateway.adapters.local_time import read_local_time
from gateway.domain.agent import Agent
from gateway.domain.completion import Completion, Tokens
from gateway.domain.conversation import Channel, Prompt, Utterance, build_prompt
from gateway.domain.credential import Credential, Health
from gateway.domain.errors import CredentialMissing, CredentialSealed, Failed
from gateway.domain.frame import frame_text
from gateway.domain.llm import LlmMode
from gateway.domain.model_errors import (
    ModelBusy,
    ModelFailed,
    ModelRefused,
    ModelRejectedKey,
    ModelTooLong,
)
from gateway.domain.payer import Payment, Way, blame, choose_ways
from gateway.domain.reply import clean
from gateway.domain.secret import Secret
from gateway.domain.topic import current_topic, find_beginning
from gateway.domain.turn import Turn
from workers.sight import Sight, open_pictures
from workers.tools import Tools

_SHORT_HISTORY = 2
"""What is left of the history when the whole of it did not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What a model said, or what went wrong; and whose key it was asked with, if it was asked."""

    text: str = ""
    tokens: Tokens | None = None
    failure: Failed | None = None
    payment: Payment | None = None
    pictures: Mapping[str, int] = field(default_factory=dict)
    """How many pictures the model was shown, and why it wasn't shown the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What a turn asks of its agent, in whatever form a model takes it."""

    agent: Agent
    frame: str
    history: Sequence[Utterance]
    sight: Sight

    def prompts(self, window: int | None, *, seeing: bool) -> list[Prompt]:
        """Word it for a model: with as much of the history as fits, and with hardly any, in case that was too much."""
        texts, short = self.sight.words(seeing=seeing), self.history[-_SHORT_HISTORY:]
        build = partial(build_prompt, self.agent, waiting=texts, frame=self.frame, window=window)
        return [self.sight.show(build(shown), seeing=seeing) for shown in (self.history, short)]


async def think(turn: Turn, agent: Agent, tools: Tools) -> Thought:
    """Have an agent's model answer, or the one that stands in for it, within one deadline for all."""
    credential, now = await _find_credential(agent, tools), datetime.now(UTC)
    if credential and credential.retried_by == turn.id:
        credential = replace(credential, retried_at=None)  # its own try, which it resumes, is none to rest after
    try:
        ways = choose_ways(agent, credential, tools.hosted, now=now)
    except Failed as failure:
        return Thought(failure=failure)
    if credential and not await tools.store.credentials.may_try(credential, now, by=turn.id):
        return Thought(failure=ModelRejectedKey())
    begun, kept = find_beginning(turn), await tools.store.turns.read_history(turn.conversation.id)
    about, history = (begun.about, ()) if begun else (turn, current_topic(kept))
    async with open_pictures(about, ways, tools) as sight:
        question = _Question(agent=agent, frame=_frame(turn, agent, tools, now), history=history, sight=sight)
        return await _ask_in_turn(ways, question, tools)


def _frame(turn: Turn, agent: Agent, tools: Tools, now: datetime) -> str:
    texter = turn.conversation.texter
    if turn.conversation.channel is not Channel.SMS or texter is None:
        return ""
    brand = tools.voice.spoken_by(turn.brand, turn.help_contact).brand
    return frame_text(agent.texting, brand, read_local_time(texter, now))


async def _find_credential(agent: Agent, tools: Tools) -> Credential | None:
    if agent.llm.mode is LlmMode.HOSTED:
        return None
    if agent.llm.credential_id:
        return await tools.store.credentials.find_own(agent.id)
    return await tools.store.credentials.find(agent.key_id)


async def _ask_in_turn(ways: Sequence[Way], question: _Question, tools: Tools) -> Thought:
    """Ask one way after the other while the last one asked is busy; each has its share of what time is left."""
    clock = asyncio.get_running_loop().time
    ends, thought = clock() + tools.model_seconds, Thought(failure=ModelBusy())
    for left, way in zip(range(len(ways), 0, -1), ways, strict=True):
        until = clock() + (ends - clock()) / left
        thought = _after(thought, await _ask(way, question, tools, until))
        if not isinstance(thought.failure, ModelBusy):
            break
    return thought


async def _ask(way: Way, question: _Question, tools: Tools, until: float) -> Thought:
    """Ask the model; one that refuses pictures, or has no room for them, is asked once more without."""
    sees, thought = question.sight.found and tools.model.sees(way.route), Thought()
    for seeing in (True, False) if sees else (False,):
        thought = _after(thought, await _ask_so(way, question, tools, until, seeing=seeing))
        if not question.sight.pictures or not isinstance(thought.failure, ModelRefused | ModelTooLong):
            break
    return thought


async def _ask_so(way: Way, question: _Question, tools: Tools, until: float, *, seeing: bool) -> Thought:
    """Ask the model with pictures or without; a conversation too long for it is shortened, once."""
    long, short = question.prompts(tools.model.find_window(way.route), seeing=seeing)
    thought = await _ask_with(long, way, tools, until)
    if isinstance(thought.failure, ModelTooLong):
        thought = _after(thought, await _ask_with(short, way, tools, until))
    return thought if thought.failure else replace(thought, pictures=question.sight.count(seeing=seeing))


async def _ask_with(prompt: Prompt, way: Way, tools: Tools, until: float) -> Thought:
    try:
        said = await _complete(way, prompt, tools, until)
    except (CredentialMissing, CredentialSealed) as failure:
        return Thought(failure=failure)
    except ModelFailed as failure:
        return Thought(failure=blame(failure, way.payment.payer), payment=way.payment, tokens=failure.tokens)
    return Thought(text=said.text, tokens=said.tokens, payment=way.payment)


def _after(earlier: Thought, thought: Thought) -> Thought:
    """Have a thought bear what the try before it was billed, too."""
    if earlier.tokens is None:
        return thought
    tokens = earlier.tokens + thought.tokens if thought.tokens else earlier.tokens
    payment = thought.payment or earlier.payment
    if payment != earlier.payment:
        tokens = replace(tokens, estimated=True)  # two models, whose prices differ
    return replace(thought, tokens=tokens, payment=payment)


async def _complete(way: Way, prompt: Prompt, tools: Tools, until: float) -> Completion:
    """Return what the model says, and note what its provider thinks of the account's key."""
    seconds = until - asyncio.get_running_loop().time()
    try:
        # opened here and nowhere earlier: the key lives as long as this call
        said = await tools.model.complete(prompt, way.route, _open(way, tools), seconds=seconds)
    except ModelRejectedKey:
        await _note_health(way, Health.REJECTED, tools)
        raise
    await _note_health(way, Health.OK, tools)
    text = clean(said.text)
    if not text:
        failure = ModelRefused("The model answered without words.")
        failure.tokens = said.tokens
        raise failure
    return replace(said, text=text)


def _open(way: Way, tools: Tools) -> Secret:
    return way.key if isinstance(way.key, Secret) else tools.opener.open(way.key.sealed, way.key.place)


async def _note_health(way: Way, health: Health, tools: Tools) -> None:
    now = datetime.now(UTC)
    if isinstance(way.key, Credential) and (health is Health.REJECTED or way.key.is_news(health, now)):
        await tools.store.credentials.note_health(way.key.id, health, at=now)
