"""Signed forms: what Twilio posts to us."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from gateway.domain.errors import BadSignature, InvalidRequest
from gateway.domain.message import read_account_sid
from gateway.web.limits import read_body
from gateway.web.resources import Resources
from gateway.web.signature import is_signed, signed_urls

_MAX_FIELDS = 500
_FORM = "application/x-www-form-urlencoded"


async def read_signed_form(request: Request, resources: Resources) -> dict[str, str]:
    """Read a form that Twilio signed: size, then signature, then shape.

    BadSignature when it was not signed by, or does not come from, the account that our numbers belong to.
    """
    pairs = _parse(await read_body(request, _FORM))
    urls = signed_urls(resources.public_urls, request.scope["path"], request.scope["query_string"].decode("latin-1"))
    signatures = request.headers.getlist("x-twilio-signature")
    if not is_signed(signatures, urls, pairs, resources.twilio_auth_tokens):
        raise BadSignature
    form = dict(pairs)
    if len(form) != len(pairs):
        # field borders are not signed: a field given twice is how a forger would shift them
        raise InvalidRequest("invalid_webhook", "A field is given twice.")
    if read_account_sid(form) != resources.twilio_account_sid:
        raise BadSignature
    return form


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
