"""Send a reply: each part fenced, posted once, and its fate written down."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, TypeVar

import stamina

from gateway.domain.errors import CarrierBusy, CarrierRefused, CarrierUnknown, NotFound, OptedOut
from gateway.domain.turn import Hold, OutboundPart, Part, PartState, Turn
from workers.tools import Tools, step

FENCE_SECONDS = 2.0
"""How long the last look at consent is good for: a part leaves within this time, or not on this look."""
_ATTEMPTS = 5
_SECONDS = 30.0

_T = TypeVar("_T")


async def send_parts(turn: Turn, hold: Hold, tools: Tools) -> Turn:
    """Send what is unsent, in order; after a part that did not go out, the rest stays here, too."""
    states = {part.index: part.state for part in turn.parts}
    for part in turn.parts:
        if part.state is PartState.SENDING:
            # a worker died between the fence and the SID; a second text is worse than none
            await _settle(turn, part, PartState.UNKNOWN, tools, reason="worker lost while sending")
            states[part.index] = PartState.UNKNOWN
        elif part.state is PartState.PENDING:
            states[part.index] = await _send_part(turn, part, hold, tools)
        if states[part.index] is not PartState.SENT:
            break
    return replace(turn, parts=tuple(replace(part, state=states[part.index]) for part in turn.parts))


async def _send_part(turn: Turn, part: Part, hold: Hold, tools: Tools) -> PartState:
    try:
        async for attempt in stamina.retry_context(
            on=CarrierBusy, attempts=_ATTEMPTS, timeout=_SECONDS, wait_initial=0.5, wait_max=8
        ):
            with attempt:
                await _fence_and_post(turn, part, hold, tools)
    except OptedOut:
        return await _settle(turn, part, PartState.CANCELLED, tools, reason="opted out")
    except NotFound:
        return await _settle(turn, part, PartState.WITHDRAWN, tools, reason="number released")
    except CarrierUnknown:
        return await _settle(turn, part, PartState.UNKNOWN, tools, reason="no word from Twilio")
    except CarrierRefused as refusal:
        return await _settle(turn, part, PartState.FAILED, tools, twilio_code=refusal.twilio_code)
    except CarrierBusy:
        return await _settle(turn, part, PartState.FAILED, tools, reason="Twilio stayed busy")
    return PartState.SENT


async def _fence_and_post(turn: Turn, part: Part, hold: Hold, tools: Tools) -> None:
    conversation = turn.conversation
    if conversation.number is None or conversation.texter is None:
        raise NotFound
    outbound = OutboundPart(
        sender=conversation.number,
        recipient=conversation.texter,
        text=part.text,
        turn_id=turn.id,
        index=part.index,
        not_after=time.monotonic() + FENCE_SECONDS,
    )
    await tools.store.turns.fence(hold, turn, part, step("part.fenced", part=part.index))
    # a worker that is told to stop finishes this: half a send is the one thing nobody can repair
    await _to_the_end(_post(turn, part, outbound, tools))


async def _post(turn: Turn, part: Part, outbound: OutboundPart, tools: Tools) -> None:
    try:
        sid = await tools.carrier.send(outbound)
    except CarrierBusy:
        await _settle(turn, part, PartState.PENDING, tools, reason="Twilio busy")
        raise
    await _settle(turn, part, PartState.SENT, tools, sid=sid)


async def _to_the_end(work: Awaitable[_T]) -> _T:
    """Await `work` even when this task is cancelled meanwhile; then be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def _settle(
    turn: Turn, part: Part, state: PartState, tools: Tools, *, sid: str = "", **details: Any
) -> PartState:
    known = {"message_sid": sid} if sid else {}
    happened = step(f"part.{state.value}", part=part.index, **known, **details)
    await tools.store.turns.settle(turn, part, state, happened, sid=sid)
    return state
