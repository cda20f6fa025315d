"""Signed forms: what Twilio posts to us."""

import re
from urllib.parse import parse_qsl

from starlette.requests import Request

from gateway.domain.errors import BadSignature, InvalidRequest
from gateway.domain.message import read_account_sid
from gateway.web.limits import check_media_type, read_body
from gateway.web.resources import Resources
from gateway.web.signature import is_signed, signed_urls

_MAX_FIELDS = 500
_WHOLE_FIELDS = tuple(
    re.compile(field)
    for field in (
        r"From\+[0-9]",
        r"To\+[0-9]",
        r"AccountSidAC[0-9a-f]{32}",
        r"(?<!Sms)MessageSid(?:SM|MM)[0-9a-f]{32}",
    )
)
_FORM = "application/x-www-form-urlencoded"


async def read_signed_form(request: Request, resources: Resources) -> dict[str, str]:
    """Read a form that Twilio signed: size, then signature, then shape.

    BadSignature when it was not signed by, or does not come from, the account that our numbers belong to.
    """
    check_media_type(request, _FORM)
    pairs = _parse(await read_body(request))
    urls = signed_urls(resources.public_urls, request.scope["path"], request.scope["query_string"].decode("latin-1"))
    signatures = request.headers.getlist("x-twilio-signature")
    if not is_signed(signatures, urls, pairs, resources.twilio_auth_tokens):
        raise BadSignature
    form = dict(pairs)
    _check_borders(form, pairs)
    if read_account_sid(form) != resources.twilio_account_sid:
        raise BadSignature
    return form


def _check_borders(form: dict[str, str], pairs: list[tuple[str, str]]) -> None:
    """Refuse a form that a forger has cut anew: the signature covers the text, but not where its fields end.

    Whoever moves a border has to hide the true field somewhere: in a field given twice, or within the names and
    values of others. A texter's own words may look like a field, so they are left out.
    """
    glued = "".join(name + value for name, value in sorted(form.items()) if name != "Body")
    hidden = any(len(field.findall(glued)) > 1 for field in _WHOLE_FIELDS)
    if len(form) != len(pairs) or hidden:
        raise InvalidRequest("invalid_webhook", "The form is not as Twilio sends it.")


def _parse(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,  # blank fields are signed too
            strict_parsing=False,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        raise InvalidRequest("invalid_webhook", "The body is not a form in UTF-8.") from None
