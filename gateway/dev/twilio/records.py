"""What the stand-in remembers: messages, numbers, and the lines of a message's log."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from gateway.dev.twilio.keywords import Handling
from gateway.dev.twilio.media import MediaItem
from gateway.dev.twilio.numbering import Kind, read_kind


def new_sid(prefix: str) -> str:
    """Make an identifier of Twilio's form: two letters and 32 hex digits (docs/glossary/what-is-a-sid)."""
    return prefix + uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One attempt to reach the application on behalf of a message."""

    at: str
    kind: str  # webhook, fallback, status_callback
    url: str
    event: str = ""
    status: int | None = None
    attempts: int = 0
    error_code: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One text on its way, in either direction."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    segments: int
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    status_callback: str = ""
    answered_by: str = ""  # twilio, network: who answered a keyword by itself
    opt_out_type: str = ""
    listed: bool = True  # whether Twilio's own list of messages has it
    account_sid: str = ""  # whose it is; empty: the main account's
    messaging_service: str = ""  # by which it was sent, if by one
    validity_seconds: int = 36000  # how long it may wait in Twilio's queue
    log: tuple[LogLine, ...] = ()
    media: tuple[MediaItem, ...] = ()

    @property
    def inbound(self) -> bool:
        """Tell whether a person sent it to a number of the account."""
        return self.direction == "inbound"

    @property
    def phone(self) -> str:
        """Return the person's side of the thread."""
        return self.sender if self.inbound else self.to

    @property
    def number(self) -> str:
        """Return the account's side of the thread."""
        return self.to if self.inbound else self.sender

    def to_json(self) -> dict[str, Any]:
        """Give the record as it stands in the data file."""
        plain = {key: _plain(value) for key, value in asdict(self).items()}
        return {**plain, "media": [item.to_json() for item in self.media]}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of the data file; one from before there were media has none."""
        dates = {key: _date(record[key]) for key in ("created_at", "updated_at", "sent_at")}
        log = tuple(LogLine(**line) for line in record["log"])
        media = tuple(MediaItem.from_json(item) for item in record.get("media", ()))
        return cls(**{**record, **dates, "log": log, "media": media})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of the account: an IncomingPhoneNumber, or a short code."""

    sid: str
    phone_number: str
    friendly_name: str
    created_at: datetime
    updated_at: datetime
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    kind: Kind = Kind.LONG
    keyword_handling: bool = False
    """Whether Twilio answers its default keywords; on a short code that does nothing."""
    advanced_opt_out: bool = False
    account_sid: str = ""
    """Whose it is; empty: the main account's."""
    sms_capable: bool = True

    @property
    def handling(self) -> Handling:
        """Tell what Twilio does about keywords here."""
        if self.advanced_opt_out:
            return Handling.ADVANCED
        return Handling.DEFAULT if self.keyword_handling else Handling.OFF

    def to_json(self) -> dict[str, Any]:
        """Give the record as it stands in the data file."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of the data file; one from before there were kinds is told by its digits."""
        dates = {key: _date(record[key]) for key in ("created_at", "updated_at")}
        kind = Kind(record.get("kind") or read_kind(record["phone_number"]))
        return cls(**{**record, **dates, "kind": kind})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _date(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
