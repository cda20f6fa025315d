"""Receive a receipt: note what Twilio says of a part, and of the texter's consent."""

from dataclasses import dataclass

from gateway.adapters.store import Store
from gateway.domain.conversation import block_of
from gateway.domain.ids import MessageId
from gateway.domain.trace import Step

OPTED_OUT = "21610"
"""https://www.twilio.com/docs/api/errors/21610"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Twilio's word on what became of a part."""

    turn_id: str
    part: int
    status: str
    sid: MessageId
    error_code: str | None
    signed_by: str = ""
    """The Twilio account of an account's own that signed it; empty for the operator's."""


async def receive_receipt(receipt: Receipt, step: Step, *, store: Store) -> None:
    """Note a receipt about a part of ours; any other changes nothing."""
    noted = await store.parts.note_receipt(
        receipt.turn_id, receipt.part, status=receipt.status, sid=receipt.sid, step=step, signed_by=receipt.signed_by
    )
    if noted and receipt.error_code == OPTED_OUT:
        await _note_block(receipt, step, store)


async def _note_block(receipt: Receipt, step: Step, store: Store) -> None:
    conversation = await store.turns.find_conversation(receipt.turn_id)
    if conversation is None:
        return
    change = block_of(conversation, now=step.at, sid=receipt.sid, within_account=receipt.signed_by != "")
    if change:
        # a receipt may come late: whoever has opted in since the part was fenced stays in
        fenced_at = await store.parts.find_fence(receipt.turn_id, receipt.part)
        await store.consents.change(change, known_at=fenced_at, within=conversation.id)
