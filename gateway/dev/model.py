"""The offline model: answers as OpenAI and Anthropic do, without thinking. `python -m gateway.dev.model`.

It repeats what it was asked, so that a person or a test sees what reached it. Tests steer it over /control.
"""

import argparse
import asyncio
import secrets
from base64 import b64decode
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_NOTE = "I am an offline stand-in for a model, so I only repeat what you wrote: "


class _Behaviour:
    """What the next calls get: a reply or an error status, after some seconds, or only once the gate is open."""

    def __init__(self) -> None:
        self.reply: str | None = None
        self.status = 200
        self.rejects: list[str] = []
        """Keys that it does not know."""
        self.seconds = (0.0, 0.0)
        self.gate = asyncio.Event()
        self.gate.set()
        self.calls: list[dict[str, Any]] = []

    def apply(self, wishes: dict[str, Any]) -> None:
        self.reply = wishes.get("reply")
        self.status = int(wishes.get("status", 200))
        self.rejects = list(wishes.get("rejects", []))
        least, most = wishes.get("seconds", (0, 0))
        self.seconds = (float(least), float(most))
        if wishes.get("gate") == "closed":
            self.gate.clear()
        else:
            self.gate.set()


def build_app() -> Starlette:
    """Put the offline model together."""
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", _complete, methods=["POST"]),
            Route("/v1/messages", _message, methods=["POST"]),
            Route("/v1/models", _list_models, methods=["GET"]),
            Route("/control", _steer, methods=["POST"]),
            Route("/control/calls", _list_calls, methods=["GET"]),
            Route("/control/calls", _take_calls, methods=["DELETE"]),
        ]
    )
    app.state.behaviour = _Behaviour()
    return app


async def _complete(request: Request) -> JSONResponse:
    """Answer as OpenAI's chat completions do."""
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    words, refusal = await _take_call(request, key)
    if refusal:
        return refusal
    words, is_cut = _cut(words, await request.json())
    finish = "length" if is_cut else "stop"
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": finish}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return JSONResponse(
        {
            "id": "chatcmpl-offline",
            "object": "chat.completion",
            "created": 0,
            "model": "offline",
            "choices": [choice],
            "usage": usage,
        }
    )


async def _message(request: Request) -> JSONResponse:
    """Answer as Anthropic's messages do."""
    words, refusal = await _take_call(request, request.headers.get("x-api-key", ""))
    if refusal:
        return refusal
    words, is_cut = _cut(words, await request.json())
    return JSONResponse(
        {
            "id": "msg_offline",
            "type": "message",
            "role": "assistant",
            "model": "offline",
            "content": [{"type": "text", "text": words}],
            "stop_reason": "max_tokens" if is_cut else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
    )


async def _list_models(request: Request) -> JSONResponse:
    """List the one model, as both of them do: to nobody without a key."""
    key = request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
    _, refusal = await _take_call(request, key)
    if refusal or not key:
        return refusal or _refuse(key, 401)
    return JSONResponse({"object": "list", "data": [{"id": "offline", "object": "model"}]})


def _cut(words: str, body: dict[str, Any]) -> tuple[str, bool]:
    """Cut an answer to as many words as there may be tokens, and tell whether something was cut off."""
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    cut = " ".join(words.split()[:most]) if most and len(words.split()) > most else words
    return cut, cut != words


def _refuse(key: str, status: int) -> JSONResponse:
    # real providers echo the key in a 401, so this one does, too
    error = {"message": f"Incorrect API key provided: {key}", "type": "invalid_request_error", "code": "offline"}
    return JSONResponse({"error": error}, status_code=status)


async def _take_call(request: Request, key: str) -> tuple[str, JSONResponse | None]:
    behaviour: _Behaviour = request.app.state.behaviour
    body = await request.json() if request.method == "POST" else {"messages": [{"content": ""}]}
    behaviour.calls.append({"path": request.url.path, "key": key, "body": body})
    await asyncio.sleep(secrets.SystemRandom().uniform(*behaviour.seconds))
    await behaviour.gate.wait()
    status = 401 if key in behaviour.rejects else behaviour.status
    if status != 200:  # noqa: PLR2004
        return "", _refuse(key, status)
    return behaviour.reply or _NOTE + _last_words(body), None


def _last_words(body: dict[str, Any]) -> str:
    content = body["messages"][-1]["content"]
    if not isinstance(content, list):
        return str(content)
    seen = [f"I see {picture}." for picture in map(_describe_picture, content) if picture]
    return "\n".join([*(block["text"] for block in content if "text" in block), *seen])


def _describe_picture(block: dict[str, Any]) -> str:
    """Say what a picture is, of OpenAI's form or Anthropic's: kind and size are all that can be told without eyes."""
    match block:
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            kind, _, data = url.removeprefix("data:").partition(";base64,")
        case {"type": "image", "source": {"type": "base64", "media_type": str(kind), "data": str(data)}}:
            pass
        case _:
            return ""
    size = len(b64decode(data, validate=True))
    return f"a {kind.partition('/')[2].upper()} picture of {size / 1000:.1f} kB"


async def _steer(request: Request) -> JSONResponse:
    request.app.state.behaviour.apply(await request.json())
    return JSONResponse({"ok": True})


async def _list_calls(request: Request) -> JSONResponse:
    return JSONResponse(request.app.state.behaviour.calls)


async def _take_calls(request: Request) -> JSONResponse:
    """Hand over the calls and forget them: a long run would fill the memory."""
    behaviour: _Behaviour = request.app.state.behaviour
    calls, behaviour.calls = behaviour.calls, []
    return JSONResponse(calls)


def main() -> None:
    """Serve on loopback until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m gateway.dev.model")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    uvicorn.run(build_app(), host="127.0.0.1", port=options.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
