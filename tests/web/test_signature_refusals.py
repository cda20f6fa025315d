"""Webhooks that nobody signed for us: refused, and nothing changes."""

import base64
import hashlib
import hmac
import io

import httpx
import pytest

from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL, TEXTER, inbound_form, message_sid
from tests.setting_up import Customer
from tests.web.contents import contents
from tests.web.twilio import FORM, SMS, encode, post_text, signature

_TEXT = "canary-text-c4ca4238"
_FORMED = inbound_form(_TEXT)
_RIGHT = signature(_FORMED)
_URL = PUBLIC_URL + SMS


def _sha256() -> str:
    text = _URL + "".join(name + _FORMED[name] for name in sorted(_FORMED))
    return base64.b64encode(hmac.digest(AUTH_TOKEN.encode(), text.encode(), hashlib.sha256)).decode()


_HEADERS: dict[str, list[tuple[bytes, bytes]]] = {
    "no header": [],
    "an empty header": [(b"x-twilio-signature", b"")],
    "a blank header": [(b"x-twilio-signature", b"  ")],
    "two right headers": [(b"x-twilio-signature", _RIGHT.encode())] * 2,
    "a right and a wrong header": [(b"x-twilio-signature", _RIGHT.encode()), (b"x-twilio-signature", b"x")],
    "a wrong and a right header": [(b"x-twilio-signature", b"x"), (b"x-twilio-signature", _RIGHT.encode())],
    "a list": [(b"x-twilio-signature", f"{_RIGHT},{_RIGHT}".encode())],
    "another header": [(b"x-signature", _RIGHT.encode())],
}
_SIGNATURES = {
    "truncated": _RIGHT[:-1],
    "without padding": _RIGHT.rstrip("="),
    "one letter": _RIGHT[0],
    "longer": _RIGHT + "=",
    "other case": _RIGHT.swapcase(),
    "hexadecimal": base64.b64decode(_RIGHT).hex(),
    "one letter changed": ("A" if _RIGHT[0] != "A" else "B") + _RIGHT[1:],
    "of another token": signature(_FORMED, token="another-token"),
    "of an empty token": signature(_FORMED, token=""),
    "of the AccountSid": signature(_FORMED, token=ACCOUNT_SID),
    "for another path": signature(_FORMED, url=f"{PUBLIC_URL}/webhooks/twilio/status"),
    "for a path with a slash": signature(_FORMED, url=f"{_URL}/"),
    "for another query": signature(_FORMED, url=f"{_URL}?x=1"),
    "for an empty query": signature(_FORMED, url=f"{_URL}?"),
    "for another host": signature(_FORMED, url=f"https://other.example{SMS}"),
    "for another scheme": signature(_FORMED, url=f"http://gateway.example.com{SMS}"),
    "for another port": signature(_FORMED, url=f"{PUBLIC_URL}:8443{SMS}"),
    "of a GET": signature({}),
    "without the blank fields": signature({name: value for name, value in _FORMED.items() if value}),
    "of another message": signature(inbound_form(_TEXT, sid=message_sid(2))),
    "by SHA-256": _sha256(),
}
_NOT_ASCII = {"Latin": b"\xe9" * 28, "UTF-8": "\u00e9".encode() * 14, "high bytes": bytes(range(200, 228))}


async def _expect_refusal(response: httpx.Response) -> None:
    assert response.status_code == 403
    assert response.json()["error"] == "forbidden"
    assert _TEXT not in response.text
    assert TEXTER not in response.text


@pytest.mark.parametrize("headers", _HEADERS.values(), ids=_HEADERS.keys())
async def test_a_header_that_is_not_one_signature_is_refused(
    web: httpx.AsyncClient,
    customer: Customer,
    redis_url: Secret,
    log: io.StringIO,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """I6: none, an empty one or two signature headers are 403, write nothing and leave no text in the log."""
    before = contents(redis_url)
    response = await web.post(SMS, content=encode(_FORMED), headers=[(b"content-type", FORM.encode()), *headers])
    await _expect_refusal(response)
    assert contents(redis_url) == before
    assert _TEXT not in log.getvalue()


@pytest.mark.parametrize("signed", _SIGNATURES.values(), ids=_SIGNATURES.keys())
async def test_a_wrong_signature_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, log: io.StringIO, signed: str
) -> None:
    """I6: a signature that is not exactly the right one is 403, writes nothing and leaves no text in the log."""
    before = contents(redis_url)
    await _expect_refusal(await post_text(web, _FORMED, signed=signed))
    assert contents(redis_url) == before
    assert _TEXT not in log.getvalue()


@pytest.mark.parametrize("signed", _NOT_ASCII.values(), ids=_NOT_ASCII.keys())
async def test_a_signature_of_other_bytes_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, signed: bytes
) -> None:
    """I6: bytes beyond ASCII in the header are a wrong signature, and no 500."""
    before = contents(redis_url)
    headers = [(b"content-type", FORM.encode()), (b"x-twilio-signature", signed)]
    await _expect_refusal(await web.post(SMS, content=encode(_FORMED), headers=headers))
    assert contents(redis_url) == before


@pytest.mark.parametrize("index", range(0, len(encode(_FORMED)), 29))
async def test_a_changed_byte_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, index: int
) -> None:
    """I6: one byte of the body changed under a right signature is 403 (or 400 where it is a form no more)."""
    body = bytearray(encode(_FORMED))
    body[index] ^= 1
    before = contents(redis_url)
    headers = {"content-type": FORM, "x-twilio-signature": _RIGHT}
    response = await web.post(SMS, content=bytes(body), headers=headers)
    assert response.status_code in (400, 403)
    assert contents(redis_url) == before


@pytest.mark.parametrize(
    "target", [f"{SMS}?", f"{SMS}?x=1", f"{SMS}?bodySHA256=" + hashlib.sha256(encode(_FORMED)).hexdigest()]
)
async def test_a_query_that_was_not_signed_is_refused(web: httpx.AsyncClient, customer: Customer, target: str) -> None:
    """I6: a query added to a signed request is 403; an empty one is none."""
    response = await post_text(web, _FORMED, path=target, signed=_RIGHT)
    assert response.status_code == (200 if target.endswith("?") else 403)


async def test_a_body_hash_in_the_query_does_not_stand_for_the_form(web: httpx.AsyncClient, customer: Customer) -> None:
    """I6: the way in which Twilio signs JSON is no way around the signature of a form."""
    target = f"{SMS}?bodySHA256=" + hashlib.sha256(encode(_FORMED)).hexdigest()
    await _expect_refusal(await post_text(web, _FORMED, path=target, signed=signature({}, url=PUBLIC_URL + target)))


@pytest.mark.parametrize("account_sid", ["AC" + "f" * 32, ACCOUNT_SID[:-1] + "0"])
async def test_another_account_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, account_sid: str
) -> None:
    """I12: a rightly signed text of another Twilio account does not reach our numbers."""
    before = contents(redis_url)
    await _expect_refusal(await post_text(web, inbound_form(_TEXT, AccountSid=account_sid)))
    assert contents(redis_url) == before
