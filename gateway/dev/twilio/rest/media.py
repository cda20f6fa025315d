"""Messages/…/Media: list, show, fetch, delete (docs/messaging/api/media-resource)."""

from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.media import MediaItem
from gateway.dev.twilio.records import Message
from gateway.dev.twilio.resources import media_resource
from gateway.dev.twilio.rest.door import account_of
from gateway.dev.twilio.rest.messages import read_message
from gateway.dev.twilio.rest.paging import show_page
from gateway.dev.twilio.stand_in import StandIn


async def list_media(request: Request) -> Response:
    """List what came with a text."""
    message, account = read_message(request), account_of(request)
    resources = [media_resource(account.sid, message, item) for item in message.media]
    page = show_page("media_list", resources, path=request.url.path, query=dict(request.query_params))
    return JSONResponse(page)


async def show_media(request: Request) -> Response:
    """Tell about one thing that came with a text."""
    message, item = _read(request)
    return JSONResponse(media_resource(account_of(request).sid, message, item))


async def fetch_media(request: Request) -> Response:
    """Send whoever may have it to where its bytes are, at an address that needs no login."""
    _, item = _read(request)
    query = urlencode({"Signature": StandIn.of(request).shelf.signature})
    return RedirectResponse(f"/media/{item.sid}?{query}", status_code=307)


async def delete_media(request: Request) -> Response:
    """Delete one thing that came with a text; the text stays."""
    message, item = _read(request)
    stand_in = StandIn.of(request)
    kept = tuple(each for each in message.media if each.sid != item.sid)
    stand_in.exchange.put_message(replace(message, media=kept))
    stand_in.shelf.drop(item.sid)
    return Response(status_code=204)


def _read(request: Request) -> tuple[Message, MediaItem]:
    message = read_message(request)
    found = [item for item in message.media if item.sid == request.path_params["media"]]
    if not found:
        raise Refusal(20404, path=request.url.path)
    return message, found[0]
