"""Conversations: what waits in one, what was said in it, and what the model is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import dropwhile

from gateway.domain.agent import Agent
from gateway.domain.consent import ConsentChange, ConsentState, Source
from gateway.domain.frame import frame_prompt
from gateway.domain.ids import AccountId, AgentId, ConversationId, MessageId, TexterHash, TurnId
from gateway.domain.phone import PhoneNumber
from gateway.domain.picture import Picture
from gateway.domain.spend import Spend, show_cents
from gateway.domain.trace import format_time
from gateway.domain.window import keep_newest, room_in, weigh_message

HISTORY_KEPT = 100
"""How many entries of a conversation are kept; the model is shown as many of them as fit."""


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
    user_ref: str | None = None
    """Whom the developer names as its user, over the API, in the developer's own words."""
    gather_ms: int = 0
    """How long its first text waits for others."""
    disclosed: bool = False
    """Whether its texter has been told that an automated AI answers."""
    rest_of: TurnId | None = None
    """The turn whose answer was too long, and whose rest its texter may ask for."""


def block_of(
    conversation: Conversation, *, now: datetime, within_account: bool, sid: MessageId | None = None
) -> ConsentChange | None:
    """Word for the ledger that Twilio blocks a conversation's texter (error 21610), as the part `sid` told.

    It stays `within_account` when it is the word of a Twilio account that an account has brought.
    """
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
        within_account=within_account,
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
    pictures: tuple[Picture, ...] = ()
    """What a model is shown with it; nobody keeps them."""
    begins_topic: bool = False
    """Whether its texter has begun a new topic by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a conversation's history: an utterance, and when its turn ended."""

    said: Utterance
    at: datetime
    turn_id: str | None = None
    """The turn in which it was said; None where it was said before this was noted."""

    def describe(self) -> dict[str, object]:
        """Tell what its owner may read."""
        told: dict[str, object] = {"role": self.said.role.value, "text": self.said.text, "at": format_time(self.at)}
        return {**told, "new_topic": True} if self.said.begins_topic else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A conversation as it is listed."""

    conversation: Conversation
    created_at: datetime | None
    """None where it began before this was noted."""
    last_at: datetime | None
    message_count: int
    """How many entries its history keeps."""
    spend: Spend
    """What its turns have cost; what they came to is not counted here."""

    def describe(self) -> dict[str, object]:
        """Tell what its owner may read; the texter is the owner's own customer, and so is shown in full."""
        talk = self.conversation
        return {
            "conversation_id": talk.id,
            "agent_id": talk.agent_id,
            "channel": talk.channel.value,
            "user_ref": talk.user_ref,
            "number": talk.number,
            "texter": talk.texter,
            "created_at": format_time(self.created_at) if self.created_at else None,
            "last_at": format_time(self.last_at) if self.last_at else None,
            "message_count": self.message_count,
            "spend": {
                "segments": self.spend.segments,
                "tokens_in": self.spend.tokens_in,
                "tokens_out": self.spend.tokens_out,
                "total_cents": show_cents(self.spend.total_microcents),
            },
        }


Prompt = tuple[Utterance, ...]


def build_prompt(
    agent: Agent,
    history: Sequence[Utterance],
    waiting: Sequence[str],
    *,
    frame: str = "",
    window: int | None = None,
) -> Prompt:
    """Put frame and instructions, the history and everything waiting into one request that fits a model's window.

    What doesn't fit goes whole, the oldest first: of the history, then of what waits, of which the newest always stays.
    An answer goes with its question: what is shown begins with the user.
    """
    instructions = Utterance(role=Role.SYSTEM, text=frame_prompt(frame, agent.system_prompt))
    room = room_in(window) - weigh_message(instructions.text)
    heard = waiting[-max(1, keep_newest(waiting, room)) :]
    # nothing older where there is a gap already
    room = room - sum(map(weigh_message, heard)) if len(heard) == len(waiting) else 0
    shown = history[len(history) - keep_newest([said.text for said in history], room) :]
    dialogue = dropwhile(lambda said: said.role is Role.ASSISTANT, shown)
    asked = Utterance(role=Role.USER, text=join_texts(heard))
    return (*([instructions] if instructions.text else []), *dialogue, asked)


def join_texts(texts: Sequence[str]) -> str:
    """Make one utterance of texts that came in a row."""
    return "\n".join(texts)
