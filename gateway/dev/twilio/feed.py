"""Who is watching: a change is told to every open page, as a hint to look again."""

import asyncio
from collections.abc import AsyncIterator

_HEARTBEAT_SECONDS = 15.0


class Feed:
    """The open event streams of the phone page."""

    def __init__(self) -> None:
        """Begin with nobody watching."""
        self._watchers: set[asyncio.Queue[str | None]] = set()
        self._closed = False

    def tell(self, event: str) -> None:
        """Tell every watcher."""
        for queue in self._watchers:
            queue.put_nowait(event)

    def close(self) -> None:
        """End every stream, so that the server can stop without waiting for its pages."""
        self._closed = True
        for queue in self._watchers:
            queue.put_nowait(None)

    async def watch(self) -> AsyncIterator[str]:
        """Yield a first change, then what happens; an empty string says that nothing did for a while."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._watchers.add(queue)
        # whoever comes looks once after joining, so that nothing falls in between
        queue.put_nowait(None if self._closed else "change")
        try:
            while (event := await _next(queue)) is not None:
                yield event
        finally:
            self._watchers.discard(queue)


async def _next(queue: asyncio.Queue[str | None]) -> str | None:
    try:
        return await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)
    except TimeoutError:
        return ""
