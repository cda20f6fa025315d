"""Where Twilio calls us for a number, and whether it does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.login import Flaw

_PATH = "/webhooks/twilio/sms"
_SERVICE = "MG"
_PATIENCE = "#rc=2&rp=all&ct=2000&rt=5000&tt=15000"
"""How often and how long Twilio tries: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What a number at Twilio is set to call when a text comes in."""

    url: str
    method: str = "POST"
    fallback_url: str = ""
    """Called when the first address does not answer."""
    fallback_method: str = "POST"
    application_sid: str = ""
    """What Twilio shows there: a TwiML app, which takes its texts; a Messaging Service, which may; or nothing."""

    @property
    def is_in_service(self) -> bool:
        """Whether it is in a Messaging Service, as a US number for applications (10DLC) normally is."""
        return self.application_sid.startswith(_SERVICE)

    def describe(self) -> dict[str, str]:
        """Tell it in Twilio's names."""
        return {
            "sms_url": self.url,
            "sms_method": self.method,
            "sms_fallback_url": self.fallback_url,
            "sms_application_sid": self.application_sid,
        }


def webhook_of(public_urls: Sequence[str]) -> Webhook:
    """Name the webhook of all our numbers: the first public URL, and the second as its fallback."""
    fallback = f"{public_urls[1]}{_PATH}" if len(public_urls) > 1 else ""
    return Webhook(url=f"{public_urls[0]}{_PATH}{_PATIENCE}", fallback_url=fallback)


def find_flaw(shown: Webhook, wanted: Webhook) -> Flaw | None:
    """Find why texts to a number don't reach us, by what Twilio shows of it; None when they do."""
    if shown.application_sid and not shown.is_in_service:
        return Flaw.OVERRIDDEN
    # whether a service defers to the number's webhook the number does not show
    return None if replace(shown, application_sid="") == wanted else Flaw.NOT_TAKEN
