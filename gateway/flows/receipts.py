"""Receive a receipt: note what Twilio says of a part, of the texter's consent, and of the number that sent it."""

from datetime import UTC, datetime

import structlog

from gateway.adapters.store import Store
from gateway.domain.carrier_errors import LOOP, Nature, explain_code, read_code
from gateway.domain.conversation import Conversation, block_of
from gateway.domain.ids import TurnId
from gateway.domain.notice import alert_of
from gateway.domain.phone import mask_phone
from gateway.domain.receipt import Receipt
from gateway.domain.trace import Step

log = structlog.get_logger()


async def receive_receipt(receipt: Receipt, step: Step, *, store: Store) -> None:
    """Note a receipt about a part of ours; any other changes nothing."""
    noted = await store.parts.note_receipt(
        receipt.turn_id, receipt.part, status=receipt.status, sid=receipt.sid, step=step, signed_by=receipt.signed_by
    )
    code = read_code(receipt.error_code)
    conversation = await store.turns.find_conversation(receipt.turn_id) if noted and code else None
    if code is None or conversation is None:
        return
    if explain_code(code).nature is Nature.CONSENT:
        await _note_block(receipt, conversation, step, store)
    await post_alert(conversation, TurnId(receipt.turn_id), code, store=store)


async def _note_block(receipt: Receipt, conversation: Conversation, step: Step, store: Store) -> None:
    change = block_of(conversation, now=step.at, sid=receipt.sid, within_account=receipt.signed_by != "")
    if change:
        # a receipt may come late: whoever has opted in since the part was fenced stays in
        fenced_at = await store.parts.find_fence(receipt.turn_id, receipt.part)
        await store.consents.change(change, known_at=fenced_at, within=conversation.id)


async def post_alert(conversation: Conversation, turn_id: TurnId, code: int, *, store: Store) -> None:
    """Have the operator hear of a code that concerns more than one texter, once an hour for each number.

    What Twilio has stopped as a loop rests here, too.
    """
    if code == LOOP and conversation.number and conversation.texter_hash:
        await store.rallies.pause(conversation.number, conversation.texter_hash, now=datetime.now(UTC))
    notice = alert_of(conversation, turn_id, code)
    if notice and await store.notices.post(notice):
        log.warning(
            notice.kind.value,
            account_id=notice.account_id,
            number=mask_phone(notice.number or ""),
            twilio_code=code,
            turn_id=turn_id,
            meaning=explain_code(code).meaning,
            next=notice.next_step,
        )
