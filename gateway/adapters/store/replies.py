"""Waiting for what workers are asked for, API messages and checks: one subscription for the whole process."""

import asyncio
import contextlib
import json
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import RedisError

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection

Reply = dict[str, Any]
_LOOK_SECONDS = 2.0
"""Redis forgets what it publishes while nobody listens, so a waiter looks for itself now and then."""
_HEAR_SECONDS = 20.0
_INSIST_SECONDS = 0.1


class ReplyListener:
    """Hears of replies as workers finish them."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._awaited: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self.channel = keys.replies_channel(uuid.uuid4().hex)

    async def start(self) -> None:
        """Begin to listen, in the background."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening."""
        # more than once: redis-py 5.3 swallows a cancellation that comes while it connects
        while self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_INSIST_SECONDS)

    @asynccontextmanager
    async def expect(self, asked_id: str) -> AsyncIterator[Callable[[float], Awaitable[Reply | None]]]:
        """Expect the reply to what was asked, or is about to be; gives a function that waits for it."""
        heard = asyncio.Event()
        self._awaited[asked_id].add(heard)
        try:
            yield lambda seconds: self._wait(asked_id, heard, seconds)
        finally:
            self._awaited[asked_id].discard(heard)
            if not self._awaited[asked_id]:
                del self._awaited[asked_id]

    async def _wait(self, asked_id: str, heard: asyncio.Event, seconds: float) -> Reply | None:
        # what was there before it was expected is not published again
        reply, deadline = await self.find(asked_id), asyncio.get_running_loop().time() + seconds
        while reply is None and (left := deadline - asyncio.get_running_loop().time()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), min(_LOOK_SECONDS, left))
            reply = await self.find(asked_id)
        return reply

    async def find(self, asked_id: str) -> Reply | None:
        """Find the reply to what was asked, if it is there already and still."""
        stored = await self._redis.get(keys.reply(asked_id))
        return dict(json.loads(stored)) if stored else None

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError):
                await asyncio.sleep(_LOOK_SECONDS)

    async def _hear(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(self.channel)
            while True:
                published = await subscription.get_message(ignore_subscribe_messages=True, timeout=_HEAR_SECONDS)
                for heard in self._awaited.get(published["data"], ()) if published else ():
                    heard.set()
