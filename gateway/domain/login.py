"""Twilio logins: what we show to Twilio for a number that its account has brought from a Twilio account of its own."""

import json
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.ids import AccountId
from gateway.domain.phone import PhoneNumber

BAD_LOGIN = 20003
"""Twilio's code for a SID and a token that don't belong together: https://www.twilio.com/docs/api/errors/20003."""


class Flaw(StrEnum):
    """Why a number that was brought needs something done at Twilio, or here."""

    REFUSED = "token_refused"
    NOT_FOUND = "number_not_found"
    NOT_TEXTABLE = "no_sms_capability"
    OVERRIDDEN = "webhook_overridden"
    NOT_TAKEN = "webhook_not_taken"
    UNREACHABLE = "twilio_unreachable"
    NOT_HTTPS = "public_url_not_https"


IN_SERVICE = (
    "If the number is in a Messaging Service, leave it there, and under the service's Integration choose "
    '"Defer to sender\'s webhook".'
)
"""What nobody can see at the number: https://www.twilio.com/docs/messaging/api/service-resource."""

NEXT_STEPS = {
    Flaw.REFUSED: "Twilio refuses account_sid and auth_token. Copy both from Twilio's console, and send them again.",
    Flaw.NOT_FOUND: "That Twilio account has no such number. Give the SID of the account, or subaccount, that owns it.",
    Flaw.NOT_TEXTABLE: "The number can't text. Choose one with the capability SMS in Twilio's console.",
    Flaw.OVERRIDDEN: (
        "A TwiML app takes the number's texts, so its own webhook is never called. "
        f"Set the number to a webhook instead in Twilio's console, and send this again. {IN_SERVICE}"
    ),
    Flaw.NOT_TAKEN: "Twilio took the webhook and shows another. Look at the number in Twilio's console, and try again.",
    Flaw.UNREACHABLE: "Twilio can't be reached, or did not answer in time. Send this again in a minute.",
    Flaw.NOT_HTTPS: "Twilio would call this gateway without TLS. Its operator sets an https TEXTGATE_PUBLIC_URL.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioLogin:
    """An account's own Twilio SID and its sealed token, for one number."""

    account_id: AccountId
    number: PhoneNumber
    account_sid: str
    sealed: str
    flaw: Flaw | None = None
    """What keeps the number from being served, as far as is known."""

    @property
    def place(self) -> "LoginPlace":
        """Where the sealed token belongs, and nowhere else."""
        return LoginPlace(account_id=self.account_id, number=self.number, account_sid=self.account_sid)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPlace:
    """The place a sealed token is bound to: moved to another account, number or Twilio account, it stays shut."""

    account_id: AccountId
    number: PhoneNumber
    account_sid: str

    def info(self, kid: str) -> bytes:
        """Spell the place out as HPKE's `info` (RFC 9180 §5.1), unambiguously."""
        fields = ["textgate twilio token 1", kid, self.account_id, self.number, self.account_sid]
        return json.dumps(fields).encode()
