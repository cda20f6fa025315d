"""Rebuild from Twilio what its webhooks did not bring, and what a restored backup has forgotten."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.adapters.store import Store
from gateway.adapters.store.records import read_pages
from gateway.adapters.store.unanswered import Unanswered
from gateway.adapters.twilio_api import SentText, TwilioApi
from gateway.domain.compliance import Voice
from gateway.domain.errors import BadSignature, CarrierRefused
from gateway.domain.login import TwilioLogin
from gateway.domain.message import InboundMessage
from gateway.domain.number import Number
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import Step
from gateway.domain.turn import PartState
from gateway.flows.receive import ANSWERED_BEFORE, Missed, Received, receive_text

_SKIPPED = {"numbers_skipped": 1}
TwilioOf = Callable[[TwilioLogin | None], TwilioApi | None]
"""Opens the Twilio account of a login, the operator's where there is none; None when it can't be asked."""


async def reconcile(
    *,
    store: Store,
    twilio_of: TwilioOf,
    since: datetime,
    max_age: timedelta,
    now: datetime,
    voice: Voice,
    pepper: bytes,
) -> dict[str, int]:
    """Receive every text since `since` that never came; count what became of them.

    A text older than `max_age` is received as well, and marked stale by the worker instead of answered. A text is not
    answered when Twilio has a later one to its texter that the store does not know: the store has forgotten then.
    A number that its account has brought is skipped when that account can't be asked.
    """
    names = ("seen", "known", "recovered", "stale", "answered_before", "parts_sent", "numbers_skipped")
    counted: Counter[str] = Counter(dict.fromkeys(names, 0))
    for number in [number async for number in read_pages(store.numbers.read_all)]:
        twilio = twilio_of(number.login)
        deed = _Deed(store=store, since=since, max_age=max_age, now=now, voice=voice, pepper=pepper)
        try:
            counted.update(await deed.reconcile(number, twilio) if twilio else _SKIPPED)
        except BadSignature:
            counted.update(_SKIPPED)  # it has changed hands meanwhile
        except CarrierRefused:
            if number.login is None:
                raise
            counted.update(_SKIPPED)  # a customer's token that is refused concerns no other number
    return dict(counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    """What reconciling takes, whichever the number."""

    store: Store
    since: datetime
    max_age: timedelta
    now: datetime
    voice: Voice
    pepper: bytes

    async def reconcile(self, known: Number, twilio: TwilioApi) -> Counter[str]:
        counted: Counter[str] = Counter()
        store, now, number = self.store, self.now, known.number
        vouched_by = known.login.account_sid if known.login else ""
        forgotten = await _read_forgotten(number, store, twilio, since=self.since)
        for unanswered in await store.unanswered.read_all():
            if unanswered.number == number:
                counted.update(await _mend(unanswered, forgotten, store, now))
        # oldest first, as Twilio lists them the other way round: of a STOP and a START the later one counts
        for found in reversed(list(twilio.list_inbound(number, since=self.since))):
            message = await self._complete(found, twilio)
            missed = Missed(answered=_find_answer(message.sender, message.received_at, forgotten))
            received = await receive_text(
                replace(message, vouched_by=vouched_by),
                store=store,
                voice=self.voice,
                pepper=self.pepper,
                now=now,
                missed=missed,
            )
            counted.update(_count(message, received, oldest=now - self.max_age))
        return counted

    async def _complete(self, found: InboundMessage, twilio: TwilioApi) -> InboundMessage:
        """Have Twilio list what came with a text, unless the text is known."""
        if not found.media or await self.store.messages.find(found.sid):
            return found
        return replace(found, media=twilio.list_media(found))


def _count(message: InboundMessage, received: Received, *, oldest: datetime) -> dict[str, int]:
    if received.outcome == "repeated":
        return {"seen": 1, "known": 1}
    is_late = received.outcome == "admitted" and message.received_at < oldest
    return {"seen": 1, "recovered": 1, "stale": is_late, "answered_before": received.reason == ANSWERED_BEFORE}


async def _read_forgotten(number: PhoneNumber, store: Store, twilio: TwilioApi, *, since: datetime) -> list[SentText]:
    """Read, oldest first, the texts from a number that Twilio has and the store does not know."""
    sent = list(reversed(list(twilio.list_sent(number, since=since))))
    known = await store.parts.find_foreign([text.sid for text in sent])
    return [text for text in sent if text.sid not in known]


async def _mend(unanswered: Unanswered, forgotten: list[SentText], store: Store, now: datetime) -> dict[str, int]:
    """Note what Twilio has already of the answer to a conversation that waits; nobody may send it again."""
    found = 0
    for part in unanswered.pending:
        sent = _find_part(part.text, unanswered, forgotten)
        if sent is None:
            break  # what comes behind a part can't have been sent before it
        forgotten.remove(sent)  # it answers nothing else
        details = {"part": part.index, "message_sid": sent.sid, "reason": "found at Twilio"}
        step = Step(at=now, name="part.sent", details=details)
        await store.parts.settle(unanswered.turn_id, part, PartState.SENT, step, sid=sent.sid)
        found += 1
    answered = [text for text in unanswered.texts if _find_answer(unanswered.texter, text.received_at, forgotten)]
    for text in answered:
        await store.unanswered.note_answered(text, Step(at=now, name="text.answered_before", details={}))
    return {"parts_sent": found, "answered_before": len(answered)}


def _find_part(text: str, unanswered: Unanswered, forgotten: list[SentText]) -> SentText | None:
    since = unanswered.opened_at
    return next(
        (
            sent
            for sent in forgotten
            if sent.texter == unanswered.texter and sent.body == text and (since is None or _not_before(sent, since))
        ),
        None,
    )


def _find_answer(texter: str, moment: datetime, forgotten: list[SentText]) -> bool:
    return any(sent.texter == texter and _not_before(sent, moment) for sent in forgotten)


def _not_before(sent: SentText, moment: datetime) -> bool:
    # Twilio's list has whole seconds; of two texts in one second nobody can tell which came first
    return sent.at >= moment.replace(microsecond=0)
