"""Addresses: where a text came from or went, as Twilio names it.

A phone number in E.164, a short code, a name, or an address of another channel such as `whatsapp:+15550100` or
`rcs:brand`. https://www.twilio.com/docs/messaging/guides/webhook-request
"""

import re

from gateway.domain.phone import find_number, find_phone, is_short_code

_CHANNEL = re.compile(r"^([a-z][a-z0-9+.-]{1,30}):", re.IGNORECASE)
_NAMES = {"whatsapp": "WhatsApp", "rcs": "RCS", "messenger": "Messenger"}


def find_channel(address: str) -> str | None:
    """Find the channel of an address that is not one of SMS, as people call it: `WhatsApp` of `whatsapp:+1555…`."""
    found = _CHANNEL.match(address)
    return _NAMES.get(found[1].lower(), "another channel") if found else None


def why_unheard(sender: str, recipient: str) -> str | None:
    """Tell why a text between two addresses is left in silence; None when a texter wrote to a number."""
    channel = find_channel(sender) or find_channel(recipient)
    if channel:
        return f"over {channel}"
    if find_phone(sender) is None:
        return _describe_sender(sender)
    if find_number(recipient) is None:
        return "not to a phone number"
    return "from itself" if sender == recipient else None


def _describe_sender(sender: str) -> str:
    """Say who wrote that nobody can text back, or should: programs have short codes and names, people don't."""
    if not sender.strip():
        return "from nobody"
    number = find_number(sender)
    return "from a short code" if number and is_short_code(number) else "from a name"
