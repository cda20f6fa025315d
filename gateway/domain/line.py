"""The line of a text: what is known about where it came from and where it went."""

from dataclasses import dataclass, field

from gateway.domain.agent import Agent
from gateway.domain.consent import ConsentState
from gateway.domain.ids import AccountId
from gateway.domain.loop import Rally
from gateway.domain.message import InboundMessage
from gateway.domain.number import Binding, Number, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the store knows about where a text came from and where it went."""

    answered_with: str | None
    """What was said to this very message before, empty for silence; None for a message not seen yet."""
    brought_by: str | None = None
    """The Twilio account that this very message came from before, as far as that is known."""
    number: Number | None
    agent: Agent | None
    consent: ConsentState
    """As far as opt-outs reach now."""
    stopped_here: bool
    """Whether it is this very number that the texter is out for."""
    asked: bool
    """Whether the texter was asked already if they mean to opt out."""
    guest: bool
    """Whether the texter is one of the number's guests."""
    blocked: bool = False
    """Whether an operator has blocked the texter: keywords and other opt-outs are heeded all the same."""
    brand: str | None = None
    """Who texts from it, as number or account have it."""
    help_contact: str | None = None
    invited: Agent | None = None
    """In a sandbox: the agent that the text asks to join, by its code."""
    invited_by: str = ""
    """That code, as its developer knows it."""
    rally: Rally = field(default_factory=Rally)
    """What the texter and the number have lately said to each other, as far as it takes to know a loop."""
    is_from_ours: bool = False
    """Whether the sender is a number of this gateway itself."""
    wishes_erasure: bool = False
    """Whether the last that the texter said, minutes ago, was that this account is to forget them."""
    hinted: bool = False
    """In a sandbox: whether the texter was told within the hour how to join an agent."""

    def is_of(self, message: InboundMessage) -> bool:
        """Tell whether who vouches for a text may: it has the number, and nobody else has brought that message."""
        login = self.number.login if self.number else None
        owner = login.account_sid if login else ""
        return message.vouched_by == owner and self.brought_by in (None, message.account_sid)

    @property
    def in_sandbox(self) -> bool:
        """Whether it is a number that many agents share; then `agent` is the one that the texter has joined."""
        return self.number is not None and self.number.use is Use.SANDBOX

    @property
    def account_id(self) -> AccountId | None:
        """Whose texter it is: the account that has the number, or, in a sandbox, the agent."""
        agent = self.invited or self.agent
        if self.in_sandbox:
            return agent.account_id if agent else None
        return self.number.account_id if self.number else None

    @property
    def binding(self) -> Binding | None:
        """Which agent answers, if any."""
        if self.number is None or not self.in_sandbox:
            return self.number.binding if self.number else None
        if self.agent is None:
            return None
        return Binding(
            number=self.number.number, account_id=self.agent.account_id, agent_id=self.agent.id, is_shared=True
        )
