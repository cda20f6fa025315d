"""The jobs that arq runs: wake a conversation, and look for conversations whose wake-up was lost."""

import asyncio
from typing import Any

import structlog

from gateway.domain.errors import HoldLost, StoreDown
from gateway.domain.ids import ConversationId, is_id
from workers.answer import answer_conversation
from workers.tools import Tools

SWEEP_SECONDS = 2
_FORGOTTEN_AFTER_SECONDS = 3.0
_WAKE_EVERY_SECONDS = 10

log = structlog.get_logger()


async def wake_conversation(ctx: dict[str, Any], conversation_id: str) -> None:
    """Answer what waits in a conversation. Repeated, late or for nothing, it does no harm."""
    if not is_id(str(conversation_id), "conv"):
        log.warning("job.refused")
        return
    tools: Tools = ctx["tools"]
    try:
        await answer_conversation(ConversationId(conversation_id), tools)
    except (HoldLost, StoreDown) as error:
        # what waits is safe: whoever has the hold goes on, or the sweeper wakes somebody
        log.warning("turn.interrupted", conversation_id=conversation_id, reason=error.code)
    except Exception as error:
        # the worker's edge; the turn stays open and is tried again, until its tries are used up
        log.exception("turn.failed", conversation_id=conversation_id, exc_info=error)


async def sweep(ctx: dict[str, Any]) -> None:
    """Wake the conversations that wait although nobody is at them."""
    tools: Tools = ctx["tools"]
    try:
        for conversation_id in await tools.store.waiting.find_forgotten(seconds=_FORGOTTEN_AFTER_SECONDS):
            await tools.store.waiting.wake(conversation_id, every_seconds=_WAKE_EVERY_SECONDS)
    except StoreDown:
        log.warning("sweep.skipped")


async def keep_sweeping(tools: Tools) -> None:
    """Sweep every two seconds of a clock that never jumps; arq's own clockwork stands still while it is set back."""
    while True:
        try:
            if await tools.store.liveness.may_sweep(every_seconds=SWEEP_SECONDS):
                await sweep({"tools": tools})
        except StoreDown:
            log.warning("sweep.skipped")
        except Exception as error:
            # the worker's edge: a sweep that fails must not be the last one
            log.exception("sweep.failed", exc_info=error)
        await asyncio.sleep(SWEEP_SECONDS)
