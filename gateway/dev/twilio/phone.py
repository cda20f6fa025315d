"""The phone page: its files, the thread it shows, and the stream that tells it to look again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.dev.twilio.media import SHOWN_TYPES, MediaItem
from gateway.dev.twilio.records import Message
from gateway.dev.twilio.sending import read_phone
from gateway.dev.twilio.stand_in import StandIn
from gateway.dev.twilio.standing import read_standing

_PAGE: Final = Path(__file__).parent / "page"
_FILES: Final = {
    "/": ("phone.html", "text/html"),
    "/phone.css": ("phone.css", "text/css"),
    "/phone.js": ("phone.js", "text/javascript"),
    "/thread.js": ("thread.js", "text/javascript"),
    "/attachments.js": ("attachments.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    "/favicon.ico": ("icon.svg", "image/svg+xml"),
}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def show_file(request: Request) -> Response:
    """Serve one of the page's few files."""
    name, media_type = _FILES[request.url.path]
    return FileResponse(_PAGE / name, media_type=media_type, headers=_HEADERS)


async def show_setup(request: Request) -> Response:
    """Say which numbers can be texted, and how a real model takes the stand-in's place."""
    stand_in = StandIn.of(request)
    numbers = [
        {"phone_number": number.phone_number, "name": number.friendly_name, "webhook": bool(number.sms_url)}
        for number in stand_in.exchange.numbers()
    ]
    return _fresh({"numbers": numbers, "real_key_hint": stand_in.real_key_hint})


async def show_thread(request: Request) -> Response:
    """Show what passed between a phone and a number, and whether the phone is out; phone null: none such."""
    exchange = StandIn.of(request).exchange
    phone = read_phone(request.query_params.get("phone", ""))
    number = request.query_params.get("number", "")
    thread = [message for message in exchange.messages() if (message.phone, message.number) == (phone, number)]
    standing = read_standing(thread, blocked_by=exchange.read_blockers(number, phone or ""))
    return _fresh(
        {
            "phone": phone,
            "messages": [_bubble(message) for message in thread],
            "out": standing.out,
            "because": standing.because,
        }
    )


async def show_picture(request: Request) -> Response:
    """Show a picture in its thread; nothing else, since it would speak in this page's name."""
    stand_in = StandIn.of(request)
    item = stand_in.exchange.find_media(request.path_params["media"])
    content = stand_in.shelf.find(item.sid) if item and _is_shown(item) else None
    if item is None or content is None:
        return Response(status_code=404)
    return Response(content, media_type=item.content_type, headers=_HEADERS)


async def stream_changes(request: Request) -> Response:
    """Tell the page, for as long as it is open, that there is something new to fetch."""
    lines = _events(StandIn.of(request).exchange.feed.watch())
    return StreamingResponse(lines, media_type="text/event-stream", headers=_HEADERS)


def phone_routes() -> list[Route]:
    """Return the page's addresses."""
    return [
        *(Route(path, show_file, methods=["GET"]) for path in _FILES),
        Route("/phone/setup", show_setup, methods=["GET"]),
        Route("/phone/thread", show_thread, methods=["GET"]),
        Route("/phone/changes", stream_changes, methods=["GET"]),
        Route("/phone/media/{media}", show_picture, methods=["GET"]),
    ]


async def _events(changes: AsyncIterator[str]) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    async for change in changes:
        yield f"event: {change}\ndata: .\n\n" if change else ": still here\n\n"


def _bubble(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "mine": message.inbound,
        "body": message.body,
        "media": [{"sid": item.sid, "type": item.content_type, "shown": _is_shown(item)} for item in message.media],
        "at": message.created_at.isoformat(),
        "segments": message.segments,
        **(_inbound_state(message) if message.inbound else _outbound_state(message)),
    }


def _is_shown(item: MediaItem) -> bool:
    return item.content_type in SHOWN_TYPES and not item.url


def _inbound_state(message: Message) -> dict[str, str]:
    lines = [line for line in message.log if line.kind in {"webhook", "fallback"}]
    if not lines:
        return {"state": "pending", "words": "delivering to the gateway"}
    last = lines[-1]
    if last.error_code:
        return {"state": "failed", "words": f"not delivered: {last.detail} (Twilio error {last.error_code})"}
    if not last.url:
        return {"state": "failed", "words": f"not delivered: {last.detail}"}
    where = "the gateway\u2019s fallback" if last.kind == "fallback" else "the gateway"
    return {"state": "done", "words": f"delivered to {where}"}


def _outbound_state(message: Message) -> dict[str, str]:
    if message.error_code:
        words = f"never arrived: {message.error_message} (Twilio error {message.error_code})"
        return {"state": "failed", "words": words}
    done = message.status == "delivered"
    return {"state": "done" if done else "pending", "words": message.status}


def _fresh(content: dict[str, Any]) -> Response:
    return JSONResponse(content, headers={"Cache-Control": "no-store"})
