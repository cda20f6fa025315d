"""Every route, middleware and error handler of the web process, on one screen."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.domain.errors import TextgateError
from gateway.web import health, inbound, problems, receipts
from gateway.web.api import agents, byok, channels, messages, status
from gateway.web.api.requests import Call, called

Endpoint = Callable[[Request], Awaitable[Response]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def _route(path: str, **endpoints: Endpoint) -> Route:
    """Make one route of a path, whatever its methods, so that a 405 names them all."""

    async def dispatch(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return Route(path, dispatch, methods=list(endpoints))


def _api(path: str, **deeds: Callable[[Call], Awaitable[Response]]) -> Route:
    """Make one route of the API, which takes a key and has its quotas."""
    return _route(path, **{method: called(deed) for method, deed in deeds.items()})


_routes = [
    _route("/webhooks/twilio/sms", POST=inbound.post_text),
    _route("/webhooks/twilio/status", POST=receipts.post_receipt),
    _api("/v1/status", GET=status.get_status),
    _api("/v1/byok", GET=byok.get_byok, PUT=byok.put_byok, DELETE=byok.delete_byok),
    _api("/v1/agents", GET=agents.list_agents, POST=agents.post_agent),
    _api("/v1/agents/{agent_id}", GET=agents.get_agent, PATCH=agents.patch_agent, DELETE=agents.delete_agent),
    _api("/v1/agents/{agent_id}/channels/sms", POST=channels.post_sms),
    _api("/v1/agents/{agent_id}/messages", POST=messages.post_message),
    _api("/v1/messages/{message_id}", GET=messages.get_message),
    _route("/healthz", GET=health.get_health),
    _route("/readyz", GET=health.get_readiness),
]


def build_app(lifespan: Lifespan) -> Starlette:
    """Put the web process together; `lifespan` sets `app.state.resources`."""
    app = Starlette(
        routes=_routes,
        middleware=[Middleware(problems.Envelope)],
        exception_handlers={
            TextgateError: problems.answer_problem,
            HTTPException: problems.answer_http_error,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a signed URL is exact
    return app
