"""The webhook for receipts: Twilio's word on what became of a part."""

import re
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from gateway.domain.trace import Step
from gateway.web.forms import read_signed_form
from gateway.web.inbound import answer_twiml
from gateway.web.resources import resources_of

_MAX_STATUS = 40


async def post_receipt(request: Request) -> Response:
    """Note a receipt. Which part it is about stands in the address, which Twilio signs along."""
    resources = resources_of(request)
    form = await read_signed_form(request, resources)
    turn_id, part = request.query_params.get("turn", ""), request.query_params.get("part", "")
    status = form.get("MessageStatus", "")[:_MAX_STATUS]
    if turn_id and re.fullmatch("[0-9]{1,3}", part) and status:
        details = {"part": int(part), "status": status}
        if "ErrorCode" in form:
            details["error_code"] = form["ErrorCode"][:_MAX_STATUS]
        step = Step(at=datetime.now(UTC), name="part.receipt", details=details)
        await resources.store.parts.note_receipt(
            turn_id, int(part), status=status, sid=form.get("MessageSid", ""), step=step
        )
    # also for a part that isn't ours: Twilio could do nothing about an error
    return answer_twiml("")
