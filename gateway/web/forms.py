"""Signed forms: what Twilio posts to us."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request

from gateway.adapters.key_ring import EdgeRing
from gateway.adapters.store.connection import in_time
from gateway.domain.errors import BadSignature, EdgeShut, InvalidRequest
from gateway.domain.ids import is_account_sid
from gateway.domain.login import TwilioLogin
from gateway.domain.message import read_account_sid
from gateway.domain.secret import Secret
from gateway.web.limits import check_media_type, read_body
from gateway.web.resources import Resources
from gateway.web.signature import find_signature, is_signed, signed_urls

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
FindSigners = Callable[[Mapping[str, str]], Awaitable[Sequence[TwilioLogin]]]
"""Finds the logins of the number that a form is about, one for each token; none for one that no account has brought."""
_LOOK_SECONDS = 0.9
"""With the four seconds that saving may take it is less than the five that Twilio was told to wait."""
_FORM = "application/x-www-form-urlencoded"


log = structlog.get_logger()


async def read_signed_form(request: Request, resources: Resources, find_signers: FindSigners) -> dict[str, str]:
    """Read a form that Twilio signed: size, then signature, then shape.

    BadSignature when it was not signed by the operator's account, which it names, nor by the account that it names and
    that its number was brought from.
    """
    check_media_type(request, _FORM)
    pairs = _parse(await read_body(request))
    urls = signed_urls(resources.public_urls, request.scope["path"], request.scope["query_string"].decode("latin-1"))
    signature = find_signature(request.headers.getlist("x-twilio-signature"))
    form = dict(pairs)
    if signature is None or not is_signed(signature, urls, pairs, await _read_tokens(form, resources, find_signers)):
        raise BadSignature
    _check_borders(form, pairs)
    read_account_sid(form)
    return form


def signer_of(form: Mapping[str, str], resources: Resources) -> str:
    """Name the Twilio account of an account's own that signed a form; empty for the operator's."""
    return "" if form["AccountSid"] == resources.twilio_account_sid else form["AccountSid"]


async def _read_tokens(form: Mapping[str, str], resources: Resources, find_signers: FindSigners) -> tuple[Secret, ...]:
    """Read the tokens that may have signed a form, by the account that it names; none where that has no say.

    Only for an account that is not the operator's Redis is asked, once, and for nothing without a signature: junk stays
    cheap.
    """
    account_sid = form.get("AccountSid", "")
    if not is_account_sid(account_sid) or account_sid == resources.twilio_account_sid:
        return resources.twilio_auth_tokens
    edge = resources.own_twilio.edge
    async with in_time(_LOOK_SECONDS):
        logins = await find_signers(form)
    if edge is None:
        return ()
    tokens = (_find_token(login, edge) for login in logins if login.account_sid == account_sid)
    return tuple(token for token in tokens if token)


def _find_token(login: TwilioLogin, edge: EdgeRing) -> Secret | None:
    try:
        return edge.open(login)
    except EdgeShut:
        log.warning("webhook.token_shut", account_id=login.account_id, reason=EdgeShut.code)
        return None


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
