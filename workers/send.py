"""Send a reply: each part fenced, posted once, and its fate written down."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import stamina
import structlog

from gateway.domain.conversation import block_of
from gateway.domain.errors import (
    BeingAsked,
    Blocked,
    CarrierBusy,
    CarrierRefused,
    CarrierUnknown,
    EdgeShut,
    NotFound,
    OptedOut,
)
from gateway.domain.login import BAD_LOGIN, Flaw, TwilioLogin
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.turn import FENCE_SECONDS, Hold, OutboundPart, Part, PartState, Turn
from gateway.flows.receipts import post_alert
from workers.doubt import reopen, settle, settle_doubt
from workers.throttle import Slots, keep_apart, make_room, reserve_slots, wait_for_slot
from workers.tools import Tools, step

_ATTEMPTS = 5
_SECONDS = 30.0
_SENDS = 2
"""A part whose fate stays unknown is sent at most twice, the second time only when Twilio does not have it."""

_T = TypeVar("_T")

log = structlog.get_logger()


async def send_parts(turn: Turn, hold: Hold, tools: Tools) -> Turn:
    """Send what is unsent, in order; after a part that did not go out, the rest stays here, too."""
    parts, before = list(turn.parts), PartState.SENT
    slots = await reserve_slots(turn, tools)
    await make_room(slots, hold, tools)
    for part in turn.parts:
        match before:
            case PartState.SENT:
                before = await _bring_out(turn, part, slots, hold, tools)
                slots = keep_apart(part, slots)
            case PartState.CANCELLED:
                # not asked anew: whoever opts in again meanwhile would get a reply with a hole in it
                await settle(turn, part, before, tools, reason="opted out")
            case _:
                break
        parts[part.index] = replace(part, state=before)
    return replace(turn, parts=tuple(parts))


async def _bring_out(turn: Turn, part: Part, slots: Slots, hold: Hold, tools: Tools) -> PartState:
    """Get a part sent, once, from wherever an earlier try has left it."""
    state = part.state
    for _ in range(_SENDS):
        if state is PartState.PENDING and not await wait_for_slot(turn, part, slots):
            return await settle(turn, part, PartState.WITHDRAWN, tools, reason="too old")
        if state is PartState.PENDING:
            state = await _send_part(turn, part, hold, tools)
        if state in (PartState.SENDING, PartState.UNKNOWN):
            state = await settle_doubt(turn, part, _outbound(turn, part), hold, tools)
        if state is not PartState.PENDING:
            return state
    return await settle(turn, part, PartState.UNKNOWN, tools, reason="absent at Twilio, however often it was sent")


async def _send_part(turn: Turn, part: Part, hold: Hold, tools: Tools) -> PartState:
    try:
        async for attempt in stamina.retry_context(
            on=CarrierBusy, attempts=_ATTEMPTS, timeout=_SECONDS, wait_initial=0.5, wait_max=8
        ):
            with attempt:
                return await _fence_and_post(turn, part, hold, tools)
    except OptedOut:
        return await settle(turn, part, PartState.CANCELLED, tools, reason="opted out")
    except (BeingAsked, Blocked) as withheld:
        reason = "blocked" if isinstance(withheld, Blocked) else "asked about an opt-out"
        return await settle(turn, part, PartState.WITHDRAWN, tools, reason=reason)
    except NotFound:
        return await settle(turn, part, PartState.WITHDRAWN, tools, reason="number released")
    except CarrierUnknown:
        return await settle(turn, part, PartState.UNKNOWN, tools, reason="fenced by another")
    except CarrierBusy:
        pass
    return await settle(turn, part, PartState.FAILED, tools, reason="Twilio stayed busy")


async def _fence_and_post(turn: Turn, part: Part, hold: Hold, tools: Tools) -> PartState:
    outbound = _outbound(turn, part)  # before the fence: its two seconds must not begin late
    passage = await tools.store.parts.fence(hold, turn, part, step("part.fenced", part=part.index))
    # a worker that is told to stop finishes this: half a send is the one thing that takes long to repair
    return await _to_the_end(_post(turn, part, replace(outbound, passage=passage), hold, tools))


def _outbound(turn: Turn, part: Part) -> OutboundPart:
    conversation = turn.conversation
    if conversation.number is None or conversation.texter is None:
        raise NotFound
    return OutboundPart(
        sender=conversation.number,
        recipient=conversation.texter,
        text=part.text,
        turn_id=turn.id,
        index=part.index,
        not_after=time.monotonic() + FENCE_SECONDS,
        fresh_until=turn.fresh_until,
    )


async def _post(turn: Turn, part: Part, outbound: OutboundPart, hold: Hold, tools: Tools) -> PartState:
    """Hand a part over and write down what became of it; CarrierBusy when it may be handed over again."""
    try:
        sid = await tools.carrier.send(outbound)
    except CarrierBusy:
        await reopen(turn, part, hold, tools, reason="Twilio busy")
        raise
    except OptedOut:
        await _note_block(turn, part, outbound.login, tools)
        return await settle(turn, part, PartState.CANCELLED, tools, reason="opted out")
    except CarrierUnknown:
        return await settle(turn, part, PartState.UNKNOWN, tools, reason="no word from Twilio")
    except CarrierRefused as refusal:
        await _note_refusal(turn, refusal, outbound.login, tools)
        return await settle(turn, part, PartState.FAILED, tools, twilio_code=refusal.twilio_code)
    except EdgeShut as shut:
        return await settle(turn, part, PartState.FAILED, tools, reason=shut.code)
    return await settle(turn, part, PartState.SENT, tools, sid=sid)


async def _note_refusal(turn: Turn, refusal: CarrierRefused, login: TwilioLogin | None, tools: Tools) -> None:
    """Have the operator hear of a refusal that concerns more than this texter."""
    if login and refusal.twilio_code == BAD_LOGIN:
        await _note_refused(turn, login, tools)
    elif refusal.twilio_code is not None:
        await post_alert(turn.conversation, turn.id, refusal.twilio_code, store=tools.store)


async def _note_refused(turn: Turn, login: TwilioLogin, tools: Tools) -> None:
    """Have the account see, and the operator hear, that Twilio refuses the account's own token."""
    await tools.store.numbers.note_flaw(login, Flaw.REFUSED)
    notice = Notice(
        kind=NoticeKind.LOGIN_REFUSED, account_id=login.account_id, reason=Flaw.REFUSED.value, turn_id=turn.id
    )
    if await tools.store.notices.post(notice):
        log.warning(notice.kind.value, account_id=login.account_id, reason=notice.reason, turn_id=turn.id)


async def _note_block(turn: Turn, part: Part, login: TwilioLogin | None, tools: Tools) -> None:
    """Have the ledger know what Twilio knew before us: that the texter is out, unless they have opted in meanwhile."""
    change = block_of(turn.conversation, now=datetime.now(UTC), within_account=login is not None)
    if change:
        fenced_at = await tools.store.parts.find_fence(turn.id, part.index)
        await tools.store.consents.change(change, known_at=fenced_at, within=turn.conversation.id)


async def _to_the_end(work: Awaitable[_T]) -> _T:
    """Await `work` even when this task is cancelled meanwhile; then be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
