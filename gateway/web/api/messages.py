"""/v1/agents/{id}/messages: talk to an agent without a phone."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse

from gateway.domain.errors import InvalidRequest
from gateway.flows.agents import read_own_agent
from gateway.flows.conversations import send_message
from gateway.web.api.requests import Body, Call, read_json

_MAX_TEXT = 4000


class PostMessage(Body):
    """The body of POST /v1/agents/{id}/messages."""

    text: str
    user_ref: Annotated[str | None, Field(max_length=200)] = None


_CODES = {
    "text": ("missing_text", "text_too_long"),
    "user_ref": ("invalid_user_ref", "invalid_user_ref"),
}


async def post_message(call: Call) -> JSONResponse:
    """Have an agent answer, and wait for its reply."""
    resources = call.resources
    agent = await read_own_agent(call.key, call.request.path_params["agent_id"], store=resources.store)
    body = read_json(call, PostMessage, _CODES)
    reply_text = await send_message(
        agent,
        _check_text(body.text),
        user_ref=body.user_ref,
        trace_id=call.request.state.trace_id,
        store=resources.store,
        replies=resources.replies,
        pepper=resources.pepper,
        now=datetime.now(UTC),
    )
    return call.answer({"reply_text": reply_text})


def _check_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidRequest("missing_text", "Give text: what the agent is to answer.", field="text")
    if len(text) > _MAX_TEXT:
        raise InvalidRequest("text_too_long", f"text may have {_MAX_TEXT} characters.", field="text")
    return text
