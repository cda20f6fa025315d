"""/v1/agents/{id}/channels/sms: give an agent a number."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import JSONResponse

from gateway.domain.errors import InvalidRequest
from gateway.domain.number import Keywords
from gateway.domain.secret import Secret
from gateway.domain.sms import SmsMode, SmsWish
from gateway.flows.agents import read_own_agent
from gateway.flows.sms import connect_sms
from gateway.web.api.requests import Body, Call, read_json

_MAX_FIELD = 200


class PostSms(Body):
    """The body of POST /v1/agents/{id}/channels/sms."""

    mode: Literal["sandbox", "managed", "byo_twilio"]
    """By which way the agent comes to a number; what follows goes with `byo_twilio` alone."""
    account_sid: Annotated[str | None, Field(max_length=_MAX_FIELD)] = None
    """Your Twilio account: AC…"""
    auth_token: Annotated[str | None, Field(max_length=_MAX_FIELD)] = None
    """Its auth token. It goes in and never comes out."""
    phone_number: Annotated[str | None, Field(max_length=_MAX_FIELD)] = None
    """The number, as +15550100123."""
    keywords: Annotated[Keywords | None, Field(strict=False)] = None
    """Who answers STOP, HELP and START: the gateway, or Twilio, which it is unless said."""


CODES = {
    "mode": ("invalid_mode", "invalid_mode"),
    "account_sid": ("invalid_account_sid", "invalid_account_sid"),
    "auth_token": ("invalid_auth_token", "invalid_auth_token"),
    "phone_number": ("invalid_phone_number", "invalid_phone_number"),
    "keywords": ("invalid_keywords", "invalid_keywords"),
}


async def post_sms(call: Call) -> JSONResponse:
    """Have an agent come to a number by the way that the body names."""
    store = call.resources.store
    agent = await read_own_agent(call.key, call.request.path_params["agent_id"], store=store)
    wish, own = _read_wish(call), call.resources.own_twilio
    setup = await connect_sms(agent, wish, store=store, own=own, now=datetime.now(UTC))
    return call.answer(setup.describe())


def _read_wish(call: Call) -> SmsWish:
    body = read_json(call, PostSms, CODES)
    mode = SmsMode(body.mode)
    if mode is not SmsMode.BYO_TWILIO:
        _check_bare(body)
    return SmsWish(
        mode=mode,
        account_sid=body.account_sid,
        auth_token=Secret(body.auth_token) if body.auth_token is not None else None,
        phone_number=body.phone_number,
        keywords=body.keywords,
    )


def _check_bare(body: PostSms) -> None:
    """Refuse what has no place in a mode in which the operator brings the number: InvalidRequest."""
    for field in ("account_sid", "auth_token", "phone_number", "keywords"):
        if getattr(body, field) is not None:
            words = f"{field} goes with mode byo_twilio alone. Leave it out, or choose that mode."
            raise InvalidRequest("unknown_field", words, field=field)
