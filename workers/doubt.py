"""What became of a part whose POST nobody saw end: asked of Twilio, never guessed.

A message carries no id of ours that Twilio's list would show, so a part is recognised by sender, recipient, text and a
date after its fence. Its status callback does carry our id, and settles the matter by itself when it comes first.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import stamina

from gateway.domain.errors import CarrierBusy, NotFound
from gateway.domain.turn import FENCE_SECONDS, POST_SECONDS, Hold, OutboundPart, Part, PartState, Passage, Turn
from workers.tools import Tools, step

SECOND_LOOK_SECONDS = 5.0
"""What was absent is looked for once more after this: the list may lag behind."""
_CLOCK_SKEW = timedelta(seconds=5)
_LOOK_SECONDS = 60.0


async def settle_doubt(turn: Turn, part: Part, outbound: OutboundPart, hold: Hold, tools: Tools) -> PartState:
    """Find out whether Twilio took a part.

    SENT when it did; PENDING when it is absent after two looks, neither before the POST must have ended;
    UNKNOWN when Twilio can't say.
    """
    fenced_at = await _read_fence(turn, part, tools)
    quiet_at = fenced_at + timedelta(seconds=FENCE_SECONDS + POST_SECONDS)
    await _sleep_until(quiet_at, tools)
    for look in (1, 2):
        try:
            sid = await _look(turn, part, outbound, fenced_at - _CLOCK_SKEW, tools)
        except (CarrierBusy, NotFound):
            return await settle(turn, part, PartState.UNKNOWN, tools, reason="Twilio can't say")
        if sid:
            return await settle(turn, part, PartState.SENT, tools, sid=sid, reason="found at Twilio")
        if look == 1:
            await asyncio.sleep(SECOND_LOOK_SECONDS)
    return await reopen(turn, part, hold, tools, reason="absent at Twilio, twice")


async def _read_fence(turn: Turn, part: Part, tools: Tools) -> datetime:
    return await tools.store.parts.find_fence(turn.id, part.index) or await tools.store.read_clock()


async def _sleep_until(moment: datetime, tools: Tools) -> None:
    left = moment - await tools.store.read_clock()
    # not longer than that, whatever Redis's clock has done meanwhile
    await asyncio.sleep(min(max(0.0, left.total_seconds()), FENCE_SECONDS + POST_SECONDS))


async def _look(turn: Turn, part: Part, outbound: OutboundPart, since: datetime, tools: Tools) -> str | None:
    known = await tools.store.parts.find_sid(turn, part)
    if known:
        return known  # a callback has settled it
    # the list of any account but the one that it was fenced for tells nothing
    login = await tools.store.parts.read_login(outbound)
    sids = await _ask(replace(outbound, passage=Passage(login=login)), since, tools)
    others = await tools.store.parts.find_foreign(sids)
    found = next((sid for sid in sids if sid not in others), None)
    # a callback may have come meanwhile, and then this part's own SID is known, too
    return found or await tools.store.parts.find_sid(turn, part)


@stamina.retry(on=CarrierBusy, attempts=None, timeout=_LOOK_SECONDS, wait_max=10)
async def _ask(outbound: OutboundPart, since: datetime, tools: Tools) -> list[str]:
    return await tools.carrier.find(outbound, since=since)


async def reopen(turn: Turn, part: Part, hold: Hold, tools: Tools, **details: Any) -> PartState:
    """Free a part to be sent once more: HoldLost when somebody else may be sending it by now.

    What became of a part is a fact, which even a worker that slept may state. This is none, so it takes the hold.
    """
    await tools.store.holds.renew(hold)
    return await settle(turn, part, PartState.PENDING, tools, **details)


async def settle(turn: Turn, part: Part, state: PartState, tools: Tools, *, sid: str = "", **details: Any) -> PartState:
    """Store what became of a part, and tell it the trace."""
    known = {"message_sid": sid} if sid else {}
    happened = step(f"part.{state.value}", part=part.index, **known, **details)
    await tools.store.parts.settle(turn.id, part, state, happened, sid=sid)
    return state
