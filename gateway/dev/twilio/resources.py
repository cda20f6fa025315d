"""Records in the JSON of Twilio's REST API, judged by Twilio's OpenAPI description."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from gateway.dev.twilio.media import MediaItem
from gateway.dev.twilio.numbering import Kind
from gateway.dev.twilio.records import Message, Number

API_VERSION: Final = "2010-04-01"
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SUBRESOURCES: Final = {
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "messages": "Messages",
}

Resource = dict[str, Any]


def account_uri(account_sid: str) -> str:
    """Return where an account's resources stand."""
    return f"/{API_VERSION}/Accounts/{account_sid}"


def account_resource(account_sid: str, token: str) -> Resource:
    """Show the account (docs/iam/api/account)."""
    base = account_uri(account_sid)
    return {
        "sid": account_sid,
        "friendly_name": "textgate development",
        "auth_token": token,
        "owner_account_sid": account_sid,
        "status": "active",
        "type": "Full",
        "date_created": _rfc2822(_EPOCH),
        "date_updated": _rfc2822(_EPOCH),
        "subresource_uris": {key: f"{base}/{name}.json" for key, name in _SUBRESOURCES.items()},
        "uri": f"{base}.json",
    }


def message_resource(account_sid: str, message: Message) -> Resource:
    """Show a message (docs/messaging/api/message-resource)."""
    uri = f"{account_uri(account_sid)}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at) if message.sent_at else None,
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.sender,
        "messaging_service_sid": message.messaging_service or None,
        "num_media": str(len(message.media)),
        # by a service a sender is assigned first, and only then is it known what the text is cut into
        "num_segments": "0" if message.status == "accepted" else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def media_resource(account_sid: str, message: Message, item: MediaItem) -> Resource:
    """Show one thing that came with a message (docs/messaging/api/media-resource)."""
    return {
        "sid": item.sid,
        "account_sid": account_sid,
        "parent_sid": message.sid,
        "content_type": item.content_type,
        "date_created": _rfc2822(item.created_at),
        "date_updated": _rfc2822(item.created_at),
        "uri": f"{media_uri(account_sid, message, item)}.json",
    }


def media_uri(account_sid: str, message: Message, item: MediaItem) -> str:
    """Return where the API has one thing that came with a message."""
    return f"{account_uri(account_sid)}/Messages/{message.sid}/Media/{item.sid}"


def number_resource(account_sid: str, number: Number) -> Resource:
    """Show a number (docs/phone-numbers/api/incomingphonenumber-resource).

    The description has a type and doesn't say its values: "toll-free" is unverified.
    """
    return {
        "sid": number.sid,
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": API_VERSION,
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"voice": False, "sms": number.sms_capable, "mms": True, "fax": False},
        "date_created": _rfc2822(number.created_at),
        "date_updated": _rfc2822(number.updated_at),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number.friendly_name,
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": number.phone_number,
        "sms_application_sid": number.sms_application_sid or None,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": number.sms_method,
        "sms_url": number.sms_url,
        "status": "in-use",
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "trunk_sid": None,
        "type": "toll-free" if number.kind is Kind.TOLL_FREE else "local",
        "uri": f"{account_uri(account_sid)}/IncomingPhoneNumbers/{number.sid}.json",
        "voice_application_sid": None,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_fallback_url": None,
        "voice_method": "POST",
        "voice_receive_mode": "voice",
        "voice_url": None,
    }


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))
