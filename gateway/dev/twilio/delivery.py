"""An outbound message on its way: queued, sent, delivered, each reported to the StatusCallback.

The parameters are those of docs/messaging/guides/outbound-message-status-in-status-callbacks.
"""

import asyncio
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from gateway.dev.twilio.account import Accounts
from gateway.dev.twilio.background import Background
from gateway.dev.twilio.errors import UNDELIVERED
from gateway.dev.twilio.exchange import Exchange
from gateway.dev.twilio.records import LogLine, Message
from gateway.dev.twilio.webhooks import Webhooks

_NEXT: Final = {"queued": ("sent", "delivered"), "sent": ("delivered",)}


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
        self.failures: deque[int] = deque()
        """With which codes the next texts are not delivered."""

    def dispatch(self, message: Message) -> None:
        """Send a message on its way; one that failed at birth is only reported."""
        if message.status == "failed":
            self._background.start(self._report(message, after=None))
        else:
            self._background.start(self._carry(message.sid, message.status))

    def resume(self) -> None:
        """Go on with what an earlier run left on its way."""
        for message in self._exchange.messages():
            if message.status in _NEXT:
                self.dispatch(message)

    async def _carry(self, sid: str, status: str) -> None:
        report: asyncio.Task[None] | None = None
        code = self.failures.popleft() if self.failures else None
        for step in _NEXT[status]:
            await asyncio.sleep(self._pace_seconds)
            message = self._advance(sid, step, code)
            if not message:
                return
            # an application that is slow to take the word doesn't hold up the text itself
            report = self._background.start(self._report(message, after=report))

    def _advance(self, sid: str, step: str, code: int | None) -> Message | None:
        """Move a message on; one that has a code to end with ends with it instead of being delivered."""
        message = self._exchange.advance(sid, "undelivered" if code and step == "delivered" else step)
        if message and message.status == "undelivered":
            failed = replace(message, error_code=code, error_message=UNDELIVERED.get(code or 0))
            return self._exchange.put_message(failed)
        return message

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
    }
    if message.error_code:
        form |= {"ErrorCode": str(message.error_code), "ErrorMessage": message.error_message or ""}
    return form
