"""Make a turn's reply: have the model think, shape the words; or one neutral line instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.brevity import Excerpt, asks_for_more, excerpt, shape_answer
from gateway.domain.completion import Tokens
from gateway.domain.compliance import Voice
from gateway.domain.consent import ConsentState
from gateway.domain.conversation import Channel
from gateway.domain.errors import Blocked, NotFound
from gateway.domain.honesty import disclosure_text, machine_text, open_reply
from gateway.domain.humanity import find_question
from gateway.domain.limits import Allowance
from gateway.domain.model_errors import ModelDeclined, ModelRefused
from gateway.domain.payer import Payment
from gateway.domain.plain import plain_text
from gateway.domain.reply import capped_text, clean
from gateway.domain.texting import Texting
from gateway.domain.topic import find_beginning, topic_text
from gateway.domain.turn import Outcome, Part, Reply, Turn
from workers.thinking import Thought, think
from workers.tools import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What is said, before it is cut into parts; empty for silence."""

    text: str
    outcome: Outcome
    failure: str | None = None
    by_gateway: bool = False
    payment: Payment | None = None
    pictures: Mapping[str, int] = field(default_factory=dict)
    tokens: Tokens | None = None
    keyword: str | None = None
    goes_on: bool = False
    """Whether the gateway gives it in the place of the answer before, which is over then but for what it says."""

    @property
    def is_new(self) -> bool:
        """Whether it takes the place of the answer before: the gateway's own words mostly don't."""
        return self.goes_on or (self.outcome is Outcome.ANSWERED and not self.by_gateway)


async def compose_reply(turn: Turn, tools: Tools) -> Reply:
    """Make the reply, be it an empty one: whatever goes wrong with the model becomes a reply, too."""
    if turn.agent_id is None or turn.is_stale:
        return Reply(parts=(), outcome=Outcome.STALE)
    if turn.consent is ConsentState.OUT:
        return Reply(parts=(), outcome=Outcome.OPTED_OUT)
    if turn.blocked:
        return Reply(parts=(), outcome=Outcome.STALE, failure=Blocked.code)
    agent = await tools.store.agents.find(turn.agent_id)
    if agent and agent.status is AgentStatus.PAUSED:
        return Reply(parts=(), outcome=Outcome.STALE)
    voice = tools.voice.spoken_by(turn.brand, turn.help_contact)
    answer = await _answer(turn, agent, voice, tools)
    return _shape(answer, turn, agent.texting if agent else Texting(), voice)


async def _answer(turn: Turn, agent: Agent | None, voice: Voice, tools: Tools) -> _Answer:
    if turn.allowance is not Allowance.GRANTED:
        tells = turn.allowance is Allowance.SPENT_FIRST
        return _Answer(text=capped_text(turn.usage[0].cap) if tells else "", outcome=Outcome.CAPPED)
    if truth := _find_truth(turn, voice):
        return _Answer(text=truth, outcome=Outcome.ANSWERED, by_gateway=True)
    if acknowledgement := _find_acknowledgement(turn):
        return _go_on(acknowledgement, "new topic")
    if agent is None:
        return await _apologise(turn, NotFound.code, Texting().apology, tools)
    if rest := await _find_rest(turn, agent, tools):
        return _go_on(rest, "more")
    return await _think(turn, agent, tools)


def _go_on(text: str, keyword: str) -> _Answer:
    return _Answer(text=text, outcome=Outcome.ANSWERED, by_gateway=True, goes_on=True, keyword=keyword)


async def _think(turn: Turn, agent: Agent, tools: Tools) -> _Answer:
    thought = _hear(await think(turn, agent, tools), turn)
    if isinstance(thought.failure, ModelDeclined):
        refusal = _Answer(text=agent.texting.refusal, outcome=Outcome.ANSWERED, failure=thought.failure.code)
        return replace(refusal, payment=thought.payment, tokens=thought.tokens)
    if thought.failure:
        apology = await _apologise(turn, thought.failure.code, agent.texting.apology, tools)
        return replace(apology, payment=thought.payment, tokens=thought.tokens)
    return _Answer(
        text=thought.text,
        outcome=Outcome.ANSWERED,
        payment=thought.payment,
        tokens=thought.tokens,
        pictures=thought.pictures,
    )


def _hear(thought: Thought, turn: Turn) -> Thought:
    """Hear whether an answer has words for a phone: one of thoughts and marks alone has none."""
    is_heard = thought.failure or turn.conversation.channel is not Channel.SMS or plain_text(thought.text).strip()
    return thought if is_heard else replace(thought, failure=ModelRefused("The model answered without words."))


def _find_truth(turn: Turn, voice: Voice) -> str | None:
    """Find what is said to who asks whether a person answers: an agent's instructions may tell it to deny."""
    languages = map(find_question, turn.heard)
    return next((machine_text(language, voice) for language in languages if language), None)


def _find_acknowledgement(turn: Turn) -> str | None:
    """Find what is said to who begins a new topic, and has said nothing about it yet."""
    begun = find_beginning(turn)
    return topic_text(begun.language) if begun and not begun.about.waiting else None


async def _find_rest(turn: Turn, agent: Agent, tools: Tools) -> str | None:
    """Find what is left of this agent's last answer, if that is all that the texter asks for."""
    told_of = turn.conversation.rest_of
    return await tools.store.turns.find_rest(told_of, agent.id) if told_of and asks_for_more(turn.heard) else None


def _shape(answer: _Answer, turn: Turn, texting: Texting, voice: Voice) -> Reply:
    """Cut an answer into parts; the first that a texter gets in a conversation stand below the disclosure."""
    by_text, disclosure = turn.conversation.channel is Channel.SMS, ""
    taken = _take(answer, texting) if by_text else Excerpt(parts=tuple(filter(None, [clean(answer.text)])))
    texts = taken.parts
    if by_text and texts and not turn.conversation.disclosed:
        disclosure, texts = open_reply(disclosure_text(texting.disclosure, voice), texts)
    return Reply(
        parts=tuple(Part(index=index, text=text) for index, text in enumerate(texts)),
        outcome=answer.outcome,
        failure=answer.failure,
        disclosure=disclosure,
        rest=taken.rest if by_text and answer.is_new else None,
        by_gateway=answer.by_gateway,
        keyword=answer.keyword,
        payment=answer.payment,
        pictures=answer.pictures,
        tokens=answer.tokens,
    )


def _take(answer: _Answer, texting: Texting) -> Excerpt:
    """Take as much of an answer as a text may hold; only a model's words are read as Markdown."""
    text, most = clean(answer.text), texting.max_segments
    if answer.payment and answer.outcome is Outcome.ANSWERED and not answer.failure:
        return shape_answer(text, most=most, emoji=texting.emoji)
    return excerpt(text, most)


async def _apologise(turn: Turn, code: str, apology: str, tools: Tools) -> _Answer:
    """Say one neutral line, at most once an hour; the reason is for the account alone."""
    conversation = turn.conversation
    by_text = conversation.channel is Channel.SMS
    if by_text and apology and await tools.store.turns.may_apologise(turn):
        return _Answer(text=apology, outcome=Outcome.APOLOGISED, failure=code)
    return _Answer(text="", outcome=Outcome.FAILED, failure=code)
