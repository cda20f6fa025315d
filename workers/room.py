"""Room for bytes: so many of them at a time, however many turns want some."""

import asyncio
from collections import deque


class Room:
    """So many bytes of memory; who finds too few waits in line."""

    def __init__(self, size: int) -> None:
        self.free = size
        """How many nobody has."""
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> None:
        """Take some, once there is enough."""
        turn = asyncio.get_running_loop().create_future()
        self._line.append((size, turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            # who is cancelled may have been served in the same moment
            self.give_back(0 if turn.cancelled() else size)
            raise

    def give_back(self, size: int) -> None:
        """Give some back; who waits first is served first."""
        self.free += size
        self._serve()

    def _serve(self) -> None:
        while self._line and (self._line[0][1].done() or self._line[0][0] <= self.free):
            size, turn = self._line.popleft()
            if turn.done():
                continue  # it was cancelled, and its task has not heard of that yet
            self.free -= size
            turn.set_result(None)


class Share:
    """What one turn has of the room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._held = 0

    async def take(self, size: int) -> None:
        """Take some, once there is enough."""
        await self._room.take(size)
        self._held = size

    def shrink_to(self, size: int) -> None:
        """Give back all but so many bytes."""
        spare = max(self._held - size, 0)
        self._held -= spare
        self._room.give_back(spare)
