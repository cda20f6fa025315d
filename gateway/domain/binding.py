"""Numbers, and which agent answers on each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.ids import AccountId, AgentId
from gateway.domain.phone import PhoneNumber


class Keywords(StrEnum):
    """Who answers STOP, HELP and START on a number."""

    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A number and the agent that answers on it."""

    number: PhoneNumber
    account_id: AccountId
    agent_id: AgentId
    keywords: Keywords
    bound_at: datetime
