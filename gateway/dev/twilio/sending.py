"""Whether a text may be sent, and what becomes of it: the rules of docs/messaging/api/message-resource."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from re import fullmatch
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.exchange import Exchange
from gateway.dev.twilio.records import Message, Number, new_sid
from gateway.dev.twilio.segments import count_segments
from gateway.dev.twilio.services import Service

_MAX_BODY: Final = 1600
_VALIDITY: Final = 36_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that may be sent as it stands."""

    sender: str
    to: str
    body: str
    status_callback: str = ""
    messaging_service: str = ""
    validity_seconds: int = _VALIDITY


def read_phone(text: str) -> str | None:
    """Bring a phone number into E.164, as Twilio does; None if nobody could have it."""
    try:
        parsed = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_web_address(url: str) -> bool:
    """Tell whether Twilio would take this as a URL to call."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def read_draft(
    form: Mapping[str, str],
    exchange: Exchange,
    *,
    owns: Callable[[Number], bool],
    find_service: Callable[[str], Service | None] = lambda _: None,
) -> Draft:
    """Check a request to send in the order in which Twilio's errors build on each other; `owns` knows whose it is."""
    to, body = form.get("To", ""), form.get("Body", "")
    service = _read_service(form.get("MessagingServiceSid", ""), find_service) if to else None
    # without a From a service chooses one of its own
    sender = form.get("From", "") or (service.numbers[0] if service else "")
    _check_presence(to=to, sender=sender, body=body)
    draft = Draft(
        sender=_read_sender(sender, exchange, owns),
        to=_read_recipient(to),
        body=body,
        status_callback=form.get("StatusCallback", ""),
        messaging_service=service.sid if service else "",
        validity_seconds=_read_validity(form.get("ValidityPeriod", str(_VALIDITY))),
    )
    if service and draft.sender not in service.numbers:
        raise Refusal(21711, sender=draft.sender, sid=service.sid)
    if draft.to == draft.sender:
        raise Refusal(21266, to=draft.to)
    if draft.status_callback and not is_web_address(draft.status_callback):
        raise Refusal(21609, url=draft.status_callback)
    code = find_obstacle(draft, exchange)
    if code:
        raise Refusal(code)
    return draft


def find_obstacle(draft: Draft, exchange: Exchange) -> int | None:
    """Find the code why a well-formed text can't be sent: too long, or the recipient is out.

    21610 is documented for Twilio's own list (docs/api/errors/21610). That it stands for the network's block of a
    toll-free number as well, at once and not as a status, is unverified.
    """
    if len(draft.body) > _MAX_BODY:
        return 21617
    return 21610 if exchange.read_blockers(draft.sender, draft.to) else None


def make_message(draft: Draft, *, direction: str, status: str, account_sid: str = "") -> Message:
    """Make the record of a text that begins its way now."""
    now = datetime.now(UTC)
    return Message(
        sid=new_sid("SM"),
        sender=draft.sender,
        to=draft.to,
        body=draft.body,
        direction=direction,
        status=status,
        segments=count_segments(draft.body),
        created_at=now,
        updated_at=now,
        sent_at=now if status == "received" else None,
        status_callback=draft.status_callback,
        account_sid=account_sid,
        messaging_service=draft.messaging_service,
        validity_seconds=draft.validity_seconds,
    )


def _read_service(sid: str, find_service: Callable[[str], Service | None]) -> Service | None:
    """Find the service that is named; that 21711 is what a From beyond its pool gets is unverified."""
    if not sid:
        return None
    if not fullmatch("MG[0-9a-fA-F]{32}", sid):
        raise Refusal(21705, sid=sid)
    service = find_service(sid)
    if not service:
        raise Refusal(21701, sid=sid)
    if not service.numbers:
        raise Refusal(21703, sid=sid)
    return service


def _read_validity(text: str) -> int:
    if not (fullmatch("[0-9]{1,5}", text) and 1 <= int(text) <= _VALIDITY):
        raise Refusal(21624, value=text)
    return int(text)


def _check_presence(*, to: str, sender: str, body: str) -> None:
    if not to:
        raise Refusal(21604)
    if not sender:
        raise Refusal(21603)
    if not body:
        raise Refusal(21602)


def _read_recipient(text: str) -> str:
    phone = read_phone(text)
    if not phone:
        raise Refusal(21211, to=text)
    return phone


def _read_sender(text: str, exchange: Exchange, owns: Callable[[Number], bool]) -> str:
    phone = text if fullmatch(r"\d{3,6}", text) else read_phone(text)
    if not phone:
        raise Refusal(21212, sender=text)
    number = exchange.find_number(phone)
    if not number or not owns(number):
        raise Refusal(21606, sender=text)
    return phone
