"""Messages.json: send, list, look up, redact, delete (docs/messaging/api/message-resource)."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.faults import BrokenAnswer, Fault
from gateway.dev.twilio.records import Message
from gateway.dev.twilio.resources import message_resource
from gateway.dev.twilio.rest.door import account_of, is_own, mark_of, read_form
from gateway.dev.twilio.rest.paging import show_page
from gateway.dev.twilio.sending import make_message, read_draft, read_phone
from gateway.dev.twilio.stand_in import StandIn


async def create_message(request: Request) -> Response:
    """Accept a text, or refuse it with Twilio's code; a scripted fault comes before any check."""
    stand_in = StandIn.of(request)
    form = await read_form(request)
    fault = stand_in.faults.popleft() if stand_in.faults else Fault()
    await asyncio.sleep(fault.seconds)
    answer = _accept(form, request) if fault.spares else BrokenAnswer()
    if fault.refusal:
        raise fault.refusal
    return BrokenAnswer() if fault.drops else answer


def _accept(form: Mapping[str, str], request: Request) -> Response:
    stand_in = StandIn.of(request)
    draft = read_draft(
        form,
        stand_in.exchange,
        owns=lambda number: is_own(request, number),
        find_service=lambda sid: stand_in.services.find(sid, mark_of(request)),
    )
    status = "accepted" if draft.messaging_service else "queued"
    message = make_message(draft, direction="outbound-api", status=status, account_sid=mark_of(request))
    stand_in.delivery.dispatch(stand_in.exchange.put_message(message))
    return JSONResponse(message_resource(account_of(request).sid, message), status_code=201)


async def list_messages(request: Request) -> Response:
    """List texts of both directions, newest first."""
    stand_in = StandIn.of(request)
    query = dict(request.query_params)
    to, sender = (_phones(query.get(name, "")) for name in ("To", "From"))
    found = [
        message
        for message in reversed(stand_in.exchange.messages())
        if message.listed
        and is_own(request, message)
        and (not to or message.to in to)
        and (not sender or message.sender in sender)
        and _in_time(message, query)
    ]
    resources = [message_resource(account_of(request).sid, message) for message in found]
    return JSONResponse(show_page("messages", resources, path=request.url.path, query=query))


async def show_message(request: Request) -> Response:
    """Show one text."""
    return _shown(request, read_message(request))


async def update_message(request: Request) -> Response:
    """Redact a text (an empty Body); cancelling needs scheduling, which the stand-in has not."""
    message = read_message(request)
    form = await read_form(request)
    if form.get("Status") and message.status != "canceled":
        raise Refusal(30409 if form["Status"] == "canceled" else 20001, name="Status")
    if form.get("Body"):
        raise Refusal(20001, name="Body")
    if "Body" in form:
        message = replace(message, body="", updated_at=datetime.now(UTC))
        StandIn.of(request).exchange.put_message(message)
    return _shown(request, message)


async def delete_message(request: Request) -> Response:
    """Delete one text, with what came with it."""
    stand_in, message = StandIn.of(request), read_message(request)
    for item in message.media:
        stand_in.shelf.drop(item.sid)
    stand_in.exchange.drop_message(message.sid)
    return Response(status_code=204)


def read_message(request: Request) -> Message:
    """Read the text that a request names; 20404 where the account has none such."""
    message = StandIn.of(request).exchange.find_message(request.path_params["sid"])
    if not message or not message.listed or not is_own(request, message):
        raise Refusal(20404, path=request.url.path)
    return message


def _shown(request: Request, message: Message) -> Response:
    return JSONResponse(message_resource(account_of(request).sid, message))


def _phones(wanted: str) -> set[str | None]:
    return {wanted, read_phone(wanted)} if wanted else set()


def _in_time(message: Message, query: Mapping[str, str]) -> bool:
    # the dates of resources have whole seconds, so that is how exactly they compare
    moment = (message.sent_at or message.created_at).replace(microsecond=0)
    on, before, after = (query.get(name, "") for name in ("DateSent", "DateSent<", "DateSent>"))
    return (
        (not on or _begin(on) <= moment < _begin(on) + timedelta(days=1))
        and (not before or moment <= _begin(before))
        and (not after or moment >= _begin(after))
    )


def _begin(text: str) -> datetime:
    """Read YYYY-MM-DD as midnight in GMT, or a moment in ISO 8601."""
    try:
        if len(text) == len("2026-11-23"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Refusal(20001, name="DateSent") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
