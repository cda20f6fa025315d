"""Conversations: what waits in one, what was said in it, and what the model is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.agent import Agent
from gateway.domain.consent import ConsentChange, ConsentState, Source
from gateway.domain.ids import AccountId, AgentId, ConversationId, MessageId, TexterHash
from gateway.domain.phone import PhoneNumber

HISTORY_SHOWN = 20
"""How many entries of a conversation the model is shown."""


class Channel(StrEnum):
    """How a conversation is held."""

    SMS = "sms"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """An account's talk with one texter on one number, or with one user of an agent over the API."""

    id: ConversationId
    account_id: AccountId
    channel: Channel
    agent_id: AgentId
    number: PhoneNumber | None = None
    texter: PhoneNumber | None = None
    texter_hash: TexterHash | None = None
    gather_ms: int = 0
    """How long its first text waits for others."""
    disclosed: bool = False
    """Whether its texter has been told that an automated AI answers."""


def block_of(conversation: Conversation, *, now: datetime, sid: MessageId | None = None) -> ConsentChange | None:
    """Word for the ledger that Twilio blocks a conversation's texter (error 21610), as the part `sid` told."""
    if conversation.texter is None or conversation.texter_hash is None:
        return None
    return ConsentChange(
        number=conversation.number,
        texter=conversation.texter,
        texter_hash=conversation.texter_hash,
        account_id=conversation.account_id,
        state=ConsentState.OUT,
        source=Source.CARRIER_BLOCK,
        message_sid=sid,
        wording="",
        at=now,
    )


class Role(StrEnum):
    """Who said it."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing said in a conversation."""

    role: Role
    text: str


Prompt = tuple[Utterance, ...]


def build_prompt(agent: Agent, history: Sequence[Utterance], waiting: Sequence[str]) -> Prompt:
    """Put the agent's instructions, the recent history and everything waiting into one request."""
    instructions = Utterance(role=Role.SYSTEM, text=agent.system_prompt)
    asked = Utterance(role=Role.USER, text=join_texts(waiting))
    return (*([instructions] if agent.system_prompt else []), *history[-HISTORY_SHOWN:], asked)


def join_texts(texts: Sequence[str]) -> str:
    """Make one utterance of texts that came in a row."""
    return "\n".join(texts)
