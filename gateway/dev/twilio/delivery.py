"""An outbound message on its way: queued, sent, delivered, or as it is fated, each reported to the StatusCallback.

The parameters are those of docs/messaging/guides/outbound-message-status-in-status-callbacks.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Final

from gateway.dev.twilio.account import Accounts
from gateway.dev.twilio.background import Background
from gateway.dev.twilio.exchange import Exchange
from gateway.dev.twilio.fates import EXPIRED, QUEUED, Fate
from gateway.dev.twilio.records import LogLine, Message
from gateway.dev.twilio.webhooks import Webhooks

_EXPIRED: Final = Fate(status="failed", error_code=EXPIRED)
_UNDER_WAY: Final = (*QUEUED, "sent")


class Delivery:
    """Carries messages to their phones, at a pace that a person can watch."""

    def __init__(
        self,
        exchange: Exchange,
        webhooks: Webhooks,
        background: Background,
        *,
        accounts: Accounts,
        pace_seconds: float,
    ) -> None:
        """Take pace_seconds for each step."""
        self._exchange = exchange
        self._webhooks = webhooks
        self._background = background
        self._accounts = accounts
        self._pace_seconds = pace_seconds
        self._take_in: Callable[[Message], Coroutine[None, None, None]] | None = None
        self.fates: deque[Fate] = deque()
        """What becomes of the next messages, in order; then each is delivered."""
        self._held: set[str] = set()

    def when_delivered(self, take_in: Callable[[Message], Coroutine[None, None, None]]) -> None:
        """Have every text that is delivered looked at: the phone that it came to may be a number of ours."""
        self._take_in = take_in

    def dispatch(self, message: Message) -> None:
        """Send a message on its way; one that failed at birth is only reported."""
        if message.status == "failed":
            self._background.start(self._report(message, after=None))
            return
        fate = self.fates.popleft() if self.fates else Fate()
        if fate.is_held:
            self._held.add(message.sid)
            self._background.start(self._expire(message))
        else:
            self._background.start(self._carry(message, fate))

    def resume(self) -> None:
        """Go on with what an earlier run left on its way."""
        for message in self._exchange.messages():
            if message.status in _UNDER_WAY and not message.inbound:
                self.dispatch(message)

    def release(self, message: Message, fate: Fate) -> bool:
        """Let a message go that is held, towards another fate; False when it isn't held any more."""
        if message.sid not in self._held:
            return False
        self._held.discard(message.sid)
        self._background.start(self._carry(message, fate))
        return True

    async def _expire(self, message: Message) -> None:
        await asyncio.sleep(_left(message))
        if message.sid in self._held:
            self._held.discard(message.sid)
            await self._carry(message, _EXPIRED)

    async def _carry(self, message: Message, fate: Fate) -> None:
        report: asyncio.Task[None] | None = None
        steps = deque(fate.way_from(message.status))
        while steps:
            await asyncio.sleep(self._pace_seconds)
            if fate is not _EXPIRED and steps[0] in ("queued", "sent") and _left(message) <= 0:
                fate, steps = _EXPIRED, deque(["failed"])
            step = steps.popleft()
            moved = self._exchange.advance(message.sid, step, None if steps else fate.error_code)
            if not moved:
                return
            # an application that is slow to take the word doesn't hold up the text itself
            report = self._background.start(self._report(moved, after=report))
            if step == "delivered" and self._take_in:
                self._background.start(self._take_in(moved))

    async def _report(self, message: Message, *, after: asyncio.Task[None] | None) -> None:
        if after:
            await after
        if not message.status_callback:
            return
        owner = self._accounts.owner_of(message.account_sid)
        form = _form(message, owner.sid)
        outcome = await self._webhooks.call(message.status_callback, form, token=owner.signing_token)
        line = LogLine(
            at=datetime.now(UTC).isoformat(),
            kind="status_callback",
            event=message.status,
            url=message.status_callback,
            status=outcome.status,
            attempts=outcome.attempts,
            error_code=11200 if outcome.problem else None,
            detail=outcome.problem,
        )
        self._exchange.note(message.sid, line)


def _left(message: Message) -> float:
    """Tell for how many seconds more a message may wait in the queue."""
    age = (datetime.now(UTC) - message.created_at).total_seconds()
    return max(0.0, message.validity_seconds - age)


def _form(message: Message, account_sid: str) -> dict[str, str]:
    form = {
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "MessageStatus": message.status,
        "To": message.to,
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": message.sender,
        "ApiVersion": "2010-04-01",
        **({"MessagingServiceSid": message.messaging_service} if message.messaging_service else {}),
    }
    if message.error_code:
        form |= {"ErrorCode": str(message.error_code), "ErrorMessage": message.error_message or ""}
    return form
