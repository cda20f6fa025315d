"""Answer a conversation: everything that waits in, one reply out, as often as something waits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import stamina
import structlog

from gateway.adapters.mint import mint
from gateway.domain.brevity import drop_hint
from gateway.domain.conversation import Channel, Role, Utterance, join_texts
from gateway.domain.errors import HoldLost, StoreDown
from gateway.domain.honesty import drop_disclosure
from gateway.domain.ids import ConversationId, TurnId
from gateway.domain.notice import notice_of
from gateway.domain.segment import count_segments
from gateway.domain.topic import tell_texts
from gateway.domain.trace import Step
from gateway.domain.turn import REACHED, Closing, Gathering, Hold, Outcome, PartState, Reply, Suspect, Turn, Waits
from workers.compose import compose_reply
from workers.lanes import at_work, lane_of
from workers.reckoning import price_segment, reckon
from workers.send import send_parts
from workers.tools import Tools, step

_HEARTBEAT_SECONDS = 2.0
_GIVING_BACK_SECONDS = 5.0
TOO_MANY_TRIES = "too_many_tries"

log = structlog.get_logger()


async def answer_conversation(conversation_id: ConversationId, tools: Tools) -> ConversationId | None:
    """Answer what waits in a conversation; nothing to do when another worker is at it.

    Returns the conversation of the same account, if any, that has waited for this one's seat and is to be answered now.
    """
    hold = await tools.store.holds.take(conversation_id)
    return await answer_held(hold, tools) if hold else None


async def answer_held(hold: Hold, tools: Tools) -> ConversationId | None:
    """Answer what waits in a conversation that is held, and let it go; returns the one to be answered now, if any."""
    async with _keeping(hold, tools):
        while (released := await tools.store.holds.release(hold)) is None:
            match await _open(hold, tools):
                case Turn() as turn:
                    await answer_turn(turn, hold, tools)
                case Gathering(seconds=seconds):
                    await asyncio.sleep(seconds)
                case Suspect() if tools.quarantine:
                    return await tools.quarantine.answer(hold)
    return released.following


async def _open(hold: Hold, tools: Tools) -> Turn | Gathering | Suspect | None:
    turn_id = TurnId(mint("turn"))
    return await tools.store.turns.open(
        hold,
        turn_id,
        tools.limits,
        alone=tools.quarantine is None,
        segment_price=price_segment(hold, tools),
        brand=tools.voice.brand,
    )


@asynccontextmanager
async def _keeping(hold: Hold, tools: Tools) -> AsyncIterator[None]:
    """Renew a hold while the block runs; drop it at once when the block fails, for others to take over."""
    heartbeat = asyncio.create_task(_renew(hold, tools))
    try:
        with at_work(hold.account_id):
            yield
    except BaseException as error:
        # a worker that is told to stop, or loses Redis, does not lose it by this turn
        await _drop(hold, tools, forgiven=isinstance(error, asyncio.CancelledError | StoreDown))
        raise
    finally:
        heartbeat.cancel()


async def _drop(hold: Hold, tools: Tools, *, forgiven: bool) -> None:
    """Let a hold go; while Redis is away, for a few seconds more, since it often comes back."""
    with contextlib.suppress(HoldLost, StoreDown):
        async for attempt in stamina.retry_context(
            on=StoreDown, attempts=None, timeout=_GIVING_BACK_SECONDS, wait_initial=0.2, wait_max=1
        ):
            with attempt:
                await tools.store.holds.drop(hold, forgiven=forgiven)


async def _renew(hold: Hold, tools: Tools) -> None:
    with contextlib.suppress(HoldLost):  # the next write will say so, and end the turn here
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            with contextlib.suppress(StoreDown):
                await tools.store.holds.renew(hold)


async def answer_turn(turn: Turn, hold: Hold, tools: Tools) -> None:
    """Bring a turn to its end, from wherever an earlier worker left it."""
    if turn.tries > tools.limits.max_tries:
        turn = _give_up(turn)
    elif not turn.settled:
        async with lane_of(turn.conversation.account_id):
            reply = await compose_reply(turn, tools)
        # before sending: a retry must not pay the model again
        cost = reckon(hold, reply, tools)
        await tools.store.turns.record_reply(hold, turn, reply, _describe(turn, reply), cost)
        turn = replace(
            turn,
            parts=reply.parts,
            outcome=reply.outcome,
            failure=reply.failure,
            disclosure=reply.disclosure,
            rest=reply.rest,
            asked=reply.asked,
        )
    if turn.conversation.channel is Channel.SMS and turn.failure != TOO_MANY_TRIES:
        turn = await send_parts(turn, hold, tools)
    await _close(turn, hold, tools)


def _describe(turn: Turn, reply: Reply) -> Step:
    """Tell the trace of a reply, without its words."""
    by_text = turn.conversation.channel is Channel.SMS
    return step(
        "reply.recorded",
        outcome=reply.outcome.value,
        parts=len(reply.parts),
        segments=sum(count_segments(part.text) for part in reply.parts) if by_text else None,
        disclosure=bool(reply.disclosure) if by_text else None,
        answered_by="gateway" if reply.by_gateway else None,
        keyword=reply.keyword,
        failure=reply.failure,
        pictures=dict(reply.pictures) or None,
        cap=turn.usage[0].cap if reply.outcome is Outcome.CAPPED else None,
        **(reply.payment.describe() if reply.payment else {}),
    )


def _give_up(turn: Turn) -> Turn:
    """End a turn whose tries are used up, as far as it has come: what is unsent stays unsent."""
    ends = {PartState.PENDING: PartState.FAILED, PartState.SENDING: PartState.UNKNOWN}
    parts = tuple(replace(part, state=ends.get(part.state, part.state)) for part in turn.parts)
    return replace(turn, parts=parts, outcome=turn.outcome or Outcome.FAILED, failure=TOO_MANY_TRIES)


async def _close(turn: Turn, hold: Hold, tools: Tools) -> None:
    outcome = _outcome(turn)
    closing = Closing(
        outcome=outcome,
        said=_said(turn, outcome),
        reply_text="".join(part.text for part in turn.parts) if turn.parts or outcome is Outcome.ANSWERED else None,
        failure=turn.failure,
        disclosed=bool(turn.disclosure) and turn.parts[0].state in REACHED,
        rest=_waits(turn, outcome),
    )
    await _notify(turn, outcome, tools)
    details = {"outcome": outcome.value, "failure": turn.failure}
    await tools.store.turns.close(hold, turn, closing, step("turn.closed", **details))
    log.info(
        "turn.closed",
        turn_id=turn.id,
        conversation_id=turn.conversation.id,
        account_id=turn.conversation.account_id,
        messages=len(turn.waiting),
        parts=len(turn.parts),
        tries=turn.tries,
        **details,
    )


async def _notify(turn: Turn, outcome: Outcome, tools: Tools) -> None:
    """Have the operator hear of it; before the turn is closed, since nobody would come back to say it."""
    notice = notice_of(turn, outcome)
    if notice and await tools.store.notices.post(notice):
        log.warning(notice.kind.value, account_id=notice.account_id, reason=notice.reason, turn_id=notice.turn_id)


def _outcome(turn: Turn) -> Outcome:
    """Tell how a turn ended, now that its parts have been tried."""
    ends = {
        PartState.UNKNOWN: Outcome.UNKNOWN,
        PartState.CANCELLED: Outcome.OPTED_OUT,
        PartState.WITHDRAWN: Outcome.STALE,
        PartState.FAILED: Outcome.FAILED,
    }
    for part in turn.parts:
        if part.state in ends:
            return ends[part.state]
    return turn.outcome or Outcome.FAILED


def _waits(turn: Turn, outcome: Outcome) -> Waits:
    """Tell what a MORE gets from now on: the rest of this answer, if the texter may have its end."""
    reached = any(part.state in REACHED for part in turn.parts)
    if turn.rest is None or not reached:
        return Waits.AS_BEFORE
    is_through = outcome in (Outcome.ANSWERED, Outcome.UNKNOWN)
    return Waits.ITS_REST if turn.rest and is_through else Waits.NOTHING


def _said(turn: Turn, outcome: Outcome) -> tuple[Utterance, ...]:
    """Tell what the history grows by: the texts, and of the reply what may have reached the texter."""
    asked = tell_texts(turn)
    is_reply = turn.outcome is Outcome.ANSWERED
    is_api = turn.conversation.channel is Channel.API
    if is_api and outcome is Outcome.CAPPED:
        return ()  # whoever is refused asks again, and that is when it is said
    answered = (
        drop_hint(part.text if part.index else drop_disclosure(turn.disclosure, part.text))
        for part in turn.parts
        if is_reply and (is_api or part.state in REACHED)
    )
    reached = list(filter(None, answered))  # a disclosure may be a part of its own
    if reached:
        return *asked, Utterance(role=Role.ASSISTANT, text=join_texts(reached))
    return () if outcome in (Outcome.OPTED_OUT, Outcome.STALE) else asked
