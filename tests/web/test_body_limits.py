"""How much of a body is read, for how long, and of which kind: the same for webhooks and the API."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest

from gateway.domain.secret import Secret
from gateway.web.limits import MAX_BODY
from tests.examples import inbound_form
from tests.setting_up import Customer
from tests.web.contents import contents
from tests.web.processes import exchange, listening, web_process
from tests.web.twilio import FORM, SMS, encode, post_text, signature

_API = ["/v1/byok", "/v1/agents"]


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b"x" * 1024
    yield b"x" * (size % 1024)


async def test_a_body_beyond_64_kib_is_too_large(web: httpx.AsyncClient) -> None:
    """I14: one byte more than 64 KiB is 413, before anybody asks for a signature."""
    response = await web.post(SMS, content=b"x" * (MAX_BODY + 1), headers={"content-type": FORM})
    assert MAX_BODY == 65_536
    assert (response.status_code, response.json()["error"]) == (413, "body_too_large")


async def test_a_body_without_a_length_is_counted(web: httpx.AsyncClient) -> None:
    """I14: a body sent in chunks, without a length, is 413 as soon as it is too large."""
    response = await web.post(SMS, content=_chunks(MAX_BODY + 1), headers={"content-type": FORM})
    assert (response.status_code, response.json()["error"]) == (413, "body_too_large")


async def test_a_body_of_64_kib_is_read(web: httpx.AsyncClient, customer: Customer) -> None:
    """I14: exactly 64 KiB are taken, with and without an announced length."""
    form = inbound_form()
    form["Padding"] = "x" * (MAX_BODY - len(encode(form)) - len("&Padding="))
    assert len(encode(form)) == MAX_BODY
    assert (await post_text(web, form)).status_code == 200
    unsigned = await web.post(SMS, content=_chunks(MAX_BODY), headers={"content-type": FORM})
    assert unsigned.status_code == 403


@pytest.mark.parametrize("path", _API)
async def test_the_api_counts_too(api: httpx.AsyncClient, path: str) -> None:
    """Contract 6: an API body beyond 64 KiB is 413 `body_too_large`."""
    method = "PUT" if path.endswith("byok") else "POST"
    for content in (b"x" * (MAX_BODY + 1), _chunks(MAX_BODY + 1)):
        response = await api.request(method, path, content=content, headers={"content-type": "application/json"})
        assert (response.status_code, response.json()["error"]) == (413, "body_too_large")


_WRONG_KINDS = {
    "nothing": {},
    "multipart": {"content-type": "multipart/form-data; boundary=x"},
    "JSON": {"content-type": "application/json"},
    "plain text": {"content-type": "text/plain"},
    "another charset": {"content-type": f"{FORM}; charset=iso-8859-1"},
    "UTF-16": {"content-type": f"{FORM}; charset=utf-16"},
    "UTF-7": {"content-type": f"{FORM};charset=utf-7"},
    "gzip": {"content-type": FORM, "content-encoding": "gzip"},
    "deflate": {"content-type": FORM, "content-encoding": "deflate"},
    "brotli": {"content-type": FORM, "content-encoding": "br"},
    "gzip twice": {"content-type": FORM, "content-encoding": "gzip, gzip"},
    "a longer name": {"content-type": FORM + "x"},
}


@pytest.mark.parametrize("headers", _WRONG_KINDS.values(), ids=_WRONG_KINDS.keys())
async def test_another_kind_of_body_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, headers: dict[str, str]
) -> None:
    """I14: only a plain urlencoded form in UTF-8 is taken on a webhook, whatever its signature says."""
    before = contents(redis_url)
    form = inbound_form()
    signed = {"x-twilio-signature": signature(form)}
    response = await web.post(SMS, content=encode(form), headers=headers | signed)
    assert (response.status_code, response.json()["error"]) == (415, "unsupported_media_type")
    assert contents(redis_url) == before


@pytest.mark.parametrize("kind", [FORM.upper(), f"{FORM};charset=utf-8", f'{FORM} ; charset="UTF-8"'])
async def test_spellings_of_the_right_kind_are_taken(web: httpx.AsyncClient, customer: Customer, kind: str) -> None:
    """I9: case, spaces and quotes in a Content-Type make no difference."""
    assert (await post_text(web, inbound_form(), headers={"content-type": kind})).status_code == 200


_FORM_BODY = urlencode(inbound_form())
_WRONG_SHAPES = {
    "a field twice": _FORM_BODY + "&Body=Hello",
    "a field twice, differently": _FORM_BODY + "&Body=Other",
    "half a character": _FORM_BODY.replace("Hello", "%ff%fe"),
    "a torn emoji": _FORM_BODY.replace("Hello", "%F0%9F%98"),
    "a surrogate": _FORM_BODY.replace("Hello", "%ED%A0%80"),
    "bytes beyond ASCII": _FORM_BODY.replace("Hello", "\u00e9"),
    "501 fields": "&".join(f"f{number}=x" for number in range(501)),
    "300,000 signs between fields": "&" * 60_000,
}


@pytest.mark.parametrize("body", _WRONG_SHAPES.values(), ids=_WRONG_SHAPES.keys())
async def test_a_body_out_of_shape_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, body: str
) -> None:
    """I14: what is no form, or names a field twice, is 400 or 403, and never 500 or a saved text."""
    before = contents(redis_url)
    headers = {"content-type": FORM, "x-twilio-signature": signature(inbound_form())}
    response = await web.post(SMS, content=body.encode("utf-8"), headers=headers)
    assert response.status_code in (400, 403)
    assert contents(redis_url) == before


@pytest.mark.parametrize("body", ["a\0b", "\0"])
async def test_a_nul_is_refused(web: httpx.AsyncClient, customer: Customer, redis_url: Secret, body: str) -> None:
    """I14: a rightly signed text with a NUL byte is 400: no phone sends one."""
    before = contents(redis_url)
    response = await post_text(web, inbound_form(body))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_webhook")
    assert contents(redis_url) == before


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_a_webhook_is_posted(web: httpx.AsyncClient, method: str) -> None:
    """I14: any method but POST is 405."""
    response = await web.request(method, SMS)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


_ENDLESS = {
    # what is sent without an end, and the answer
    "180 MB announced": ("Content-Length: 188743680", b"", b"413"),
    "chunks without an end": ("Transfer-Encoding: chunked", b"400\r\n" + b"x" * 1024 + b"\r\n", b"413"),
    "bytes one by one": ("Content-Length: 1000", b"x", b"408"),
}


@pytest.mark.parametrize(("length", "piece", "status"), _ENDLESS.values(), ids=_ENDLESS.keys())
async def test_an_endless_body_is_given_up_and_its_connection_closed(
    redis_url: Secret, monkeypatch: pytest.MonkeyPatch, length: str, piece: bytes, status: bytes
) -> None:
    """I14: a body that is too large or too slow is answered in time, and its sender can't hold the connection."""
    monkeypatch.setattr("gateway.web.limits.BODY_SECONDS", 0.25)
    head = f"POST {SMS} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n"
    async with web_process(redis_url) as app, listening(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        dripping = asyncio.create_task(_drip(writer, piece))
        try:
            answer = await asyncio.wait_for(reader.readline(), 5)
            assert answer.split()[1] == status
            await asyncio.wait_for(_read_to_the_end(reader), 1)
        finally:
            dripping.cancel()
            await asyncio.gather(dripping, return_exceptions=True)
            writer.close()


async def test_a_slow_body_of_the_api_is_408(
    redis_url: Secret, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 6: an API body, too, has its time; then it is 408 in our own shape."""
    monkeypatch.setattr("gateway.web.limits.BODY_SECONDS", 0.1)
    head = (
        "PUT /v1/byok HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n"
        f"Authorization: Bearer {customer.api_key}\r\n\r\n"
    )
    async with web_process(redis_url) as app, listening(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        answer = await asyncio.wait_for(reader.readuntil(b"}"), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"error":"too_slow"' in answer


async def _read_to_the_end(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionResetError):
        await reader.read()


async def _drip(writer: asyncio.StreamWriter, piece: bytes) -> None:
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.002)  # the fault itself: a piece, then a pause


async def test_an_absolute_target_changes_nothing(redis_url: Secret, customer: Customer) -> None:
    """I8: a request line with somebody else's host is checked against our own URL all the same."""
    form = inbound_form()
    body = encode(form)
    head = (
        f"POST http://evil.example{SMS} HTTP/1.1\r\nHost: evil.example\r\nContent-Type: {FORM}\r\n"
        f"X-Twilio-Signature: {signature(form)}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    async with web_process(redis_url) as app, listening(app) as port, asyncio.timeout(5):
        answer = await exchange(port, head.encode() + body)
    assert answer.startswith(b"HTTP/1.1 200 ")
