"""Real HTTP servers on loopback that behave as badly as a test wants them to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that a server has read to its end."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Server:
    """A running server, and what has reached it."""

    place: str
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    written: int = 0

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"http://{self.place}"


@asynccontextmanager
async def serve(answer: Answer | None = None) -> AsyncIterator[Server]:
    """Serve on loopback; with no answer, take a connection and never say a word."""
    server, open_ends = Server(place=""), set[asyncio.Task[None]]()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                server.requests.append(await _read_request(reader))
                await (answer or hang)(writer)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.create_task(talk(reader, writer))
        open_ends.add(task)
        task.add_done_callback(lambda _: writer.close())

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.place = "{}:{}".format(*listener.sockets[0].getsockname())
    try:
        yield server
    finally:
        listener.close()
        for task in open_ends:
            task.cancel()
        await asyncio.gather(*open_ends, return_exceptions=True)


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(line=head[0], headers=headers, body=body)


def say(status: int, content: object = b"", **headers: str) -> Answer:
    """Answer with a status and a body: bytes, or anything as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    kinds = {"content-type": "application/json", "content-length": str(len(body))}
    kinds |= {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(status, kinds) + body)
        await writer.drain()

    return answer


async def hang(_writer: asyncio.StreamWriter) -> None:
    """Say nothing, for good."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """Begin an answer, and go on byte by byte, none of them late enough for a limit on a single read."""
    writer.write(_head(200, {"content-type": "application/json", "content-length": "1000"}))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.2)


def pour(size: int | None) -> Answer:
    """Answer with `size` bytes of JSON that never closes; without a size, with an endless stream of them."""
    headers = {"content-type": "application/json"}
    headers |= {"content-length": str(size)} if size else {"transfer-encoding": "chunked"}
    chunk = b"[" * 65536

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(200, headers))
        sent = 0
        while size is None or sent < size:
            writer.write(chunk if size else b"%x\r\n%b\r\n" % (len(chunk), chunk))
            await writer.drain()
            sent += len(chunk)

    return answer


async def drop(writer: asyncio.StreamWriter) -> None:
    """Hang up without a word."""
    writer.close()
    await writer.wait_closed()


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Because", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()
