"""The webhook for receipts: Twilio's word on what became of a part."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from gateway.domain.ids import MessageId
from gateway.domain.receipt import Receipt
from gateway.domain.trace import Step
from gateway.flows.receipts import receive_receipt
from gateway.web.forms import read_signed_form, signer_of
from gateway.web.inbound import answer_twiml
from gateway.web.resources import resources_of

_MAX_STATUS = 40


async def post_receipt(request: Request) -> Response:
    """Note a receipt. Which part it is about stands in the address, which Twilio signs along."""
    resources = resources_of(request)
    turn_id, part = request.query_params.get("turn", ""), request.query_params.get("part", "")
    numbers = resources.store.numbers
    form = await read_signed_form(request, resources, lambda _: numbers.find_signers_of_turn(turn_id))
    receipt = _read_receipt(form, turn_id, part)
    if receipt:
        receipt = replace(receipt, signed_by=signer_of(form, resources))
        await receive_receipt(receipt, _step(receipt), store=resources.store)
    # also for a part that isn't ours: Twilio could do nothing about an error
    return answer_twiml("")


def _read_receipt(form: dict[str, str], turn_id: str, part: str) -> Receipt | None:
    status = form.get("MessageStatus", "")[:_MAX_STATUS]
    if not (turn_id and re.fullmatch("[0-9]{1,3}", part) and status):
        return None
    return Receipt(
        turn_id=turn_id,
        part=int(part),
        status=status,
        sid=MessageId(form.get("MessageSid", "")),
        error_code=form["ErrorCode"][:_MAX_STATUS] if "ErrorCode" in form else None,
    )


def _step(receipt: Receipt) -> Step:
    details = {"part": receipt.part, "status": receipt.status}
    if receipt.error_code is not None:
        details["error_code"] = receipt.error_code
    return Step(at=datetime.now(UTC), name="part.receipt", details=details)
