"""Steady traffic: so many texts a second from so many texters, until told to stop.

It runs in a thread of its own: the processes under test must be started by the main thread, since the kernel ends
them with the thread that started them.
"""

import asyncio
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

import httpx

from gateway.domain.phone import PhoneNumber
from tests.examples import message_sid
from tests.faults.reckoning import token
from tests.faults.texting import Line, Text, texter


class Traffic:
    """Texts on their way to a gateway while the block runs; each texter's next one follows when the last is taken."""

    def __init__(
        self,
        urls: Callable[[], Sequence[str]],
        *,
        signed_for: str,
        per_second: float,
        texters: int,
        repeated: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.texts: list[Text] = []
        """Those that were taken."""
        self.repeats: list[bool] = []
        """Of each text that was posted once more: whether it met with the very same bytes."""
        self._urls = urls
        self._signed_for = signed_for
        self._pause = 1 / per_second
        self._repeated = repeated
        self._chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._busy = {texter(number): asyncio.Lock() for number in range(texters)}
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self._running = self._pool.submit(lambda: asyncio.run(self._run()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._pool.shutdown()
        self._running.result()

    async def _run(self) -> None:
        phones = list(self._busy)
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), 0
        async with Line(self._urls, signed_for=self._signed_for) as line, asyncio.TaskGroup() as group:
            while not self._stopping.is_set():
                sent += 1
                group.create_task(self._bring(sent, phones[sent % len(phones)], line))
                await asyncio.sleep(began + sent * self._pause - loop.time())

    async def _bring(self, number: int, phone: PhoneNumber, line: Line) -> None:
        repeats = self._chance.random() < self._repeated
        async with self._busy[phone]:
            text = await line.bring(token(number), sid=message_sid(number), texter=phone)
        self.texts.append(text)
        if repeats:
            with suppress(httpx.TransportError):
                answer = await line.post(text)
                if answer.is_success:
                    self.repeats.append(answer.text == text.answer)
