"""The stand-in as one application: Twilio's API, the control addresses and the phone page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from gateway.dev.twilio.control import BadControl, control_routes, show_bad_control
from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.media import content_routes
from gateway.dev.twilio.phone import phone_routes
from gateway.dev.twilio.rest.door import show_http_error, show_refusal
from gateway.dev.twilio.rest.routes import rest_routes
from gateway.dev.twilio.scripting import scripting_routes
from gateway.dev.twilio.stand_in import StandIn

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def build_app(open_stand_in: Callable[[], StandIn]) -> Starlette:
    """Build the application; the stand-in is opened where the event loop runs."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        stand_in = app.state.stand_in = open_stand_in()
        stand_in.inbound.settle()
        stand_in.delivery.resume()
        yield
        await stand_in.close()

    return Starlette(
        routes=[rest_routes(), *control_routes(), *scripting_routes(), *content_routes(), *phone_routes()],
        # a page elsewhere can point a name of its own at 127.0.0.1; its Host header gives it away
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, "[::1]"])],
        exception_handlers={
            Refusal: show_refusal,
            BadControl: show_bad_control,
            HTTPException: show_http_error,
        },
        lifespan=lifespan,
    )
