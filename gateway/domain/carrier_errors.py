"""Twilio's error codes in words: what each means for a part, and what to do next.

A part that Twilio refuses or loses is never sent again by itself: a chat's reply that comes late is worse than none. So
`Nature.RETRY` holds only what Twilio says it never took. https://www.twilio.com/docs/api/errors
"""

from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """Whose matter an error is, and whether the same again may work."""

    RETRY = "retry"
    """Twilio did not take the part, and may in a moment."""
    PERMANENT = "permanent"
    """It concerns this phone, or this text, and the same again ends alike."""
    CONSENT = "consent"
    """The texter is out."""
    CONFIG = "config"
    """Something must be set up, or registered, at Twilio: every part may end alike until then."""
    OUR_BUG = "our_bug"
    """A request that this gateway should not have made."""
    SECURITY = "security"
    """Somebody may be misusing the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierError:
    """What a code of Twilio's means."""

    code: int
    nature: Nature
    meaning: str
    next_step: str

    @property
    def is_alert(self) -> bool:
        """Whether the operator should hear of it: more than the one texter is concerned."""
        return self.code == _FILTERED or self.nature in (Nature.CONFIG, Nature.OUR_BUG, Nature.SECURITY)

    def describe(self) -> dict[str, object]:
        """Tell it to an operator."""
        return {
            "error_code": self.code,
            "class": self.nature.value,
            "meaning": self.meaning,
            "next": self.next_step,
        }


_FILTERED = 30007
LOOP = 14107
"""Over 30 replies to one phone in 30 seconds: https://www.twilio.com/docs/api/errors/14107."""
_PAGE = "https://www.twilio.com/docs/api/errors/{}"
_NOTHING = "Nothing: the next text from that phone is answered as ever."
_CLEAN = "Nothing, if it is one phone. If it is many, ask Twilio's support, and name the MessageSids."
_OWN = "Look at the number in Twilio's console: it must be there, able to text, and in the account that sends."
_SERVICE = "Mend it at Twilio, or here: textgate numbers set NUMBER --messaging-service MG…, or none"
_REPORT = "Report it to whoever maintains this gateway, with the trace."
_REGISTER = (
    "Register the number: Messaging, Regulatory Compliance in Twilio's console. Until then texts to US phones fail."
)
_WORDS = "Read what the agent says with `textgate conversations show`: links, prices and repetition are filtered first."

_CODES: dict[Nature, dict[int, tuple[str, str]]] = {
    Nature.RETRY: {
        20429: ("there were too many requests to Twilio at once", "Nothing: the part is sent a little later."),
        21611: ("the number's queue at Twilio is full", "Nothing: the part is sent a little later."),
        21730: ("Twilio is under maintenance", "Nothing: the part is sent a little later."),
        63018: ("the channel's rate limit is reached", "Nothing: the part is sent a little later."),
    },
    Nature.PERMANENT: {
        21211: ("the texter's number is not valid", _NOTHING),
        21214: ("the texter's number can't be reached by Twilio", _NOTHING),
        21217: ("the texter's number is not valid", _NOTHING),
        21265: ("a short code can't be texted", _NOTHING),
        21266: ("the number would text itself", _NOTHING),
        21614: ("the texter's number is not a mobile one", _NOTHING),
        21635: ("the texter's number is a landline", _NOTHING),
        30003: ("the phone can't be reached: off, without service, or not able to get texts", _NOTHING),
        30004: ("the phone or its carrier blocks the message", _CLEAN),
        30005: ("the phone's number is unknown, or not in service any more", _NOTHING),
        30006: ("the number is a landline, or its carrier can't be reached", _NOTHING),
        30007: ("Twilio or a carrier has filtered the message as unwanted; many of them end a campaign", _WORDS),
        30008: ("the carrier gave no reason", _CLEAN),
        30010: (
            "the message would have cost more than the account allows",
            "Look at the price limits in Twilio's console.",
        ),
        30017: ("the carrier's network was congested", _NOTHING),
        30019: ("the message was longer than the carrier takes", "Lower the agent's texting.max_segments."),
        30022: ("the campaign's rate at the carrier is exceeded", "Lower TEXTGATE_LIMIT_SEGMENTS_LONG."),
        30036: (
            "the message waited at Twilio until its texts were too old to be answered",
            "See whether the number sends more than it may; TEXTGATE_MAX_ANSWER_AGE_S says how long an answer is good.",
        ),
        30410: ("the carrier did not answer in time", _NOTHING),
    },
    Nature.CONSENT: {
        21610: ("the texter has opted out", "Nothing: the ledger has it, and only their START undoes it."),
    },
    Nature.CONFIG: {
        10001: (
            "the Twilio account is not active",
            "Look at the account in Twilio's console: suspended, or out of funds.",
        ),
        20003: ("Twilio does not know the login", "Set the right TEXTGATE_TWILIO_AUTH_TOKEN, and start all anew."),
        20403: ("Twilio forbids it to this login", "Use a login that may send messages: TEXTGATE_TWILIO_API_KEY_SID."),
        20404: ("Twilio has no such account", "Set the right TEXTGATE_TWILIO_ACCOUNT_SID."),
        21212: ("the number that sends is not valid", _OWN),
        21408: (
            "Twilio may not text that country from this account",
            "Allow it, if you mean to: Messaging, Settings, Geo permissions in Twilio's console.",
        ),
        21601: ("the number that sends can't text", _OWN),
        21606: ("the number that sends is not one of the account's, or can't text", _OWN),
        21608: ("a trial account texts verified numbers only", "Upgrade the account in Twilio's console."),
        21612: ("Twilio has no route from this number to that phone", "Use a number of the texter's country."),
        21659: ("the number that sends is not one of Twilio's", _OWN),
        21660: ("the number that sends belongs to another Twilio account", _OWN),
        21701: ("the Messaging Service does not exist in this Twilio account", _SERVICE),
        21703: ("the Messaging Service has no number to send from", _SERVICE),
        21705: ("that is no SID of a Messaging Service", _SERVICE),
        21711: ("the number is not in the Messaging Service", _SERVICE),
        30002: ("the Twilio account is suspended", "Ask Twilio's support."),
        30023: (
            "the brand's daily limit at a US carrier is reached",
            "Raise the brand's trust score with Twilio, or wait.",
        ),
        30024: (
            "a carrier does not know the number yet",
            "Wait a day after registering it; then ask Twilio's support.",
        ),
        30032: ("the toll-free number is not verified", "Verify it: Regulatory Compliance in Twilio's console."),
        30034: ("the number is not registered for texts to US phones (A2P 10DLC)", _REGISTER),
        30035: ("the number's registration is still under way", "Wait a day, or ask Twilio's support."),
    },
    Nature.OUR_BUG: {
        20001: ("Twilio did not understand the request", _REPORT),
        21602: ("the message was empty", _REPORT),
        21603: ("the message had no sender", _REPORT),
        21604: ("the message had no recipient", _REPORT),
        21609: (
            "Twilio can't call the address for receipts",
            "Set a TEXTGATE_PUBLIC_URL that Twilio can reach, without underscores in its host.",
        ),
        21617: ("the message was longer than 1,600 characters", _REPORT),
        21624: ("the validity period was not one that Twilio takes", _REPORT),
    },
    Nature.SECURITY: {
        LOOP: (
            "more than 30 answers went to one phone in 30 seconds: two machines may be talking to each other",
            "See who it is: textgate conversations list. To end it: textgate block +TEXTER",
        ),
        30450: (
            "Twilio's protection against SMS pumping has blocked the message",
            "See who texts: textgate conversations list. To end it: textgate block +TEXTER",
        ),
    },
}

KNOWN = {
    code: CarrierError(code=code, nature=nature, meaning=meaning, next_step=next_step)
    for nature, codes in _CODES.items()
    for code, (meaning, next_step) in codes.items()
}
"""Every code that has words of its own."""


def explain_code(code: int) -> CarrierError:
    """Put a code into words; of one that is not known here Twilio's page tells more."""
    return KNOWN.get(code) or CarrierError(
        code=code,
        nature=Nature.PERMANENT,
        meaning="Twilio could not deliver it",
        next_step=f"Read what the code means: {_PAGE.format(code)}",
    )


def read_code(text: str | None) -> int | None:
    """Read a code as a receipt gives it; None where it is none."""
    return int(text) if text and len(text) <= len("572002") and text.isascii() and text.isdigit() else None
