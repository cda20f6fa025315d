"""Run the stand-in: `python -m gateway.dev.twilio --port 8081 --data FILE`."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from gateway.dev.twilio.account import read_account
from gateway.dev.twilio.app import LOOPBACK, build_app
from gateway.dev.twilio.stand_in import StandIn

DEFAULT_HINT = "textgate byok set KEY --provider openai --model MODEL"


class Server(uvicorn.Server):
    """A server that ends the pages' endless streams before it waits for open requests."""

    def __init__(self, app: Starlette) -> None:
        """Serve this application, quietly."""
        super().__init__(uvicorn.Config(app, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=3))
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a stop signal."""
        if self.started:
            self._app.state.stand_in.exchange.feed.close()
        super().handle_exit(sig, frame)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes; exit 1 with a sentence when the environment is incomplete."""
    options = _options(arguments)
    try:
        account = read_account(os.environ)
    except ValueError as problem:
        print(f"twilio stand-in: {problem}", file=sys.stderr)
        return 1
    hint = os.environ.get("TEXTGATE_DEV_REAL_KEY_HINT") or DEFAULT_HINT

    listener = _listen(options.host, options.port)
    host = f"[{options.host}]" if ":" in options.host else options.host
    base_url = f"http://{host}:{listener.getsockname()[1]}"

    def open_stand_in() -> StandIn:
        return StandIn.open(
            account, data=options.data, pace_seconds=options.pace, base_url=base_url, real_key_hint=hint
        )

    print(f"twilio stand-in: {base_url}", flush=True)
    # uvicorn raises the signal again once everything is closed
    with suppress(KeyboardInterrupt):
        Server(build_app(open_stand_in)).run(sockets=[listener])
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateway.dev.twilio", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one; the address is printed")
    parser.add_argument("--host", choices=LOOPBACK, default="127.0.0.1", help="loopback only")
    parser.add_argument("--data", type=Path, help="keep numbers and messages in this file")
    parser.add_argument("--pace", type=float, default=0.4, help="seconds between queued, sent, delivered")
    return parser.parse_args(arguments)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    # from here on a caller waits for the answer instead of being refused
    listener.listen(128)
    return listener


if __name__ == "__main__":
    sys.exit(main())
