"""Values that tests begin from."""

from datetime import UTC, datetime, timedelta

from gateway.adapters.key_ring import new_pair
from gateway.domain.ids import hash_texter
from gateway.domain.limits import TurnCaps, TurnLimits
from gateway.domain.phone import PhoneNumber
from gateway.domain.retention import Retention
from gateway.domain.ring import encode, format_entry
from gateway.domain.secret import Secret

AGES = timedelta(days=36500)
"""Longer than any message of a test is old."""
LIMITS = TurnLimits(max_answer_age=AGES, max_tries=3)
UNCAPPED = TurnCaps(**dict.fromkeys(TurnCaps().describe()))
"""No cap at all."""
FOREVER = Retention(texts=AGES, traces=AGES, receipts=AGES, consent=AGES)
NOW = datetime(2026, 11, 23, 10, 15, 30, 123000, tzinfo=UTC)
ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "canary-auth-token-5d41402abc4b2a76"
NUMBER = PhoneNumber("+12025550199")
TEXTER = PhoneNumber("+12025550143")
PUBLIC_URL = "https://gateway.example.com"
PEPPER = b"p" * 32
TEXTER_HASH = hash_texter(PEPPER, TEXTER)

_PUBLIC, _PRIVATE = new_pair()
SEAL_KEYS = Secret(format_entry(_PUBLIC))
OPEN_KEYS = Secret(format_entry(_PRIVATE))
EDGE_KEYS = Secret(format_entry(new_pair()[1]))


def message_sid(number: int = 1) -> str:
    """A MessageSid as Twilio makes them, a different one for each number."""
    return f"SM{number:032x}"


def inbound_form(body: str = "Hello", *, sid: str | None = None, **changes: str) -> dict[str, str]:
    """The form that Twilio posts for one text to a US long code, with every field that it really sends."""
    sid = sid or message_sid()
    form = {
        "ToCountry": "US",
        "ToState": "DC",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "DC",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": body,
        "FromCountry": "US",
        "To": NUMBER,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": TEXTER,
        "ApiVersion": "2010-04-01",
    }
    return {**form, **changes}


_SEGMENTS = tuple(f"TEXTGATE_LIMIT_SEGMENTS_{kind}" for kind in ("LONG", "TOLL_FREE", "SHORT"))
"""The throttle, which is off but where a test is about it: tests send a day's texts from one number in a second."""


def media_sid(number: int = 1) -> str:
    """A media SID as Twilio makes them, a different one for each number."""
    return f"ME{number:032x}"


def pictured_form(body: str = "", *, sid: str | None = None, **changes: str) -> dict[str, str]:
    """The form that Twilio posts for a picture, with the words below it."""
    form = inbound_form(body, sid=(sid or message_sid()).replace("SM", "MM"), **changes)
    place = f"https://api.twilio.com/2010-04-01/Accounts/{form['AccountSid']}/Messages/{form['MessageSid']}/Media"
    picture = {"NumMedia": "1", "MediaUrl0": f"{place}/{media_sid()}", "MediaContentType0": "image/png"}
    return {**form, **picture, **changes}


def environment(**changes: str) -> dict[str, str]:
    """A complete environment for every process, but for the Redis."""
    complete = {
        "TEXTGATE_PUBLIC_URL": PUBLIC_URL,
        "TEXTGATE_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TEXTGATE_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TEXTGATE_SEAL_KEYS": SEAL_KEYS.reveal(),
        "TEXTGATE_OPEN_KEYS": OPEN_KEYS.reveal(),
        "TEXTGATE_EDGE_KEYS": EDGE_KEYS.reveal(),
        "TEXTGATE_PEPPER": encode(PEPPER),
        "TEXTGATE_BRAND": "Corner Cafe",
        "TEXTGATE_HELP_CONTACT": "help@cafe.example",
        **dict.fromkeys(("TEXTGATE_LIMIT_AGENTS_IP_MINUTE", "TEXTGATE_LIMIT_BYOK_KEY_HOUR"), "1000"),
        **dict.fromkeys(_SEGMENTS, "0"),
    }
    return {**complete, **changes}
