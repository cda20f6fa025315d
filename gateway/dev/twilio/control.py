"""What Twilio has no address for: a person's text, scripted faults, a look behind the scenes.

Plain JSON for tests and developers. Requests must say that they carry JSON: no other page in the
developer's browser can say so without being asked first, and then it is refused.
"""

from dataclasses import replace
from datetime import UTC, datetime
from re import fullmatch
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.dev.twilio.account import read_account
from gateway.dev.twilio.attachments import BadAttachment, read_attachments
from gateway.dev.twilio.faults import Fault
from gateway.dev.twilio.media import MediaItem
from gateway.dev.twilio.numbering import Kind, read_kind
from gateway.dev.twilio.records import Message, Number, new_sid
from gateway.dev.twilio.resources import message_resource
from gateway.dev.twilio.sending import is_web_address, read_phone
from gateway.dev.twilio.stand_in import StandIn

_MAX_BODY: Final = 1600
_SWITCHES: Final = {"keyword_handling", "advanced_opt_out", "sms_capable"}
_ADDRESSES: Final = {"sms_url", "sms_fallback_url"}
_APPLICATION: Final = "sms_application_sid"
_CHOICE: Final = "keyword_handling, advanced_opt_out, sms_capable, sms_url, sms_fallback_url or sms_application_sid"


class BadControl(ValueError):
    """A control request that makes no sense; the sentence says what to do."""


async def send_text(request: Request) -> Response:
    """Text from a phone to a number, with media or without; with wait, answer after the webhook did."""
    stand_in = StandIn.of(request)
    asked = await read_json(request)
    phone, number = _read_sender(asked), read_number(stand_in, asked.get("to"))
    items = _read_media(asked)
    for item, content in items:
        stand_in.shelf.put(item.sid, content)
    media = [item for item, _ in items]
    message = stand_in.inbound.receive(number, phone=phone, body=_read_body(asked), media=media)
    delivered = stand_in.background.start(stand_in.inbound.deliver(message))
    if asked.get("wait"):
        await delivered
    return JSONResponse(_report(stand_in.exchange.find_message(message.sid) or message))


async def change_number(request: Request) -> Response:
    """Switch Twilio's own keyword handling or Advanced Opt-Out, or point the number at another webhook."""
    stand_in = StandIn.of(request)
    number = read_number(stand_in, request.path_params["number"])
    asked = await read_json(request)
    if not asked:
        raise BadControl(f"give {_CHOICE}")
    number = stand_in.exchange.put_number(replace(number, **_changes(asked)))
    return JSONResponse(number.to_json())


async def own_short_code(request: Request) -> Response:
    """Own a short code from now on: Twilio leases them by hand and shows them under SMS/ShortCodes.json."""
    stand_in = StandIn.of(request)
    asked = await read_json(request)
    code, now = asked.pop("short_code", None), datetime.now(UTC)
    if not isinstance(code, str) or read_kind(code) is not Kind.SHORT:
        raise BadControl('short_code must be a string of 3 to 6 digits such as "12345"')
    if stand_in.exchange.find_number(code):
        raise BadControl(f"{code} is here already: change it with POST /control/numbers/{code}")
    number = Number(
        sid=new_sid("SC"), phone_number=code, friendly_name=code, created_at=now, updated_at=now, kind=Kind.SHORT
    )
    stand_in.exchange.put_number(replace(number, **_changes(asked)))
    return JSONResponse(number.to_json())


async def open_account(request: Request) -> Response:
    """Open one more account, or give one other tokens, and have it own numbers: what a customer has at Twilio."""
    stand_in, asked = StandIn.of(request), await read_json(request)
    sid, tokens, numbers = asked.get("account_sid"), asked.get("auth_token"), asked.get("numbers", [])
    if not isinstance(numbers, list):
        raise BadControl("numbers must be a list of phone numbers")
    try:
        account = read_account(
            {"TEXTGATE_TWILIO_ACCOUNT_SID": str(sid), "TEXTGATE_TWILIO_AUTH_TOKEN": str(tokens or "")}
        )
    except ValueError:
        raise BadControl("give account_sid, AC and 32 hex digits, and auth_token, a token or new,old") from None
    if account.sid == stand_in.accounts.main.sid:
        raise BadControl("that is the main account, whose token comes from the environment")
    stand_in.accounts.open(account)
    for number in numbers:
        _give_number(stand_in, str(number), account.sid)
    return JSONResponse({"account_sid": account.sid, "numbers": numbers})


def _give_number(stand_in: StandIn, name: str, account_sid: str) -> None:
    known, now = stand_in.exchange.find_number(name), datetime.now(UTC)
    if known and known.account_sid != account_sid:
        raise BadControl(f"{name} is another account's")
    if read_phone(name) != name:
        raise BadControl("numbers must be such as +12025550143")
    if not known:
        number = Number(sid=new_sid("PN"), phone_number=name, friendly_name=name, created_at=now, updated_at=now)
        stand_in.exchange.put_number(replace(number, kind=read_kind(name), account_sid=account_sid))


async def script_faults(request: Request) -> Response:
    """Set what becomes of the next POSTs of Messages.json, in order.

    `code` and `status` are answered; with `accept` the text goes out all the same; with `drop` the connection ends in
    the middle of the answer; `seconds` pass before anything happens.
    """
    stand_in = StandIn.of(request)
    script = (await read_json(request)).get("next", [])
    if not isinstance(script, list):
        raise BadControl('next must be a list, such as [{"code": 20429, "status": 429}]')
    faults = [_fault(step) for step in script]
    stand_in.faults.clear()
    stand_in.faults.extend(faults)
    return JSONResponse({"faults": len(faults)})


async def show_messages(request: Request) -> Response:
    """Show every message with its log, oldest first, also those that Twilio's list hasn't; from and to are exact."""
    stand_in = StandIn.of(request)
    sender, to = request.query_params.get("from"), request.query_params.get("to")
    found = [
        {
            **message_resource(stand_in.accounts.owner_of(message.account_sid).sid, message),
            "created_at": message.created_at.isoformat(),  # to the microsecond, which Twilio's own dates are not
            "answered_by": message.answered_by,
            "log": message.to_json()["log"],
        }
        for message in stand_in.exchange.messages()
        if sender in {None, message.sender} and to in {None, message.to}
    ]
    return JSONResponse({"messages": found})


async def reset(request: Request) -> Response:
    """Forget messages, blocks and faults; numbers stay unless asked for."""
    stand_in = StandIn.of(request)
    asked = await read_json(request)
    stand_in.faults.clear()
    stand_in.delivery.fates.clear()
    stand_in.services.forget()
    for item in (item for message in stand_in.exchange.messages() for item in message.media):
        stand_in.shelf.drop(item.sid)
    if asked.get("numbers") is True:
        stand_in.accounts.forget_others()
    stand_in.exchange.reset(numbers=asked.get("numbers") is True)
    return JSONResponse({"ok": True})


async def show_bad_control(_request: Request, problem: Exception) -> Response:
    """Answer a senseless request with the sentence that helps."""
    return JSONResponse({"error": str(problem)}, status_code=400)


def control_routes() -> list[Route]:
    """Return the control addresses."""
    return [
        Route("/control/texts", send_text, methods=["POST"]),
        Route("/control/numbers/{number}", change_number, methods=["POST"]),
        Route("/control/accounts", open_account, methods=["POST"]),
        Route("/control/short-codes", own_short_code, methods=["POST"]),
        Route("/control/faults", script_faults, methods=["POST"]),
        Route("/control/messages", show_messages, methods=["GET"]),
        Route("/control/reset", reset, methods=["POST"]),
    ]


async def read_json(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadControl("send JSON, with content-type: application/json")
    try:
        asked = await request.json()
    except ValueError:
        raise BadControl("the body is not JSON") from None
    if not isinstance(asked, dict):
        raise BadControl("the body must be a JSON object")
    return asked


def _read_sender(asked: dict[str, Any]) -> str:
    address = str(asked.get("from", ""))
    channel = fullmatch(r"(?:whatsapp|rcs):\+?[\w.-]{1,60}", address)
    phone = address if channel else read_phone(address)
    if not phone:
        raise BadControl("from must be a phone number such as +12025550143, or whatsapp:+12025550143")
    return phone


def _read_body(asked: dict[str, Any]) -> str:
    body = asked.get("body")
    if not isinstance(body, str):
        raise BadControl("body must be a string")
    if len(body) > _MAX_BODY:
        raise BadControl(f"body must be at most {_MAX_BODY} characters: a phone can't send more as one text")
    return body


def _read_media(asked: dict[str, Any]) -> list[tuple[MediaItem, bytes]]:
    try:
        return read_attachments(asked.get("media", []))
    except BadAttachment as bad:
        raise BadControl(str(bad)) from None


def read_number(stand_in: StandIn, name: Any) -> Number:
    number = stand_in.exchange.find_number(str(name)) or stand_in.exchange.find_number(read_phone(str(name)) or "")
    if not number:
        raise BadControl(f"no number {name} here: buy it with POST IncomingPhoneNumbers.json")
    return number


def _changes(asked: dict[str, Any]) -> dict[str, Any]:
    if set(asked) - {*_SWITCHES, *_ADDRESSES, _APPLICATION}:
        raise BadControl(f"give {_CHOICE}, and nothing else")
    for name in _SWITCHES & asked.keys():
        if not isinstance(asked[name], bool):
            raise BadControl(f"{name} must be true or false")
    for url in (asked[name] for name in _ADDRESSES & asked.keys()):
        if not isinstance(url, str) or (url and not is_web_address(url)):
            raise BadControl("a URL must begin with http:// or https://")
    if not fullmatch("((AP|MG)[0-9a-f]{32})?", str(asked.get(_APPLICATION, ""))):
        raise BadControl("sms_application_sid must be AP or MG and 32 hex digits, or empty")
    return asked


def _fault(step: Any) -> Fault:
    try:
        return Fault.read(step)
    except ValueError:
        raise BadControl("a fault has a whole code and status, accept and drop true or false, and seconds") from None


def _report(message: Message) -> dict[str, Any]:
    last = message.log[-1] if message.log else None
    return {
        "message_sid": message.sid,
        "webhook_status": last.status if last else None,
        "error_code": next((line.error_code for line in message.log if line.error_code), None),
        "attempts": sum(line.attempts for line in message.log),
        "log": message.to_json()["log"],
    }
