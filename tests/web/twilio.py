"""Twilio's side of a webhook, signed by Twilio's own library."""

import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import httpx
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from tests.examples import AUTH_TOKEN, PUBLIC_URL

SMS = "/webhooks/twilio/sms"
FORM = "application/x-www-form-urlencoded"
Pairs = Sequence[tuple[str, str]]
_TWIML = re.compile(
    r'<\?xml version="1.0" encoding="UTF-8"\?><Response( />|><Message>(?P<said>[^<>]+)</Message></Response>)'
)


def signature(pairs: Mapping[str, str] | Pairs, *, url: str = PUBLIC_URL + SMS, token: str = AUTH_TOKEN) -> str:
    """Sign a form as Twilio does."""
    return str(RequestValidator(token).compute_signature(url, ImmutableMultiDict(list(_pairs(pairs)))))


def encode(pairs: Mapping[str, str] | Pairs) -> bytes:
    """Write a form as Twilio posts it."""
    return urlencode(list(_pairs(pairs))).encode()


def _pairs(form: Mapping[str, str] | Pairs) -> Pairs:
    return list(form.items()) if isinstance(form, Mapping) else form


async def post_text(
    web: httpx.AsyncClient,
    form: Mapping[str, str] | Pairs,
    *,
    path: str = SMS,
    signed: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Post a form, rightly signed unless another signature is given."""
    given = {
        "content-type": FORM,
        "x-twilio-signature": signature(form, url=PUBLIC_URL + path) if signed is None else signed,
    }
    return await web.post(path, content=encode(form), headers=given | dict(headers or {}))


def said(response: httpx.Response) -> list[str]:
    """Read what a TwiML answer says; nothing for silence."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/xml")
    found = _TWIML.fullmatch(response.text)
    assert found, response.text
    return [html.unescape(found["said"])] if found["said"] else []
