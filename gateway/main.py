"""The web process: `python -m gateway.main`, which is what `textgate serve` becomes."""

import argparse
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
import uvicorn
from starlette.applications import Starlette

from config.logging import configure_logging
from config.settings import SettingsError, WebSettings, read_settings
from gateway.adapters.key_ring import EdgeRing, Sealer
from gateway.adapters.store import open_store
from gateway.adapters.store.replies import ReplyListener
from gateway.app import build_app
from gateway.flows.own_twilio import OwnTwilio
from gateway.flows.webhooks import TwilioPlace
from gateway.web.resources import Resources

_DRAIN_SECONDS = 20

log = structlog.get_logger()


def create(environment: Mapping[str, str] | None = None) -> Starlette:
    """Make the web application of the environment's settings; SettingsError when they are not complete."""
    settings = read_settings(WebSettings, os.environ if environment is None else environment)
    configure_logging()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        resources = open_resources(settings)
        await resources.replies.start()
        app.state.resources = resources
        log.info("web.started")
        yield
        await resources.replies.stop()
        await resources.store.close()
        log.info("web.stopped")

    return build_app(lifespan, cors_origins=settings.cors_origins)


def open_resources(settings: WebSettings) -> Resources:
    """Open what requests share; nothing connects yet."""
    store = open_store(settings.redis_url, seats=settings.seats)
    return Resources(
        store=store,
        replies=ReplyListener(store.connection),
        sealer=Sealer(settings.seal_keys),
        voice=settings.voice,
        pepper=settings.pepper_bytes,
        quotas=settings.quotas,
        offer=settings.offer,
        trusted_proxies=settings.trusted_proxies,
        public_urls=settings.public_urls,
        twilio_account_sid=settings.twilio_account_sid,
        twilio_auth_tokens=settings.twilio_auth_tokens,
        own_twilio=OwnTwilio(
            place=TwilioPlace(api_url=settings.twilio_api_url, public_urls=settings.public_urls),
            operators_sid=settings.twilio_account_sid,
            edge=EdgeRing(settings.edge_keys) if settings.edge_keys else None,
        ),
        allowed_private_hosts=settings.allowed_private_hosts,
    )


def main() -> int:
    """Serve until SIGTERM; the exit code is 1 when the settings are not complete."""
    parser = argparse.ArgumentParser(prog="textgate serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    try:
        read_settings(WebSettings, os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    # uvicorn raises the signal once more when everything is closed; that is a clean end, not a death by signal
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "gateway.main:create",
        factory=True,
        host=options.host,
        port=options.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
