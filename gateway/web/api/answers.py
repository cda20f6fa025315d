"""What the API answers, as models: the description is made of them, and answers are held to it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.domain.agent import AgentStatus
from gateway.domain.conversation import Channel, Role
from gateway.domain.credential import Health, Provider
from gateway.domain.llm import LlmMode, Tier
from gateway.domain.sms import SmsMode, SmsStatus

AgentRef = Annotated[str, Field(pattern="^agt_[0-9a-f]{32}$", examples=["agt_0199f3c1a2b47c3d9e5f60718293a4b5"])]
MessageRef = Annotated[str, Field(pattern="^msg_[0-9a-f]{32}$", examples=["msg_0199f3c1a2b47c3d9e5f60718293a4b5"])]
ConversationRef = Annotated[str, Field(pattern="^conv_[0-9a-f]{32}$")]
Warnings = Annotated[list[str], Field(description="Caps of which 80 % are used up, in sentences.")]
E164 = Annotated[str, Field(examples=["+12025550199"])]


class Answer(BaseModel):
    """What every answer has."""

    model_config = ConfigDict(extra="forbid")

    trace_id: Annotated[
        str,
        Field(pattern="^trc_[0-9a-f]{32}$", description="The same as the header x-trace-id; tell it to your operator."),
    ]


class Problem(Answer):
    """Why a request was refused, or failed."""

    error: Annotated[str, Field(description="What went wrong, in a word that stays.")]
    message: Annotated[str, Field(min_length=1, description="What to do about it, for people.")]
    field: Annotated[str, Field(description="What of the request is wrong.")] = ""
    limit: Annotated[str, Field(description="Which quota or cap is used up.")] = ""
    reason: Annotated[str, Field(description="Which cap on turns or on spend is used up.")] = ""


class Done(Answer):
    """That it is done."""

    ok: Literal[True]


class Status(Done):
    """That the gateway is there, and takes the key."""

    service: Literal["textgate"]
    version: Literal["v1"]
    mode: Annotated[LlmMode, Field(description="Whose model key a new agent uses, where it does not say.")]


class ByokShown(BaseModel):
    """What is known of a model key: everything but the key."""

    model_config = ConfigDict(extra="forbid")

    provider: Provider
    base_url: str | None
    model: str | None
    label: str | None
    fingerprint: Annotated[str, Field(description="The first 12 hexadecimal digits of the key's SHA-256.")]
    health: Health
    health_reason: Annotated[str, Field(description="Why it is not `ok`, where that is known.")] = ""
    checked_at: Annotated[datetime | None, Field(description="When its provider last took or rejected it.")] = None
    updated_at: datetime


class ByokAnswer(Done):
    """The model key of an API key."""

    byok: ByokShown | None


class Warmed(Done):
    """That an agent could answer now."""

    warmed: Literal[True]
    mode: LlmMode


class LlmShown(BaseModel):
    """How an agent thinks."""

    model_config = ConfigDict(extra="forbid")

    mode: LlmMode
    tier: Annotated[Tier | None, Field(description="Of a hosted one.")] = None
    model: Annotated[str | None, Field(description="Instead of the tier's, or of the BYOK record's.")]
    provider: Provider | None = None
    base_url: str | None = None
    label: str | None
    fingerprint: Annotated[str, Field(description="Of a key of the agent's own.")] = ""
    health: Annotated[Health | None, Field(description="Of a key of the agent's own.")] = None
    health_reason: str = ""
    checked_at: datetime | None = None


class TextingShown(BaseModel):
    """How an agent texts."""

    model_config = ConfigDict(extra="forbid")

    max_segments: int
    emoji: bool
    gather_ms: int
    disclosure: str
    apology: str
    refusal: str


class OwnCapsShown(BaseModel):
    """What an agent may spend at the most, in US cents."""

    model_config = ConfigDict(extra="forbid")

    day_cents: int | None
    month_cents: int | None


class SmsShown(BaseModel):
    """An agent's number."""

    model_config = ConfigDict(extra="forbid")

    mode: SmsMode
    status: SmsStatus
    phone_number: E164 = ""
    join_code: Annotated[str, Field(description="What people text after `join`, in the sandbox.")] = ""
    reason: Annotated[str, Field(description="Why it is not active, and what to do.")] = ""


class SmsAnswer(Answer, SmsShown):
    """How far an agent has come to a number."""


class AgentShown(BaseModel):
    """An agent."""

    model_config = ConfigDict(extra="forbid")

    agent_id: AgentRef
    status: AgentStatus
    created_at: datetime
    updated_at: datetime
    system_prompt: str
    customer_ref: str | None
    metadata: dict[str, object]
    llm: LlmShown
    texting: TextingShown
    spend: OwnCapsShown
    sms: SmsShown


class AgentAnswer(Answer, AgentShown):
    """An agent, as it is."""


class SavedAgent(AgentAnswer):
    """An agent, as it was saved."""

    warnings: Annotated[list[str], Field(description="What in its words will not work as its author may think.")] = []


class AgentsPage(Answer):
    """A page of agents."""

    agents: list[AgentShown]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null on the last.")]


class TalkSpend(BaseModel):
    """What a conversation has cost."""

    model_config = ConfigDict(extra="forbid")

    segments: int
    tokens_in: int
    tokens_out: int
    total_cents: Annotated[float, Field(description="US cents, whoever pays them.")]


class ConversationShown(BaseModel):
    """A conversation, as it is listed."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: ConversationRef
    agent_id: AgentRef
    channel: Channel
    user_ref: str | None
    number: E164 | None
    texter: E164 | None
    created_at: datetime | None
    last_at: datetime | None
    message_count: int
    spend: TalkSpend


class ConversationsPage(Answer):
    """A page of an agent's conversations."""

    conversations: list[ConversationShown]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null on the last.")]


class DeliveryShown(BaseModel):
    """How far a reply has come on its way to the phone."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[str, Field(description="Twilio's last word, or ours before that; the least far of its parts.")]
    error_code: Annotated[int, Field(description="Twilio's code, of one that did not arrive.")] = 0
    meaning: Annotated[str, Field(description="That code in words.")] = ""


class Said(BaseModel):
    """One thing that was said."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    text: str
    at: datetime
    delivery: Annotated[DeliveryShown | None, Field(description="Of a reply by text; else it isn't there.")] = None
    new_topic: Annotated[
        bool, Field(description="By this the texter began anew: the agent is not shown what stands before it.")
    ] = False


class ConversationAnswer(Answer, ConversationShown):
    """A conversation, and what was said in it."""

    messages: Annotated[list[Said], Field(description="The last 100, oldest first.")]


class ReplyAnswer(Answer):
    """What the agent replies."""

    reply_text: str
    warnings: Warnings = []


class AdmittedMessage(Answer):
    """Where the reply will be."""

    message_id: MessageRef
    status_url: str


class MessageAnswer(Answer):
    """How far a message has come."""

    message_id: MessageRef
    status: Literal["waiting", "answered", "failed", "expired"]
    reply_text: Annotated[str, Field(description="The reply, of one that was answered.")] = ""
    warnings: Warnings = []
    error: Annotated[str, Field(description="What went wrong, of one that failed.")] = ""
    reason: Annotated[str, Field(description="Which cap was used up, of one that failed by it.")] = ""
