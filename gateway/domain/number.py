"""Our numbers: who answers keywords on them, who may text them, and which agent answers."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.ids import AccountId, AgentId
from gateway.domain.login import TwilioLogin
from gateway.domain.phone import PhoneNumber, is_short_code

MAX_STOP_WORDS = 50

_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)[0-9]{7}")
"""https://www.fcc.gov/consumers/guides/what-toll-free-number-and-how-does-it-work"""


class Kind(StrEnum):
    """What kind of number it is: carriers treat them differently."""

    LONG = "long"
    TOLL_FREE = "toll-free"
    SHORT = "short"


class Keywords(StrEnum):
    """Who answers STOP, HELP and START on a number."""

    GATEWAY = "gateway"
    TWILIO = "twilio"
    """Twilio answers the keywords that it knows; we note them and stay silent."""


class Policy(StrEnum):
    """Whom an agent answers on a number; keywords are heeded from everybody."""

    OPEN = "open"
    ALLOWLIST = "allowlist"
    CODE = "code"
    """Whoever texts the join code becomes a guest."""
    CLOSED = "closed"


class Use(StrEnum):
    """What a number is there for."""

    OWN = "own"
    """The agent that the operator binds it to."""
    POOL = "pool"
    """A managed agent, which gets it when its turn comes."""
    SANDBOX = "sandbox"
    """Many agents, which people join by code; it is bound to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A number and the agent that answers on it."""

    number: PhoneNumber
    account_id: AccountId
    agent_id: AgentId
    is_shared: bool = False
    """Whether other agents answer on it, too: a sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A phone number that Twilio delivers to us."""

    number: PhoneNumber
    kind: Kind
    use: Use = Use.OWN
    keywords: Keywords = Keywords.GATEWAY
    policy: Policy = Policy.OPEN
    stop_words: tuple[str, ...] = ()
    """Words that are STOP on this number, besides everybody's."""
    join_code: str | None = None
    label: str | None = None
    brand: str | None = None
    """Who texts from it, instead of what the account and the settings say."""
    help_contact: str | None = None
    messaging_service: str | None = None
    """The SID of the Messaging Service of its Twilio account that it sends by, if any."""
    account_id: AccountId | None = None
    agent_id: AgentId | None = None
    login: TwilioLogin | None = None
    """Of a number that its account has brought: who we are to Twilio for it. None for the operator's."""
    added_at: datetime
    bound_at: datetime | None = None

    @property
    def binding(self) -> Binding | None:
        """Which agent answers on it, if any."""
        if self.account_id is None or self.agent_id is None:
            return None
        return Binding(number=self.number, account_id=self.account_id, agent_id=self.agent_id)


def guess_kind(number: PhoneNumber) -> Kind:
    """Tell a short code, and a toll-free number of the North American plan, by their digits; others must be told."""
    if is_short_code(number):
        return Kind.SHORT
    return Kind.TOLL_FREE if _TOLL_FREE.fullmatch(number) else Kind.LONG
