"""Every route, middleware and error handler of the web process, on one screen."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from gateway.domain.errors import TextgateError
from gateway.web import health, inbound, problems, receipts
from gateway.web.api import agents, byok, messages, status

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

_api = [
    Route("/status", status.get_status, methods=["GET"]),
    Route("/byok", byok.get_byok, methods=["GET"]),
    Route("/byok", byok.put_byok, methods=["PUT"]),
    Route("/byok", byok.delete_byok, methods=["DELETE"]),
    Route("/agents", agents.list_agents, methods=["GET"]),
    Route("/agents", agents.post_agent, methods=["POST"]),
    Route("/agents/{agent_id}", agents.get_agent, methods=["GET"]),
    Route("/agents/{agent_id}/messages", messages.post_message, methods=["POST"]),
]

_routes = [
    Route("/webhooks/twilio/sms", inbound.post_text, methods=["POST"]),
    Route("/webhooks/twilio/status", receipts.post_receipt, methods=["POST"]),
    Mount("/v1", routes=_api),
    Route("/healthz", health.get_health, methods=["GET"]),
    Route("/readyz", health.get_readiness, methods=["GET"]),
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
