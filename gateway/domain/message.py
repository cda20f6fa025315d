"""One text from a texter, as the signed webhook brought it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import InvalidRequest
from gateway.domain.ids import MessageId, is_account_sid, is_message_sid
from gateway.domain.media import TWILIO_API, Media, read_media
from gateway.domain.phone import PhoneNumber, find_number, find_phone

MAX_ADDRESS = 256
MAX_BODY = 1600 * 2
"""Twilio delivers up to 1600 characters; twice that leaves room and still bounds what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A text to one of our numbers."""

    sid: MessageId
    account_sid: str
    sender: str
    recipient: str
    body: str
    opt_out_type: str | None
    """Twilio's word that it has handled a keyword itself (Advanced Opt-Out)."""
    received_at: datetime
    vouched_by: str = ""
    """The Twilio account of an account's own that signed or lists it; empty for the operator's."""
    media: tuple[Media, ...] = ()

    @property
    def texter(self) -> PhoneNumber | None:
        """The sender as a phone number; None for a short code, a name, `whatsapp:…` and the like."""
        return find_phone(self.sender)

    @property
    def number(self) -> PhoneNumber | None:
        """The recipient as a number that may be ours; None where it is another kind of address."""
        return find_number(self.recipient)

    @classmethod
    def from_form(
        cls, form: Mapping[str, str], *, now: datetime, vouched_by: str = "", api_url: str = TWILIO_API
    ) -> "InboundMessage":
        """Read Twilio's form fields, with media at its API's URL; InvalidRequest where they can't be Twilio's.

        Signed text has no field borders, so a valid signature alone doesn't prove where one value ends:
        every value used is held to its shape. https://www.twilio.com/docs/messaging/guides/webhook-request
        """
        sid = _field(form, "MessageSid")
        if not is_message_sid(sid):
            raise _invalid("MessageSid", "must be SM or MM and 32 hexadecimal digits")
        for copy in ("SmsSid", "SmsMessageSid"):
            if form.get(copy, sid)[2:] != sid[2:]:
                raise _invalid(copy, "must repeat MessageSid")
        account_sid = read_account_sid(form)
        return cls(
            sid=MessageId(sid),
            account_sid=account_sid,
            sender=_address(form, "From"),
            recipient=_address(form, "To"),
            body=_body(form),
            opt_out_type=form.get("OptOutType", "").strip() or None,
            received_at=now,
            vouched_by=vouched_by,
            media=read_media(form, api_url=api_url, account_sid=account_sid, message_sid=sid),
        )


def read_account_sid(form: Mapping[str, str]) -> str:
    """Read the AccountSid; InvalidRequest where it has not Twilio's shape."""
    account_sid = _field(form, "AccountSid")
    if not is_account_sid(account_sid):
        raise _invalid("AccountSid", "must be AC and 32 hexadecimal digits")
    return account_sid


def _field(form: Mapping[str, str], name: str) -> str:
    try:
        return form[name]
    except KeyError:
        raise _invalid(name, "is missing") from None


def _address(form: Mapping[str, str], name: str) -> str:
    address = _field(form, name)
    looks_numeric = address.startswith("+")
    if (looks_numeric and find_phone(address) is None) or len(address) > MAX_ADDRESS:
        raise _invalid(name, "is no phone number and no address")
    return address


def _body(form: Mapping[str, str]) -> str:
    # a picture may come without words, and then Twilio still sends an empty Body
    body = _field(form, "Body")
    if "\0" in body or len(body) > MAX_BODY:
        raise _invalid("Body", "is not a text that a phone can send")
    return body


def _invalid(field: str, what: str) -> InvalidRequest:
    return InvalidRequest("invalid_webhook", f"{field} {what}.", field=field)
