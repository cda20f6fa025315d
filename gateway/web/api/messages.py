"""/v1/agents/{id}/messages: talk to an agent without a phone."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse

from gateway.domain.errors import InvalidRequest
from gateway.flows.agents import read_own_agent
from gateway.flows.conversations import Said, admit_message, await_reply, read_message
from gateway.web.api.requests import Body, Call, read_json

_MAX_TEXT = 4000
_MAX_IDEMPOTENCY_KEY = 255


class PostMessage(Body):
    """The body of POST /v1/agents/{id}/messages."""

    text: str
    user_ref: Annotated[str | None, Field(max_length=200)] = None


CODES = {
    "text": ("missing_text", "text_too_long"),
    "user_ref": ("invalid_user_ref", "invalid_user_ref"),
}


async def post_message(call: Call) -> JSONResponse:
    """Have an agent answer, and wait for its reply, or say where it will be."""
    resources = call.resources
    agent = await read_own_agent(call.key, call.request.path_params["agent_id"], store=resources.store)
    body = read_json(call, PostMessage, CODES)
    said = Said(text=_check_text(body.text), user_ref=body.user_ref, idempotency_key=_read_idempotency_key(call))
    message_id = await admit_message(
        agent,
        said,
        call.key,
        offer=resources.offer,
        trace_id=call.request.state.trace_id,
        store=resources.store,
        channel=resources.replies.channel,
        pepper=resources.pepper,
        now=datetime.now(UTC),
    )
    if _wants_to_wait(call):
        return call.answer((await await_reply(message_id, replies=resources.replies)).describe())
    answer = call.answer({"message_id": message_id, "status_url": f"/v1/messages/{message_id}"})
    answer.status_code = 202
    answer.headers["Preference-Applied"] = "respond-async"
    return answer


def _wants_to_wait(call: Call) -> bool:
    """Tell whether the caller waits for the reply: https://datatracker.ietf.org/doc/html/rfc7240#section-4.1."""
    wishes = ",".join(call.request.headers.getlist("prefer")).split(",")
    return "respond-async" not in {wish.partition(";")[0].strip().lower() for wish in wishes}


def _read_idempotency_key(call: Call) -> str | None:
    key = call.request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= _MAX_IDEMPOTENCY_KEY:
        words = f"Idempotency-Key has 1 to {_MAX_IDEMPOTENCY_KEY} characters."
        raise InvalidRequest("invalid_idempotency_key", words, field="Idempotency-Key")
    return key


async def get_message(call: Call) -> JSONResponse:
    """Tell how far a message has come, and its reply."""
    resources = call.resources
    message_id = call.request.path_params["message_id"]
    state = await read_message(message_id, call.key, store=resources.store, replies=resources.replies)
    return call.answer({"message_id": message_id, **{name: value for name, value in asdict(state).items() if value}})


def _check_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidRequest("missing_text", "Give text: what the agent is to answer.", field="text")
    if len(text) > _MAX_TEXT:
        raise InvalidRequest("text_too_long", f"text may have {_MAX_TEXT} characters.", field="text")
    return text
