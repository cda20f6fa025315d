"""Numbers at Twilio: found there, pointed at us, and looked at again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.adapters.twilio_numbers import OwnedNumber, TwilioNumbers
from gateway.domain.errors import CarrierRefused, TwilioDown
from gateway.domain.login import BAD_LOGIN, Flaw
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.webhook import Webhook, find_flaw, webhook_of

_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioPlace:
    """Where Twilio is, and where it finds us."""

    api_url: str
    public_urls: Sequence[str]

    @property
    def is_safe(self) -> bool:
        """Whether Twilio would call us under TLS; a Twilio without any is a stand-in on this machine."""
        return all(url.startswith("https:") for url in self.public_urls[:2]) or not self.api_url.startswith("https:")


class Flawed(Exception):
    """A number can't be served as it is."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """What a number's webhook was, what it is, and what is still wrong with it."""

    before: Webhook
    after: Webhook
    flaw: Flaw | None


@asynccontextmanager
async def at_twilio(place: TwilioPlace, account_sid: str, login: tuple[str, Secret]) -> AsyncIterator[TwilioNumbers]:
    """Ask Twilio for an account's numbers, for five seconds; Flawed when it can't be asked, or does not let us in."""
    if not place.is_safe:
        raise Flawed(Flaw.NOT_HTTPS)
    user, password = login
    numbers = TwilioNumbers(api_url=place.api_url, account_sid=account_sid, user=user, password=password)
    try:
        async with asyncio.timeout(_SECONDS):
            yield numbers
    except CarrierRefused as refusal:
        raise Flawed(Flaw.REFUSED if refusal.twilio_code == BAD_LOGIN else Flaw.NOT_TAKEN) from None
    except (TwilioDown, TimeoutError):
        raise Flawed(Flaw.UNREACHABLE) from None
    finally:
        await numbers.close()


async def find_textable(number: PhoneNumber, twilio: TwilioNumbers) -> OwnedNumber:
    """Find a number that can text; Flawed when there is none."""
    owned = await twilio.find(number)
    if owned is None:
        raise Flawed(Flaw.NOT_FOUND)
    if not owned.can_text:
        raise Flawed(Flaw.NOT_TEXTABLE)
    return owned


async def point_webhook(owned: OwnedNumber, twilio: TwilioNumbers, place: TwilioPlace) -> Pointed:
    """Point a number at us, and look whether it is."""
    wanted = webhook_of(place.public_urls)
    after = await twilio.set_webhook(owned, wanted)
    return Pointed(before=owned.webhook, after=after, flaw=find_flaw(after, wanted))
