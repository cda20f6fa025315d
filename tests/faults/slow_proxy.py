"""A TCP proxy that can be slow, deaf, or fall silent in the middle of a word."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_CHUNK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How replies fare on their way back."""

    delay_seconds: float = 0.0
    """How long each piece of a reply is kept back."""
    bytes_per_reply: int | None = None
    """How much of each reply comes through; the rest never does. None for all of it."""


FAIR = Weather()


class SlowProxy:
    """Stands between clients and a server on loopback, in a thread of its own."""

    def __init__(self) -> None:
        self.weather = FAIR
        self.connections = 0
        """How many clients have come so far."""
        self._target = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def lead_to(self, port: int) -> None:
        """Lead clients to a server from now on."""
        self._target = port

    @contextmanager
    def storm(self, weather: Weather) -> Iterator[None]:
        """Have this weather while the block runs; what was kept back by then never comes."""
        self.weather = weather
        try:
            yield
        finally:
            self.weather = FAIR
            self._loop.call_soon_threadsafe(self._hang_up)

    def close(self) -> None:
        """Let go of all."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks) if tasks else None

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        behind: asyncio.StreamWriter | None = None
        try:
            answers, behind = await asyncio.open_connection("127.0.0.1", self._target)
            back = asyncio.create_task(self._bring_back(answers, writer))
            await self._bring_on(reader, behind)
            back.cancel()
        except (OSError, asyncio.CancelledError):
            pass  # either side is gone; the finally tells the other
        finally:
            self._writers.discard(writer)
            for end in filter(None, (writer, behind)):
                end.close()

    async def _bring_on(self, reader: asyncio.StreamReader, behind: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            behind.write(chunk)
            await behind.drain()

    async def _bring_back(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await answers.read(_CHUNK):
                weather = self.weather
                if weather.delay_seconds:
                    await asyncio.sleep(weather.delay_seconds)
                writer.write(chunk[: weather.bytes_per_reply])
                await writer.drain()
        writer.close()
