"""Holds in Redis: the right to answer a conversation now, which every later write shows."""

import json
import uuid
from typing import Any

from redis.commands.core import AsyncScript

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.seating import Description
from gateway.domain.errors import HoldLost
from gateway.domain.ids import AccountId, ConversationId
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import Hold, Released

_MOST_FORGIVEN = 20
_HOLD_MS = int(keys.HOLD.total_seconds() * 1000)


class Holds:
    """Who is at which conversation."""

    def __init__(self, redis: Connection, seating: Description) -> None:
        self._seating = json.dumps(seating)
        self._take = script(redis, "clock", "seating", "take_hold")
        self._renew = script(redis, "clock", "seating", "holding", "renew_hold")
        self._step_aside = script(redis, "clock", "seating", "holding", "step_aside")
        self._drop = script(redis, "clock", "seating", "holding", "drop_hold")
        self._release = script(redis, "clock", "seating", "holding", "release_hold")

    async def take(self, conversation_id: ConversationId) -> Hold | None:
        """Take the right to answer a conversation; None when somebody has it, or it has no seat."""
        token = uuid.uuid4().hex
        taken = await self._take(
            keys=[keys.hold(conversation_id), keys.conversation(conversation_id)],
            args=[conversation_id, token, _HOLD_MS, self._seating],
        )
        if taken is None:
            return None
        account_id, texter = taken
        return Hold(
            conversation_id=conversation_id,
            account_id=AccountId(account_id),
            token=token,
            texter=PhoneNumber(texter) if texter else None,
        )

    async def renew(self, hold: Hold) -> None:
        """Keep the hold for another while; HoldLost when somebody else has it now."""
        await as_holder(self._renew, hold, [], [hold.conversation_id, hold.account_id, _HOLD_MS, self._seating])

    async def step_aside(self, hold: Hold) -> None:
        """Keep the hold without a seat: that goes to whoever waits for one, who is woken."""
        await as_holder(self._step_aside, hold, [], [hold.conversation_id, hold.account_id, _HOLD_MS, self._seating])

    async def release(self, hold: Hold) -> Released | None:
        """Let go; None, and still held, when a message has come in the meantime.

        Who has stepped aside lets go all the same: what has come waits for a seat, and its wake-up.
        """
        outcome, *following = await as_holder(
            self._release,
            hold,
            [keys.inbox(hold.conversation_id)],
            [hold.conversation_id, hold.account_id, self._seating],
        )
        if outcome == "waiting":
            return None
        return Released(following=ConversationId(following[0]) if following else None)

    async def drop(self, hold: Hold, *, forgiven: bool) -> None:
        """Let go whatever waits, so that another worker can take over with the next sweep.

        `forgiven` takes back the try that this holder took of the open turn: it was not the turn that failed.
        """
        await as_holder(
            self._drop,
            hold,
            [keys.conversation(hold.conversation_id)],
            [
                hold.conversation_id,
                hold.account_id,
                self._seating,
                keys.TURN_PREFIX if forgiven else "",
                _MOST_FORGIVEN,
            ],
        )


async def as_holder(run: AsyncScript, hold: Hold, names: list[str], args: list[Any]) -> list[Any]:
    """Run a script that only the holder may run; HoldLost when somebody else has the conversation now."""
    outcome = await run(keys=[keys.hold(hold.conversation_id), *names], args=[hold.token, *args])
    if outcome[0] == "lost":
        raise HoldLost
    return list(outcome)
