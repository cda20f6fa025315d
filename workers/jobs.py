"""What a worker does: it heeds arq's wake-ups, makes checks, looks for those that were lost, and erases what is old."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from typing import Any

import structlog

from gateway.domain.errors import HoldLost, StoreDown, WorkerLost
from gateway.domain.ids import CheckId, ConversationId, is_id
from gateway.domain.turn import Hold
from workers.answer import answer_conversation, answer_held
from workers.check import make_check
from workers.presence import present
from workers.tools import Tools

_MOST_CHECKS = 20

Chore = Callable[[Tools], Coroutine[Any, Any, None]]

log = structlog.get_logger()


class Turns:
    """The conversations that this worker is at, each a task of its own, `most` of them at once.

    Those that only wait until their number may send are not counted.
    """

    def __init__(self, tools: Tools, most: int) -> None:
        self._tools = tools
        self._room = asyncio.Semaphore(most)
        self._tasks: set[asyncio.Task[None]] = set()
        self._draining = False

    async def begin(self, conversation_id: ConversationId) -> None:
        """Begin to answer a conversation, as soon as there is room; its end is not waited for."""
        await self._room.acquire()
        place = ExitStack()
        place.callback(self._room.release)
        task = asyncio.create_task(self._answer(conversation_id, place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: place.close())  # also of a task that was cancelled before it began

    async def _answer(self, conversation_id: ConversationId, place: ExitStack) -> None:
        with present(place):
            following = await answer(conversation_id, self._tools)
            # who has given its place back gets nobody to answer next
            while following and not self._draining:
                following = await answer(following, self._tools)

    async def drain(self, seconds: float) -> None:
        """Give what is in flight the time to end, and cancel the rest: another worker takes it up."""
        self._draining = True
        await _drain(self._tasks, seconds)


class Checks:
    """The checks that this worker makes beside its turns, a few at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._room = asyncio.Semaphore(_MOST_CHECKS)
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, check_id: CheckId) -> None:
        """Begin a check as soon as there is room; what waits too long for it is forgotten by whoever asked."""
        task = asyncio.create_task(self._make(check_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make(self, check_id: CheckId) -> None:
        async with self._room:
            await check(check_id, self._tools)

    async def drain(self, seconds: float) -> None:
        """Give what is under way the time to end, and cancel the rest: nobody hears of it, and the record stays."""
        await _drain(self._tasks, seconds)


async def _drain(tasks: set[asyncio.Task[None]], seconds: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def check_credential(ctx: dict[str, Any], check_id: str) -> None:
    """Begin a check. Repeated, late or for nothing, it does no harm."""
    if not is_id(str(check_id), "chk"):
        log.warning("job.refused")
        return
    checks: Checks = ctx["checks"]
    checks.begin(CheckId(check_id))


async def check(check_id: CheckId, tools: Tools) -> None:
    """Make a check; whatever goes wrong ends here, and whoever asked does without."""
    try:
        await make_check(check_id, tools)
    except StoreDown as error:
        log.warning("check.interrupted", check_id=check_id, reason=error.code)
    except Exception as error:
        # the worker's edge
        log.exception("check.failed", check_id=check_id, exc_info=error)


async def wake_conversation(ctx: dict[str, Any], conversation_id: str) -> None:
    """Begin to answer what waits in a conversation. Repeated, late or for nothing, it does no harm.

    The job ends at once, so that arq never holds a long one: a hold says who is at a conversation, and the sweep
    finds what a dead worker has left.
    """
    if not is_id(str(conversation_id), "conv"):
        log.warning("job.refused")
        return
    turns: Turns = ctx["turns"]
    await turns.begin(ConversationId(conversation_id))


async def answer(conversation_id: ConversationId, tools: Tools) -> ConversationId | None:
    """Answer what waits in a conversation, and return the one to answer next; whatever goes wrong ends here."""
    return await _contain(answer_conversation(conversation_id, tools), conversation_id)


async def answer_in_quarantine(hold: Hold, tools: Tools) -> ConversationId | None:
    """Answer what waits in a conversation that the worker outside holds, and return the one to answer next."""
    return await _contain(answer_held(hold, tools), hold.conversation_id)


async def _contain(
    answering: Awaitable[ConversationId | None], conversation_id: ConversationId
) -> ConversationId | None:
    try:
        return await answering
    except (HoldLost, StoreDown, WorkerLost) as error:
        # what waits is safe: whoever has the hold goes on, or the sweeper wakes somebody
        log.warning("turn.interrupted", conversation_id=conversation_id, reason=error.code)
    except Exception as error:
        # the worker's edge; the turn stays open and is tried again, until its tries are used up
        log.exception("turn.failed", conversation_id=conversation_id, exc_info=error)
    return None


async def sweep(tools: Tools) -> None:
    """Wake the conversations that wait although nobody is at them."""
    woken = await tools.store.seating.sweep()
    if woken:
        log.info("sweep.woken", conversations=woken)


async def erase_old(tools: Tools) -> None:
    """Erase what is older than the operator keeps it, and note how much room that leaves."""
    erased = await tools.store.erasure.erase_old(tools.retention)
    if erased:
        log.info("erasure.done", records=erased)
    await tools.store.memory.note(await tools.store.read_clock())


async def keep_doing(chore: Chore, tools: Tools, *, seconds: float) -> None:
    """Do a chore now and then, beside arq: what looks after lost wake-ups must not wait in their queue."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore(tools)
        except StoreDown:
            log.warning("chore.skipped", chore=chore.__name__)
        except Exception as error:
            # the worker's edge; a chore that fails must not be done for the last time
            log.exception("chore.failed", chore=chore.__name__, exc_info=error)
