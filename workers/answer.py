"""Answer a conversation: everything that waits in, one reply out, as often as something waits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from gateway.adapters.mint import mint
from gateway.domain.conversation import Channel, Role, Utterance, join_texts
from gateway.domain.errors import HoldLost, StoreDown
from gateway.domain.ids import ConversationId, TurnId
from gateway.domain.turn import Closing, Gathering, Hold, Outcome, PartState, Turn
from workers.compose import compose_reply
from workers.lanes import lane_of
from workers.send import send_parts
from workers.tools import Tools, step

_HEARTBEAT_SECONDS = 2.0

log = structlog.get_logger()


async def answer_conversation(conversation_id: ConversationId, tools: Tools) -> ConversationId | None:
    """Answer what waits in a conversation; nothing to do when another worker is at it.

    Returns the conversation of the same account, if any, that has waited for this one's seat and is to be answered now.
    """
    hold = await tools.store.holds.take(conversation_id)
    if hold is None:
        return None
    async with _keeping(hold, tools):
        while (released := await tools.store.holds.release(hold)) is None:
            match await _open(hold, tools):
                case Turn() as turn:
                    await answer_turn(turn, hold, tools)
                case Gathering(seconds=seconds):
                    await asyncio.sleep(seconds)
    return released.following


async def _open(hold: Hold, tools: Tools) -> Turn | Gathering | None:
    turn_id = TurnId(mint("turn"))
    return await tools.store.turns.open(hold, turn_id, max_age=tools.max_answer_age)


@asynccontextmanager
async def _keeping(hold: Hold, tools: Tools) -> AsyncIterator[None]:
    """Renew a hold while the block runs; drop it at once when the block fails, for others to take over."""
    heartbeat = asyncio.create_task(_renew(hold, tools))
    try:
        yield
    except BaseException:
        with contextlib.suppress(HoldLost, StoreDown):
            await tools.store.holds.drop(hold)
        raise
    finally:
        heartbeat.cancel()


async def _renew(hold: Hold, tools: Tools) -> None:
    with contextlib.suppress(HoldLost):  # the next write will say so, and end the turn here
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            with contextlib.suppress(StoreDown):
                await tools.store.holds.renew(hold)


async def answer_turn(turn: Turn, hold: Hold, tools: Tools) -> None:
    """Bring a turn to its end, from wherever an earlier worker left it."""
    if not turn.settled:
        async with lane_of(turn.conversation.account_id):
            reply = await compose_reply(turn, tools)
        # before sending: a retry must not pay the model again
        told = step("reply.recorded", outcome=reply.outcome.value, parts=len(reply.parts), failure=reply.failure)
        await tools.store.turns.record_reply(hold, turn, reply, told)
        turn = replace(turn, parts=reply.parts, outcome=reply.outcome, failure=reply.failure)
    if turn.conversation.channel is Channel.SMS:
        turn = await send_parts(turn, hold, tools)
    await _close(turn, hold, tools)


async def _close(turn: Turn, hold: Hold, tools: Tools) -> None:
    outcome = _outcome(turn)
    closing = Closing(
        outcome=outcome,
        said=_said(turn, outcome),
        reply_text="".join(part.text for part in turn.parts) or None,
        failure=turn.failure,
    )
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


def _said(turn: Turn, outcome: Outcome) -> tuple[Utterance, ...]:
    """Tell what the history grows by: the texts, and of the reply what may have reached the texter."""
    if outcome in (Outcome.OPTED_OUT, Outcome.STALE):
        return ()
    heard = [message.text for message in turn.waiting if message.id not in turn.stale]
    asked = Utterance(role=Role.USER, text=join_texts(heard))
    is_reply = turn.outcome is Outcome.ANSWERED
    is_api = turn.conversation.channel is Channel.API
    reached = [
        part.text for part in turn.parts if is_reply and (is_api or part.state in (PartState.SENT, PartState.UNKNOWN))
    ]
    return (asked, Utterance(role=Role.ASSISTANT, text=join_texts(reached))) if reached else (asked,)
