"""/metrics: how the web process fares and how much work there is, in Prometheus's own form; counts, never names.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import time

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.adapters.store.connection import in_time
from gateway.adapters.store.load import Load
from gateway.domain.errors import StoreDown
from gateway.web.resources import resources_of

_SECONDS = 2.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 75)

_requests = Counter("textgate_http_requests", "Requests that this process has answered.", ["route", "method", "status"])
_durations = Histogram("textgate_http_request_seconds", "How long they took.", ["route"], buckets=_BUCKETS)
_up = Gauge("textgate_redis_up", "1 while Redis answers.")
_waiting = Gauge("textgate_conversations_waiting", "Conversations with something in their inbox.")
_oldest = Gauge("textgate_oldest_waiting_seconds", "For how long the first of them has waited.")
_at_work = Gauge("textgate_conversations_at_work", "Conversations with a seat, or whose reply waits for its number.")
_dead = Gauge("textgate_dead_turns", "Turns that ended in error and were neither retried nor dropped.")
_workers = Gauge("textgate_workers_alive", "Workers heard of in the last seconds.")


class Metered:
    """Counts requests, by the address as it stands among the routes: an id would make a series of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, time.monotonic()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            route = scope.get("state", {}).get("route", "none")
            method = scope["method"] if route != "none" else "any"
            _requests.labels(route, method, str(status)).inc()
            _durations.labels(route).observe(time.monotonic() - begun)


async def get_metrics(request: Request) -> Response:
    """Show the counts; those of Redis are left as they were while it does not answer."""
    try:
        async with in_time(_SECONDS):
            _show(await resources_of(request).store.load.read())
    except StoreDown:
        _up.set(0)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _show(load: Load) -> None:
    _up.set(1)
    _waiting.set(load.waiting)
    _oldest.set(load.oldest_seconds)
    _at_work.set(load.at_work)
    _dead.set(load.dead)
    _workers.set(load.workers)
