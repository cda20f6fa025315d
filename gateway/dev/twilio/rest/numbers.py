"""IncomingPhoneNumbers.json (docs/phone-numbers/api/incomingphonenumber-resource)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.exchange import Exchange
from gateway.dev.twilio.numbering import Kind, read_kind
from gateway.dev.twilio.records import Number, new_sid
from gateway.dev.twilio.resources import number_resource
from gateway.dev.twilio.rest.door import account_of, is_own, mark_of, read_form
from gateway.dev.twilio.rest.paging import show_page
from gateway.dev.twilio.sending import is_web_address, read_phone
from gateway.dev.twilio.stand_in import StandIn

_FIELDS: Final = {
    "FriendlyName": "friendly_name",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "SmsApplicationSid": "sms_application_sid",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
}
_AREA_CODE_DIGITS: Final = 3


async def create_number(request: Request) -> Response:
    """Buy a number; any possible one that isn't taken is for sale."""
    stand_in = StandIn.of(request)
    form = await read_form(request)
    phone = _for_sale(form, stand_in.exchange)
    now = datetime.now(UTC)
    number = Number(
        sid=new_sid("PN"),
        phone_number=phone,
        friendly_name=phone,
        created_at=now,
        updated_at=now,
        kind=read_kind(phone),
        account_sid=mark_of(request),
    )
    stand_in.exchange.put_number(replace(number, **_changes(form)))
    return _shown(request, number.sid, status=201)


async def list_numbers(request: Request) -> Response:
    """List the account's numbers, newest first."""
    stand_in = StandIn.of(request)
    query = dict(request.query_params)
    numbers = reversed(stand_in.exchange.numbers())
    found = [number for number in numbers if is_own(request, number) and _wanted(number, query)]
    resources = [number_resource(account_of(request).sid, number) for number in found]
    return JSONResponse(show_page("incoming_phone_numbers", resources, path=request.url.path, query=query))


async def show_number(request: Request) -> Response:
    """Show one number."""
    return _shown(request, request.path_params["sid"])


async def update_number(request: Request) -> Response:
    """Change what the form names, and leave the rest."""
    number = _read_number(request, request.path_params["sid"])
    changes = _changes(await read_form(request))
    StandIn.of(request).exchange.put_number(replace(number, **changes, updated_at=datetime.now(UTC)))
    return _shown(request, number.sid)


async def delete_number(request: Request) -> Response:
    """Give a number back."""
    StandIn.of(request).exchange.drop_number(_read_number(request, request.path_params["sid"]).sid)
    return Response(status_code=204)


def _read_number(request: Request, sid: str) -> Number:
    number = StandIn.of(request).exchange.find_number(sid)
    if not number or number.sid != sid or number.kind is Kind.SHORT or not is_own(request, number):
        raise Refusal(20404, path=request.url.path)
    return number


def _shown(request: Request, sid: str, *, status: int = 200) -> Response:
    resource = number_resource(account_of(request).sid, _read_number(request, sid))
    return JSONResponse(resource, status_code=status)


def _wanted(number: Number, query: Mapping[str, str]) -> bool:
    if number.kind is Kind.SHORT:
        return False  # Twilio has them under SMS/ShortCodes.json
    # PhoneNumber matches partly and takes * for any digit; the part is what matters to a gateway
    part = query.get("PhoneNumber", "").replace(" ", "+", 1)
    name = query.get("FriendlyName", "")
    return part in number.phone_number and name in {"", number.friendly_name}


def _changes(form: Mapping[str, str]) -> dict[str, Any]:
    for name, value in form.items():
        _check(name, value)
    return {field: form[name] for name, field in _FIELDS.items() if name in form}


def _check(name: str, value: str) -> None:
    if name.endswith(("Url", "StatusCallback")) and value and not is_web_address(value):
        raise Refusal(21402, name=name, url=value)
    if name.endswith("Method") and value not in {"GET", "POST"}:
        raise Refusal(20001, name=name)


def _for_sale(form: Mapping[str, str], exchange: Exchange) -> str:
    wanted = form.get("PhoneNumber") or _any_of(form.get("AreaCode", ""), exchange)
    phone = read_phone(wanted)
    if not phone:
        raise Refusal(21421, number=wanted)
    if exchange.find_number(phone):
        raise Refusal(21422, number=phone)
    return phone


def _any_of(area: str, exchange: Exchange) -> str:
    if len(area) != _AREA_CODE_DIGITS or not area.isdigit():
        return area
    free = (f"+1{area}55501{last:02}" for last in range(100))
    return next((phone for phone in free if not exchange.find_number(phone)), area)
