"""Turns: the waiting messages of a conversation in, one reply out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from gateway.domain.completion import Tokens
from gateway.domain.consent import ConsentState
from gateway.domain.conversation import Conversation, Utterance
from gateway.domain.ids import AccountId, AgentId, ConversationId, MessageId, TurnId
from gateway.domain.limits import Allowance, Usage
from gateway.domain.login import TwilioLogin
from gateway.domain.media import Media, tell
from gateway.domain.payer import Payment
from gateway.domain.phone import PhoneNumber

FENCE_SECONDS = 2.0
"""How long the last look at consent is good for: a part leaves within this time, or not on this look."""
POST_SECONDS = 10.0
"""How long a part's POST may take once it has begun; the carrier may take the part at the last moment."""


_VALIDITY = (1, 36_000)
"""The seconds that Twilio lets a part wait in its queue, at least and at most."""


def validity_of(seconds_left: float) -> int:
    """Tell for how long a part may wait at Twilio, of which nobody should hear after so many seconds."""
    least, most = _VALIDITY
    return min(max(least, int(seconds_left)), most)


class PartState(StrEnum):
    """How far a part has come."""

    PENDING = "pending"
    SENDING = "sending"
    """Fenced: its POST may be under way, or may have arrived."""
    SENT = "sent"
    CANCELLED = "cancelled"
    """Never sent, on purpose: the texter is out."""
    WITHDRAWN = "withdrawn"
    """Never sent, on purpose: the number is another agent's now, the texter is blocked, or the texts are too old."""
    FAILED = "failed"
    """Twilio refused it."""
    UNKNOWN = "unknown"
    """Nobody can tell, so far, whether Twilio took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One Twilio message of a reply."""

    index: int
    text: str
    state: PartState = PartState.PENDING


class Outcome(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    APOLOGISED = "apologised"
    """The model failed and the texter was told so, in one neutral line."""
    FAILED = "failed"
    OPTED_OUT = "opted_out"
    STALE = "stale"
    """The number is not this agent's any more, the texter is blocked, or the texts are too old to be answered."""
    UNKNOWN = "unknown"
    CAPPED = "capped"
    """A cap on turns is reached: the texter's, or the agent's."""


REACHED = frozenset({PartState.SENT, PartState.UNKNOWN})
"""Parts that the texter may have."""
DEAD = frozenset({Outcome.APOLOGISED, Outcome.FAILED, Outcome.UNKNOWN})
"""Turns that ended in error: kept on the dead list until an operator looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The right to answer a conversation now; every write shows its token."""

    conversation_id: ConversationId
    account_id: AccountId
    token: str
    texter: PhoneNumber | None = None
    """Whom it is with; None over the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A hold that was let go, and whom its seat went to: the releaser should answer that conversation next."""

    following: ConversationId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A burst that may not be over: what waits is not opened yet."""

    seconds: float


class Suspect:
    """A turn that was not ended in all its tries but the last: it may be what ended its workers, and is not opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One message that a turn answers."""

    id: MessageId
    text: str
    media: tuple[Media, ...] = ()
    account_sid: str = ""
    """The Twilio account that it came from; empty for a message over the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Messages that are answered together, and their reply as far as it has come."""

    id: TurnId
    conversation: Conversation
    agent_id: AgentId | None
    """Who answers now; None when the number is nobody's, another account's, or another agent's by the pool."""
    consent: ConsentState
    blocked: bool = False
    """Whether an operator has blocked the texter."""
    brand: str | None = None
    """Who texts, as number or account have it."""
    help_contact: str | None = None
    waiting: tuple[Waiting, ...]
    stale: frozenset[MessageId]
    """Those of the waiting messages that are too old to be answered."""
    fresh_until: float
    """The moment on the monotonic clock after which all of them are."""
    tries: int
    """How often a worker has begun or resumed it, since its reply is recorded if it is; this time included."""
    allowance: Allowance
    usage: tuple[Usage, ...] = ()
    """The caps that are nearly used up; where the turn was not granted, the one that is."""
    parts: tuple[Part, ...]
    """Empty until the reply is recorded; then never changed but in their states."""
    outcome: Outcome | None = None
    """What the recorded reply makes of the turn once it is sent."""
    failure: str | None = None
    """The stable code of what went wrong while the reply was made."""
    disclosure: str = ""
    """The disclosure that the reply begins with; empty when it has none."""
    rest: str | None = None
    """What of the answer waits to be asked for, empty when it is whole; None when the reply is no new answer."""
    asked: bool = True
    """Whether it cost an answer; else the turn gives back what it took of the caps."""

    @property
    def heard(self) -> list[str]:
        """The words of the texts that it answers, without those that are too old."""
        return [message.text for message in self.fresh]

    @property
    def told(self) -> list[str]:
        """What the history says of those texts: their words, and what came with them."""
        return [tell(message.text, message.media) for message in self.fresh]

    @property
    def fresh(self) -> list[Waiting]:
        """The texts that it answers, without those that are too old."""
        return [message for message in self.waiting if message.id not in self.stale]

    @property
    def is_stale(self) -> bool:
        """Whether everything that it answers is too old by now."""
        return len(self.stale) == len(self.waiting)

    @property
    def settled(self) -> bool:
        """Whether a reply, be it an empty one, was recorded: the model must not be asked again."""
        return self.outcome is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a turn says: recorded before any of it is sent."""

    parts: tuple[Part, ...]
    outcome: Outcome
    failure: str | None = None
    """The stable code of what went wrong, for the account to read; the texter never sees it."""
    disclosure: str = ""
    """The disclosure that it begins with; empty when it has none."""
    rest: str | None = None
    """What of the answer waits to be asked for, empty when it is whole; None when this is no new answer."""
    by_gateway: bool = False
    """Whether the gateway gave the answer, and no model was asked for it."""
    keyword: str | None = None
    """What it answers so, where that is a word: `more`, `new topic`."""
    payment: Payment | None = None
    """Whose key the model was asked with, if it was."""
    pictures: Mapping[str, int] = field(default_factory=dict)
    """How many pictures the model was shown, and why it wasn't shown the others: for the trace."""
    tokens: Tokens | None = None
    """What that came to, where its provider said."""

    @property
    def asked(self) -> bool:
        """Whether a model was asked for it; the truth that the gateway tells counts alike, since it costs a text."""
        return self.payment is not None or self.by_gateway


class Waits(Enum):
    """What a texter gets for a MORE, once a turn has ended."""

    AS_BEFORE = "as_before"
    """Whatever they would have got without it."""
    NOTHING = ""
    ITS_REST = "its_rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a turn ends."""

    outcome: Outcome
    said: tuple[Utterance, ...]
    """What the conversation's history grows by."""
    reply_text: str | None = None
    """What whoever waits for the reply over the API gets."""
    failure: str | None = None
    disclosed: bool = False
    """Whether the disclosure may have reached the texter by this turn."""
    rest: Waits = Waits.AS_BEFORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """By which way a part leaves: what its number said of that at the moment it was fenced."""

    login: TwilioLogin | None = None
    """Who sends it, where that is an account's own Twilio account; None for the operator's."""
    messaging_service: str | None = None
    """The SID of the Messaging Service that its number sends by, if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPart:
    """One part, as it is handed to the carrier."""

    sender: PhoneNumber
    recipient: PhoneNumber
    text: str
    turn_id: TurnId
    index: int
    not_after: float
    """The moment on the monotonic clock after which its POST must not begin."""
    fresh_until: float
    """The moment on the monotonic clock after which nobody should get it any more."""
    passage: Passage = Passage()

    @property
    def login(self) -> TwilioLogin | None:
        """Who sends it, where that is an account's own Twilio account; None for the operator's."""
        return self.passage.login
