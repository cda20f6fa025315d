"""What becomes of texts that Twilio has taken, and by which services they are sent: scripted over /control."""

from re import fullmatch
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.dev.twilio.control import BadControl, read_json, read_number
from gateway.dev.twilio.errors import UNDELIVERED
from gateway.dev.twilio.fates import Fate
from gateway.dev.twilio.services import Service
from gateway.dev.twilio.stand_in import StandIn


async def script_fates(request: Request) -> Response:
    """Set what becomes of the next texts that Twilio takes, in order.

    `{"status": "undelivered", "code": 30003}`, or the code alone; `failed` has a code, too; `read`, `sent`, `delivered`
    have none; with `hold` a text stays in the queue until it is let go, or its validity period is over.
    """
    stand_in = StandIn.of(request)
    script = (await read_json(request)).get("next", [])
    fates = [_fate(step) for step in script] if isinstance(script, list) else [_fate(None)]
    stand_in.delivery.fates.clear()
    stand_in.delivery.fates.extend(fates)
    return JSONResponse({"fates": len(fates)})


async def release_message(request: Request) -> Response:
    """Let a text go that is held, towards the fate that is given; delivered where none is."""
    stand_in = StandIn.of(request)
    message = stand_in.exchange.find_message(request.path_params["sid"])
    fate = _fate(await read_json(request))
    if not message or not stand_in.delivery.release(message, fate):
        raise BadControl('no such message is held: script {"hold": true} with POST /control/deliveries')
    return JSONResponse({"ok": True})


async def put_service(request: Request) -> Response:
    """Have a Messaging Service with these numbers in its sender pool, new or instead of those before."""
    stand_in, asked = StandIn.of(request), await read_json(request)
    sid, owner, numbers = asked.get("messaging_service_sid"), asked.get("account_sid"), asked.get("numbers", [])
    if not isinstance(sid, str) or not fullmatch("MG[0-9a-f]{32}", sid):
        raise BadControl("messaging_service_sid must be MG and 32 hex digits")
    account = stand_in.accounts.find(str(owner)) if owner else stand_in.accounts.main
    if not account or not isinstance(numbers, list):
        raise BadControl("account_sid must be an account that is open here, and numbers a list of its phone numbers")
    pool = tuple(read_number(stand_in, name).phone_number for name in numbers)
    stand_in.services.put(Service(sid=sid, account_sid=stand_in.accounts.mark(account), numbers=pool))
    return JSONResponse({"messaging_service_sid": sid, "numbers": pool})


def scripting_routes() -> list[Route]:
    """Return their addresses."""
    return [
        Route("/control/deliveries", script_fates, methods=["POST"]),
        Route("/control/services", put_service, methods=["POST"]),
        Route("/control/messages/{sid}", release_message, methods=["POST"]),
    ]


def _fate(step: Any) -> Fate:
    try:
        return Fate.read(step)
    except ValueError:
        codes = ", ".join(map(str, UNDELIVERED))
        raise BadControl(
            f"a fate has a status: delivered, read, sent, or undelivered or failed with a code of {codes}; and hold"
        ) from None
