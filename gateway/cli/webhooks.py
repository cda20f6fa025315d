"""`textgate numbers configure`: where Twilio calls us for a number."""

import typer

from config.settings import CarrierSettings
from gateway.adapters.key_ring import EdgeRing
from gateway.cli.environment import command_settings, command_store
from gateway.cli.output import say, show
from gateway.domain.errors import Conflict, EdgeShut, TwilioDown
from gateway.domain.login import IN_SERVICE, NEXT_STEPS, Flaw, TwilioLogin
from gateway.domain.number import Number
from gateway.domain.phone import PhoneNumber, is_short_code
from gateway.domain.secret import Secret
from gateway.flows.webhooks import Flawed, Pointed, TwilioPlace, at_twilio, find_textable, point_webhook

_OPERATORS = {
    Flaw.REFUSED: "Twilio refuses TEXTGATE_TWILIO_ACCOUNT_SID with its token or API key. Copy them from its console.",
    Flaw.NOT_FOUND: "The Twilio account TEXTGATE_TWILIO_ACCOUNT_SID has no such number. Buy it there, or mend the SID.",
}


async def configure_number(number: PhoneNumber, *, as_json: bool) -> None:
    """Point a number at us and print what its webhook was and is; exit 1 where texts don't reach us all the same."""
    if is_short_code(number):
        raise Conflict("short_code", f"Twilio sets up short codes by hand: point {number} in Twilio's console.")
    settings = command_settings(CarrierSettings)
    async with command_store() as store:
        known = await store.numbers.read(number)
        pointed = await _point(known, settings)
        if known.login:
            await store.numbers.note_flaw(known.login, pointed.flaw)
    show(_describe(known, pointed), as_json=as_json)
    if pointed.flaw:
        say(NEXT_STEPS[pointed.flaw])
        raise typer.Exit(1)
    if pointed.after.is_in_service:
        say(IN_SERVICE)
    say(f"Twilio calls {pointed.after.url.partition('#')[0]} for {number}.")


async def _point(number: Number, settings: CarrierSettings) -> Pointed:
    place = TwilioPlace(api_url=settings.twilio_api_url, public_urls=settings.public_urls)
    account_sid, login = login_of(number.login, settings)
    try:
        async with at_twilio(place, account_sid, login) as twilio:
            return await point_webhook(await find_textable(number.number, twilio), twilio, place)
    except Flawed as flawed:
        words = {} if number.login else _OPERATORS
        message = words.get(flawed.flaw, NEXT_STEPS[flawed.flaw])
        if flawed.flaw is Flaw.UNREACHABLE:
            raise TwilioDown(message) from None
        raise Conflict(flawed.flaw.value, message) from None


def login_of(login: TwilioLogin | None, settings: CarrierSettings) -> tuple[str, tuple[str, Secret]]:
    """Find the Twilio account of a number, and who we are to it; EdgeShut when a brought token can't be opened."""
    if login is None:
        return settings.twilio_account_sid, settings.twilio_login
    if settings.edge_keys is None:
        raise EdgeShut
    return login.account_sid, (login.account_sid, EdgeRing(settings.edge_keys).open(login))


def _describe(number: Number, pointed: Pointed) -> dict[str, object]:
    return {
        "number": number.number,
        "configured": pointed.flaw is None,
        "reason": pointed.flaw.value if pointed.flaw else None,
        "twilio_account_sid": number.login.account_sid if number.login else None,
        **pointed.after.describe(),
        "was": pointed.before.describe(),
    }
