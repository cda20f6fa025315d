"""A quarantine that does what the conversation's name tells it: `python -m tests.workers.ward HANDLE`."""

import asyncio
import os
import signal
import sys
import time

from gateway.domain.ids import ConversationId
from gateway.domain.turn import Hold
from workers.quarantine import serve


async def answer(hold: Hold) -> ConversationId | None:
    """Die, hang, block the loop, or name the process as the conversation to go on with."""
    match hold.conversation_id:
        case "conv_dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "conv_blocks":
            time.sleep(3600)  # noqa: ASYNC251 - that is what a blocked loop is
        case "conv_hangs":
            await asyncio.sleep(3600)
    return ConversationId(f"conv_{os.getpid()}")


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[-1]), answer))
