"""Consent: a texter's standing with a number, each change of it, and how far an opt-out reaches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.ids import AccountId, MessageId, TexterHash
from gateway.domain.phone import PhoneNumber


class ConsentState(StrEnum):
    """A texter's standing with a number; who wrote to it and said neither STOP nor START is `unset`, and answered."""

    UNSET = "unset"
    IN = "in"
    OUT = "out"


class Source(StrEnum):
    """What a change of consent follows from."""

    FIRST_TEXT = "first-text"
    """They wrote to us; until they say more, that is why they are answered."""
    KEYWORD = "keyword"
    FREE_FORM = "free-form"
    JOIN_CODE = "join-code"
    OPT_OUT_TYPE = "OptOutType"
    """Twilio's word with an inbound text: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out."""
    CARRIER_BLOCK = "21610"
    """Twilio refused a part, since the texter is out there: https://www.twilio.com/docs/api/errors/21610."""
    OPERATOR = "operator"


class Scope(StrEnum):
    """How far an opt-out reaches: the number that it was texted to, its account's numbers, or all.

    47 CFR 64.1200(a)(10), "revoke all", is waived until 31 January 2027 (DA 26-12).
    """

    NUMBER = "number"
    ACCOUNT = "account"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """One row for the consent ledger."""

    number: PhoneNumber | None
    """None for every number, also those to come."""
    texter: PhoneNumber
    texter_hash: TexterHash
    account_id: AccountId | None
    """Whose number it is."""
    state: ConsentState
    source: Source
    message_sid: MessageId | None
    wording: str
    """The exact words that we answered with; empty where somebody else did, or nobody."""
    at: datetime
    note: str = ""
    """What an operator adds: who asked for it, and how."""
    within_account: bool = False
    """Whether it reaches no other account, whatever the scope: it came by a number that its account has brought, whose
    token could have signed it without any texter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One row of the ledger, as it was written."""

    version: int
    """1 for the first row of a texter and a number, and so on without a gap."""
    at: str
    number: str
    """`*` for every number."""
    texter: str
    """The number; after erasure `hash:` and its keyed hash."""
    account_id: str | None
    state: ConsentState
    source: str
    message_sid: str | None
    wording: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a texter stands with a number now, and the row that says so."""

    number: str
    """`*` for every number."""
    state: ConsentState
    row: ConsentRow | None
    """It may be about another number, whose opt-out reaches this one; None when it is erased."""
