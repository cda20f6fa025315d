"""The webhook for texts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response
from twilio.twiml.messaging_response import MessagingResponse

from gateway.adapters.store import Store
from gateway.adapters.store.connection import in_time
from gateway.domain.login import TwilioLogin
from gateway.domain.message import InboundMessage
from gateway.domain.phone import find_phone, mask_phone
from gateway.flows.receive import Received, receive_text
from gateway.web.forms import read_signed_form, signer_of
from gateway.web.resources import resources_of

_SAVE_SECONDS = 4.0
"""A slow Redis is one that is down: whoever waits for us may have been told to wait for five seconds."""

log = structlog.get_logger()


async def post_text(request: Request) -> Response:
    """Receive a text, and answer 200 only once it is saved.

    One to a number that its account has brought is counted first: its token can sign any number of them.
    """
    resources = resources_of(request)
    form = await read_signed_form(request, resources, lambda form: _find_signers(form, resources.store))
    now = datetime.now(UTC)
    message = InboundMessage.from_form(
        form, now=now, vouched_by=signer_of(form, resources), api_url=resources.own_twilio.place.api_url
    )
    async with in_time(_SAVE_SECONDS):
        if message.vouched_by:
            await resources.store.quotas.take(resources.quotas.of_own_text(message.recipient))
        received = await receive_text(
            message, store=resources.store, voice=resources.voice, pepper=resources.pepper, now=now
        )
    _log(message, received)
    return answer_twiml(received.say)


async def _find_signers(form: Mapping[str, str], store: Store) -> Sequence[TwilioLogin]:
    number = find_phone(form.get("To", ""))
    return await store.numbers.find_signers(number) if number else ()


def answer_twiml(say: str) -> Response:
    """Answer Twilio: one text, or silence when `say` is empty."""
    response = MessagingResponse()
    if say:
        response.message(say)
    return Response(str(response), media_type="text/xml")


def _log(message: InboundMessage, received: Received) -> None:
    log.info(
        "text.received",
        message_sid=message.sid,
        texter=mask_phone(message.sender),
        number=mask_phone(message.recipient),
        outcome=received.outcome,
        reason=received.reason,
        trace_id=received.trace_id,
    )
