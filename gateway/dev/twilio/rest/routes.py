"""Every address of the REST API on one screen."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from gateway.dev.twilio.resources import account_resource
from gateway.dev.twilio.rest.door import Endpoint, account_of, guarded
from gateway.dev.twilio.rest.media import delete_media, fetch_media, list_media, show_media
from gateway.dev.twilio.rest.messages import (
    create_message,
    delete_message,
    list_messages,
    show_message,
    update_message,
)
from gateway.dev.twilio.rest.numbers import (
    create_number,
    delete_number,
    list_numbers,
    show_number,
    update_number,
)


async def show_account(request: Request) -> Response:
    """Show the account itself."""
    account = account_of(request)
    return JSONResponse(account_resource(account.sid, account.signing_token))


def rest_routes() -> Mount:
    """Return the part of api.twilio.com that the stand-in answers."""
    return Mount(
        "/2010-04-01",
        routes=[
            _route("/Accounts/{account}.json", "GET", show_account),
            _route("/Accounts/{account}/Messages.json", "GET", list_messages),
            _route("/Accounts/{account}/Messages.json", "POST", create_message),
            _route("/Accounts/{account}/Messages/{sid}.json", "GET", show_message),
            _route("/Accounts/{account}/Messages/{sid}.json", "POST", update_message),
            _route("/Accounts/{account}/Messages/{sid}.json", "DELETE", delete_message),
            _route("/Accounts/{account}/Messages/{sid}/Media.json", "GET", list_media),
            _route("/Accounts/{account}/Messages/{sid}/Media/{media}.json", "GET", show_media),
            _route("/Accounts/{account}/Messages/{sid}/Media/{media}.json", "DELETE", delete_media),
            _route("/Accounts/{account}/Messages/{sid}/Media/{media}", "GET", fetch_media),
            _route("/Accounts/{account}/IncomingPhoneNumbers.json", "GET", list_numbers),
            _route("/Accounts/{account}/IncomingPhoneNumbers.json", "POST", create_number),
            _route("/Accounts/{account}/IncomingPhoneNumbers/{sid}.json", "GET", show_number),
            _route("/Accounts/{account}/IncomingPhoneNumbers/{sid}.json", "POST", update_number),
            _route("/Accounts/{account}/IncomingPhoneNumbers/{sid}.json", "DELETE", delete_number),
        ],
    )


def _route(path: str, method: str, endpoint: Endpoint) -> Route:
    return Route(path, guarded(endpoint), methods=[method])
