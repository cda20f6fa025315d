"""Agents: instructions, a model and limits that answer texts."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.domain.ids import AccountId, AgentId, KeyId
from gateway.domain.llm import Llm
from gateway.domain.spend import OwnCaps
from gateway.domain.texting import Texting
from gateway.domain.trace import format_time

MAX_PROMPT = 2000


class AgentStatus(StrEnum):
    """Whether an agent answers."""

    ACTIVE = "active"
    PAUSED = "paused"
    """Texts meet silence, messages over the API are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """What answers the texts to a number, and the messages to itself over the API."""

    id: AgentId
    account_id: AccountId
    key_id: KeyId
    """The API key that made it: its BYOK record is the one this agent uses."""
    status: AgentStatus
    system_prompt: str
    customer_ref: str | None
    metadata: dict[str, object]
    llm: Llm
    texting: Texting
    spend: OwnCaps = field(default_factory=OwnCaps)
    """What it may spend at the most, where the settings allow that."""
    created_at: datetime
    updated_at: datetime

    def describe(self) -> dict[str, object]:
        """Tell what its owner may read."""
        return {
            "agent_id": self.id,
            "status": self.status.value,
            "created_at": format_time(self.created_at),
            "updated_at": format_time(self.updated_at),
            "system_prompt": self.system_prompt,
            "customer_ref": self.customer_ref,
            "metadata": self.metadata,
            "llm": self.llm.describe(),
            "texting": asdict(self.texting),
            "spend": asdict(self.spend),
        }
