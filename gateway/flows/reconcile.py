"""Rebuild from Twilio what its webhooks did not bring: texts that its list has and we don't."""

from collections import Counter
from datetime import datetime, timedelta

from gateway.adapters.store import Store
from gateway.adapters.twilio_api import TwilioApi
from gateway.domain.compliance import Voice
from gateway.domain.phone import PhoneNumber
from gateway.flows.receive import receive_text

_PAGE = 500


async def reconcile(
    *, store: Store, twilio: TwilioApi, since: datetime, max_age: timedelta, now: datetime, voice: Voice, pepper: bytes
) -> dict[str, int]:
    """Receive every text since `since` that never came; count what became of them.

    A text older than `max_age` is received as well, and marked stale by the worker instead of answered.
    """
    counted: Counter[str] = Counter(seen=0, known=0, recovered=0, stale=0)
    for number in await _read_numbers(store):
        for message in twilio.list_inbound(number, since=since):
            received = await receive_text(message, store=store, voice=voice, pepper=pepper, now=now)
            counted["seen"] += 1
            counted["known" if received.outcome == "repeated" else "recovered"] += 1
            is_late = received.outcome == "admitted" and now - message.received_at > max_age
            counted["stale"] += is_late
    return dict(counted)


async def _read_numbers(store: Store) -> list[PhoneNumber]:
    numbers: list[PhoneNumber] = []
    cursor: str | None = None
    while True:
        bindings, cursor = await store.numbers.read_all(limit=_PAGE, cursor=cursor)
        numbers += [binding.number for binding in bindings]
        if cursor is None:
            return numbers
