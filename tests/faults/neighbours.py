"""Both stand-ins behind one port, with faults in front: `python -m tests.faults.neighbours --port PORT`.

How Twilio treats a worker is told by the first step of the API's path that this worker was given, how the model
treats an account by the account's key: so many tests can go on at a time, each with its own fault.
"""

import argparse
import asyncio
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.dev.model import build_app as build_model
from gateway.dev.twilio.account import read_account
from gateway.dev.twilio.app import build_app as build_twilio
from gateway.dev.twilio.stand_in import StandIn

_SLOW_SECONDS = 2.0
_MOST_MESSAGES = 5
"""How much the model of the accounts `long` can read."""
_TOO_LONG = {
    "error": {
        "message": "This model's maximum context length is 5 messages. Please reduce the length of the messages.",
        "type": "invalid_request_error",
        "code": "context_length_exceeded",
    }
}

Fault = Callable[["Neighbours", Scope, Receive, Send], Awaitable[None]]


class Neighbours:
    """Twilio and the model, what they were asked, and how they misbehave."""

    def __init__(self, twilio: ASGIApp, model: ASGIApp) -> None:
        self._twilio = twilio
        self._model = model
        self._asked: Counter[str] = Counter()
        self._gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._arrivals: defaultdict[str, list[float]] = defaultdict(list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith("/v1/"):
            await self._complete(scope, receive, send)
        elif path == "/told":
            await self._tell(scope, send)
        elif path == "/webhooks/twilio/status":
            await answer(send, 204)
        else:
            await self._be_twilio(scope, receive, send)

    async def _tell(self, scope: Scope, send: Send) -> None:
        """Tell what is known of an account's key and of a phone; with `open`, let the model answer that key."""
        asked = dict(parse_qsl(scope["query_string"].decode()))
        key, phone = asked.get("key", ""), asked.get("phone", "")
        if "open" in asked:
            self._gates[key].set()
        told = {"calls": self._asked[key], "arrivals": self._arrivals[phone]}
        await answer(send, 200, told)

    async def _complete(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be the model: it thinks about accounts `thinking` until their gate is opened."""
        key = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        kind = key.split("-")[1]
        body = await read_body(receive)
        self._asked[key] += 1
        if kind == "thinking":
            await self._gates[key].wait()
        if kind == "rejected":
            await answer(send, 401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}})
        elif kind == "long" and len(json.loads(body)["messages"]) > _MOST_MESSAGES:
            await answer(send, 400, _TOO_LONG)
        else:
            await self._model(scope, again(body), send)

    async def _be_twilio(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, first, *rest = scope.get("path", "/").split("/")
        fault = FAULTS.get(first, Neighbours.take)
        if first in FAULTS:
            scope = {**scope, "path": "/" + "/".join(rest)}
        is_sending = scope.get("method") == "POST" and scope["path"].endswith("/Messages.json")
        if is_sending or (fault is Neighbours.take_and_be_mute and scope["path"].endswith("/Messages.json")):
            await fault(self, scope, receive, send)
        else:
            await self._twilio(scope, receive, send)

    async def take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a text as Twilio does, and note when."""
        body = await read_body(receive)
        phone = dict(parse_qsl(body.decode()))["To"]

        async def noting(message: Message) -> None:
            if message.get("status") == 201:
                self._arrivals[phone].append(time.monotonic())
            await send(message)

        await self._twilio(scope, again(body), noting)

    async def be_busy(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Take nothing now."""
        await read_body(receive)
        await answer(send, 429, {"code": 20429, "message": "Too Many Requests", "status": 429})

    async def refuse(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Take nothing ever: the number is not registered with the carriers."""
        await read_body(receive)
        await answer(send, 400, {"code": 30034, "message": "Unregistered number", "status": 400})

    async def block(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Take nothing for this phone: it has opted out there."""
        await read_body(receive)
        await answer(send, 400, {"code": 21610, "message": "Unsubscribed recipient", "status": 400})

    async def lose(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Break off the connection without having taken the text."""
        await read_body(receive)
        await break_off(send)

    async def take_and_break_off(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the text and break off the connection."""
        await self.take(scope, receive, _into_the_void)
        await break_off(send)

    async def take_and_be_mute(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the text, break off the connection, and show no list of messages."""
        if scope["method"] == "POST":
            await self.take_and_break_off(scope, receive, send)
        else:
            await answer(send, 503, {"code": 20503, "message": "Service Unavailable", "status": 503})

    async def take_slowly(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the text later, whether or not the caller still waits, and say so then."""
        body = await read_body(receive)
        await asyncio.sleep(_SLOW_SECONDS)
        await self.take(scope, again(body), send)


FAULTS: Final[dict[str, Fault]] = {
    "busy": Neighbours.be_busy,
    "refusing": Neighbours.refuse,
    "blocking": Neighbours.block,
    "losing": Neighbours.lose,
    "breaking-off": Neighbours.take_and_break_off,
    "mute": Neighbours.take_and_be_mute,
    "slow": Neighbours.take_slowly,
}


async def read_body(receive: Receive) -> bytes:
    """Read the whole body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def again(body: bytes) -> Receive:
    """Give a body that was read already to whoever reads it next."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def answer(send: Send, status: int, content: Any = None) -> None:
    """Answer with JSON."""
    body = b"" if content is None else json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def break_off(send: Send) -> None:
    """Begin an answer that never ends: the server closes the connection then."""
    await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"100")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _into_the_void(_message: Message) -> None:
    pass


def main() -> None:
    """Serve on loopback until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.neighbours")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    account = read_account(os.environ)
    twilio = build_twilio(lambda: StandIn.open(account, data=None, pace_seconds=0))
    app = Neighbours(twilio, build_model())
    uvicorn.run(app, host="127.0.0.1", port=options.port, access_log=False, log_level="critical")


if __name__ == "__main__":
    main()
