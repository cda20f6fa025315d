"""Quarantine: a process of its own for a turn's last try, in which it can take nobody with it.

A turn that ends its worker's process ends a try of every turn that was in flight beside it. Who of them is to blame
nobody can tell; so the last try of each is had here, one after the other, and only the one that is at it is lost.
"""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict

from gateway.domain.errors import WorkerLost
from gateway.domain.ids import AccountId, ConversationId
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import FENCE_SECONDS, POST_SECONDS, Hold

COMMAND = (sys.executable, "-m", "workers", "--quarantine")
"""What runs a quarantine; the number of its end of the socket follows."""

_ALIVE = {"alive": True}
_BEAT_SECONDS = 2.0
_START_SECONDS = 60.0
_SILENCE_SECONDS = 15.0
_LEAVING_SECONDS = FENCE_SECONDS + POST_SECONDS


class Quarantine:
    """The process in which this worker has last tries made; it runs while there are any."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._wanted_by = 0
        self._ward: _Ward | None = None

    async def answer(self, hold: Hold) -> ConversationId | None:
        """Have a conversation answered, and return the one to answer next; WorkerLost when the process ended."""
        self._wanted_by += 1
        try:
            async with self._one_at_a_time:
                return await self._answer(hold)
        finally:
            self._wanted_by -= 1
            if not self._wanted_by:
                await self._end()

    async def _answer(self, hold: Hold) -> ConversationId | None:
        try:
            self._ward = self._ward or await _open_ward()
            return await self._ward.answer(hold)
        except BaseException:
            await self._end()  # whatever it was at, its next word would be about this
            raise

    async def _end(self) -> None:
        ward, self._ward = self._ward, None
        if ward:
            await ward.end()


class _Ward:
    """A running quarantine, seen from the worker that began it."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process, self._reader, self._writer = process, reader, writer

    async def hear(self, seconds: float) -> dict[str, object]:
        """Hear its next word; WorkerLost when none comes in time, for then it is dead or stuck."""
        try:
            line = await asyncio.wait_for(self._reader.readline(), seconds)
        except (TimeoutError, OSError):
            raise WorkerLost from None
        if not line:
            raise WorkerLost
        word: dict[str, object] = json.loads(line)
        return word

    async def answer(self, hold: Hold) -> ConversationId | None:
        """Have one conversation answered."""
        self._writer.write(_line(asdict(hold)))
        while "following" not in (word := await self.hear(_SILENCE_SECONDS)):
            pass
        following = word["following"]
        return ConversationId(str(following)) if following else None

    async def end(self) -> None:
        """End the process, as soon as a send that is under way has ended."""
        self._writer.close()
        try:
            await asyncio.wait_for(self._process.wait(), _LEAVING_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _open_ward() -> _Ward:
    ours, theirs = socket.socketpair()
    with theirs:
        handle = theirs.fileno()
        try:
            process = await asyncio.create_subprocess_exec(*COMMAND, str(handle), pass_fds=[handle])
        except OSError:
            ours.close()
            raise WorkerLost from None
    ward = _Ward(process, *await asyncio.open_connection(sock=ours))
    try:
        await ward.hear(_START_SECONDS)
    except BaseException:
        await ward.end()
        raise
    return ward


async def serve(handle: int, answer: Callable[[Hold], Awaitable[ConversationId | None]]) -> None:
    """Be the quarantine: answer what comes over the socket `handle`, until the worker at its other end is gone."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # a signal to the whole group is for the worker, which then ends this
        asyncio.get_running_loop().add_signal_handler(number, lambda: None)
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=handle))
    beating = asyncio.create_task(_beat(writer))
    try:
        line = await reader.readline()
        while line:
            answering = asyncio.ensure_future(answer(_hold_of(json.loads(line))))
            hearing = asyncio.create_task(reader.readline())
            await asyncio.wait({answering, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                answering.cancel()  # the worker has gone, or wants to
                await asyncio.wait({answering})
                return
            writer.write(_line({"following": answering.result()}))
            line = await hearing
    finally:
        beating.cancel()
        writer.close()


async def _beat(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(_line(_ALIVE))
        await asyncio.sleep(_BEAT_SECONDS)


def _line(word: Mapping[str, object]) -> bytes:
    return json.dumps(word).encode() + b"\n"


def _hold_of(word: dict[str, str]) -> Hold:
    texter = word.get("texter")
    return Hold(
        conversation_id=ConversationId(word["conversation_id"]),
        account_id=AccountId(word["account_id"]),
        token=word["token"],
        texter=PhoneNumber(texter) if texter else None,
    )
