"""The numbers of a Twilio account: looked up, and pointed at us.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from dataclasses import dataclass
from typing import Any

import httpx

from gateway.domain.errors import CarrierRefused, TwilioDown
from gateway.domain.login import BAD_LOGIN
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.webhook import Webhook

_SECONDS = 5.0
_NO_ENTRY = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedNumber:
    """A number that a Twilio account owns."""

    sid: str
    can_text: bool
    webhook: Webhook


class TwilioNumbers:
    """The numbers of one Twilio account, through its REST API.

    Every deed raises TwilioDown when Twilio does not answer well, CarrierRefused when it won't, with BAD_LOGIN where it
    does not let us in. What Twilio says is not passed on: it may repeat what it was shown.
    """

    def __init__(self, *, api_url: str, account_sid: str, user: str, password: Secret) -> None:
        self._path = f"/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers"
        self._client = httpx.AsyncClient(
            base_url=api_url, auth=(user, password.reveal()), timeout=_SECONDS, trust_env=False
        )

    async def find(self, number: PhoneNumber) -> OwnedNumber | None:
        """Find a number; None when it is not this account's."""
        page = await self._ask("GET", f"{self._path}.json", params={"PhoneNumber": number})
        # Twilio finds parts of numbers, too
        owned = (found for found in page["incoming_phone_numbers"] if found["phone_number"] == number)
        return next(map(_read_number, owned), None)

    async def set_webhook(self, number: OwnedNumber, webhook: Webhook) -> Webhook:
        """Point a number at us, and return what Twilio shows of it afterwards."""
        address = f"{self._path}/{number.sid}.json"
        wanted = {
            "SmsUrl": webhook.url,
            "SmsMethod": webhook.method,
            "SmsFallbackUrl": webhook.fallback_url,
            "SmsFallbackMethod": webhook.fallback_method,
        }
        await self._ask("POST", address, data=wanted)
        return _read_number(await self._ask("GET", address)).webhook

    async def _ask(self, method: str, address: str, **given: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(method, address, **given)
            answer = response.json() if response.is_success else {}
        except (httpx.HTTPError, ValueError):
            raise TwilioDown from None
        if response.status_code in _NO_ENTRY:
            raise CarrierRefused(twilio_code=BAD_LOGIN)
        if response.is_client_error and response.status_code != httpx.codes.TOO_MANY_REQUESTS:
            raise CarrierRefused
        if not response.is_success:
            raise TwilioDown
        return dict(answer)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


def _read_number(found: dict[str, Any]) -> OwnedNumber:
    return OwnedNumber(
        sid=found["sid"],
        can_text=found["capabilities"]["sms"],
        webhook=Webhook(
            url=found["sms_url"] or "",
            method=found["sms_method"] or "",
            fallback_url=found["sms_fallback_url"] or "",
            fallback_method=found["sms_fallback_method"] or "",
            application_sid=found["sms_application_sid"] or "",
        ),
    )
