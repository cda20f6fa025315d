"""Receipts: Twilio's words on a part, and what they make of it, in whatever order and however often they come."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.carrier_errors import explain_code, read_code
from gateway.domain.ids import MessageId
from gateway.domain.turn import PartState

_STEPS = (
    *("accepted", "scheduled", "queued", "sending", "sent"),
    *("canceled", "failed", "undelivered", "partially_delivered", "delivered", "read"),
)
"""Twilio's statuses, each further than those before it.

Of two last words the one that says more counts: a phone that has confirmed a message has it, whatever a carrier said or
says of it. https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""
_RANKS = {status: rank for rank, status in enumerate(_STEPS)}
ARRIVED = frozenset({"delivered", "read"})
MISSED = frozenset({"canceled", "failed", "undelivered", PartState.CANCELLED.value, PartState.WITHDRAWN.value})
"""What nobody will bring any more: Twilio can't, or we never handed it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Twilio's word on what became of a part."""

    turn_id: str
    part: int
    status: str
    sid: MessageId
    error_code: str | None
    signed_by: str = ""
    """The Twilio account of an account's own that signed it; empty for the operator's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one receipt says."""

    status: str
    error_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How far a part has come on its way to the phone, as far as anybody knows."""

    part: int
    status: str
    """Twilio's last word; before its first one, the state that we know the part in."""
    error_code: int | None = None

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.error_code is None:
            return self.status
        return f"{self.status}: {self.error_code}, {explain_code(self.error_code).meaning}"

    def describe(self) -> dict[str, object]:
        """Tell it to whoever owns the conversation."""
        if self.error_code is None:
            return {"status": self.status}
        meaning = explain_code(self.error_code).meaning
        return {"status": self.status, "error_code": self.error_code, "meaning": meaning}


def is_known(status: str) -> bool:
    """Tell whether a status is one that we can place; any other is kept, and changes nothing."""
    return status in _RANKS


def find_last(words: Iterable[Word]) -> Word | None:
    """Find the word that counts, whatever the order they came in; None while none of them can be placed."""
    known = [word for word in words if is_known(word.status)]
    return max(known, key=lambda word: (_RANKS[word.status], word.error_code or 0), default=None)


def judge_delivery(part: int, state: PartState, words: Iterable[Word], refused_with: int | None = None) -> Delivery:
    """Tell how far a part has come, by its own state and all of Twilio's words on it."""
    last = find_last(words)
    if last is None:
        return Delivery(part=part, status=state.value, error_code=refused_with)
    return Delivery(part=part, status=last.status, error_code=last.error_code)


def judge_reply(deliveries: Iterable[Delivery]) -> Delivery | None:
    """Tell how far a reply has come, which is as far as the part of it that came least far; None without parts."""
    return min(deliveries, key=_arrival, default=None)


def read_word(details: dict[str, object]) -> Word:
    """Read a receipt as a trace's step keeps it."""
    code = details.get("error_code")
    return Word(status=str(details.get("status")), error_code=read_code(str(code)) if code is not None else None)


def _arrival(delivery: Delivery) -> tuple[int, int]:
    """Order deliveries: first what is lost, then what is under way, last what has arrived."""
    if delivery.status in MISSED:
        return 0, delivery.part
    return (2, _RANKS[delivery.status]) if delivery.status in ARRIVED else (1, _RANKS.get(delivery.status, -1))
