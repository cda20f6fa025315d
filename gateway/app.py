"""Every route, middleware and error handler of the web process, on one screen."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.domain.errors import TextgateError
from gateway.web import description, health, inbound, metrics, problems, receipts
from gateway.web.api import agents, byok, channels, conversations, messages, status, usage, warmup
from gateway.web.api.operations import OPERATIONS
from gateway.web.api.requests import Call, called
from gateway.web.openapi import HEADERS

_PREFLIGHT_SECONDS = 600

Endpoint = Callable[[Request], Awaitable[Response]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def _route(path: str, **endpoints: Endpoint) -> Route:
    """Make one route of a path, whatever its methods, so that a 405 names them all."""

    async def dispatch(request: Request) -> Response:
        request.state.route = path
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
    _api("/v1/warmup", POST=warmup.post_warmup),
    _api("/v1/byok", GET=byok.get_byok, PUT=byok.put_byok, DELETE=byok.delete_byok),
    _api("/v1/agents", GET=agents.list_agents, POST=agents.post_agent),
    _api("/v1/agents/{agent_id}", GET=agents.get_agent, PATCH=agents.patch_agent, DELETE=agents.delete_agent),
    _api("/v1/agents/{agent_id}/channels/sms", POST=channels.post_sms),
    _api("/v1/agents/{agent_id}/messages", POST=messages.post_message),
    _api("/v1/agents/{agent_id}/conversations", GET=conversations.list_conversations),
    _api(
        "/v1/conversations/{conversation_id}",
        GET=conversations.get_conversation,
        DELETE=conversations.delete_conversation,
    ),
    _api("/v1/messages/{message_id}", GET=messages.get_message),
    _api("/v1/usage", GET=usage.get_usage),
    _route("/healthz", GET=health.get_health),
    _route("/readyz", GET=health.get_readiness),
    _route("/metrics", GET=metrics.get_metrics),
    _route("/openapi.json", GET=description.get_openapi),
    _route("/docs", GET=description.get_docs),
    _route("/docs/{name}", GET=description.get_docs_file),
]


def build_app(lifespan: Lifespan, *, cors_origins: Sequence[str] = ()) -> Starlette:
    """Put the web process together; `lifespan` sets `app.state.resources`, pages of `cors_origins` may call it."""
    app = Starlette(
        routes=_routes,
        middleware=[*_allow(cors_origins), Middleware(metrics.Metered), Middleware(problems.Envelope)],
        exception_handlers={
            TextgateError: problems.answer_problem,
            HTTPException: problems.answer_http_error,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a signed URL is exact
    return app


def _allow(origins: Sequence[str]) -> list[Middleware]:
    """Let pages of other origins call the API from a browser, if the operator lists any."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=sorted({method for method, _ in OPERATIONS}),
            allow_headers=["authorization", "content-type", "idempotency-key", "prefer"],
            expose_headers=list(HEADERS),
            max_age=_PREFLIGHT_SECONDS,
        )
    ]
