"""The door to Twilio's Messages API: one POST, and an honest word on what became of it."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpcore
import pytest

from gateway.domain.errors import (
    CarrierBusy,
    CarrierRefused,
    CarrierUnknown,
    Failed,
    OptedOut,
)
from gateway.domain.ids import TurnId
from gateway.domain.secret import Secret
from gateway.domain.turn import OutboundPart, Passage
from tests.dev.twilio_description import load_description
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, NUMBER, TEXTER
from tests.workers.asking import traces_of
from tests.workers.servers import Answer, drop, hang, say, serve
from workers import carrier as door
from workers.carrier import TwilioCarrier

SID = "SM" + "5" * 32
CREATED = say(201, {"sid": SID, "status": "queued"})
CALLBACK = "https://gateway.example.com/webhooks/twilio/status"
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"


def part(text: str = "We open at eight.", *, seconds: float = 2.0) -> OutboundPart:
    """A part whose fence is good for `seconds`."""
    return OutboundPart(
        sender=NUMBER,
        recipient=TEXTER,
        text=text,
        turn_id=TurnId("turn_" + "1" * 32),
        index=1,
        not_after=time.monotonic() + seconds,
        fresh_until=time.monotonic() + 3600,
    )


@asynccontextmanager
async def carrier_to(url: str, *, user: str = ACCOUNT_SID, password: str = AUTH_TOKEN) -> AsyncIterator[TwilioCarrier]:
    """A carrier whose Twilio is at `url`."""
    carrier = TwilioCarrier(
        api_url=url, account_sid=ACCOUNT_SID, user=user, password=Secret(password), callback_url=CALLBACK
    )
    yield carrier
    await carrier.close()


def refusal(status: int, code: int) -> Answer:
    """Refuse as Twilio does."""
    return say(status, {"code": code, "message": "No.", "more_info": "https://www.twilio.com/docs", "status": status})


@pytest.mark.parametrize("text", ["We open at eight.", "a+b & c=d %20 ;", "Grüße 👋🏽\nsecond line", "x" * 1600])
async def test_request(text: str) -> None:
    """A part is one POST to the account's messages: From, To, Body, and a callback that holds our own id."""
    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        assert await carrier.send(part(text)) == SID
        (request,) = twilio.requests
        assert request.line == f"POST {PATH} HTTP/1.1"
        form = dict(parse_qsl(request.body.decode(), strict_parsing=True))
        assert (form["From"], form["To"], form["Body"]) == (NUMBER, TEXTER, text)
        callback = urlsplit(form["StatusCallback"])
        assert f"{callback.scheme}://{callback.netloc}{callback.path}" == CALLBACK
        assert parse_qs(callback.query) == {"turn": ["turn_" + "1" * 32], "part": ["1"]}


@pytest.mark.parametrize("service", [None, "MG" + "5" * 32])
async def test_request_is_as_described(service: str | None) -> None:
    """Twilio's own description allows the request, by a Messaging Service, too."""
    description = load_description()
    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        await carrier.send(replace(part(), passage=Passage(messaging_service=service)))
        form = dict(parse_qsl(twilio.requests[0].body.decode()))
    description.check_request("POST", PATH, form=form)


@pytest.mark.parametrize("service", [None, "MG" + "5" * 32])
async def test_messaging_service(service: str | None) -> None:
    """A part names its number's Messaging Service, where there is one, and always the number that was texted."""
    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        await carrier.send(replace(part(), passage=Passage(messaging_service=service)))
        form = dict(parse_qsl(twilio.requests[0].body.decode()))
    assert (form["From"], form.get("MessagingServiceSid")) == (NUMBER, service)


@pytest.mark.parametrize(
    ("left", "periods"),
    [(-5.0, {1}), (0.5, {1}), (10.5, {9, 10}), (3600.0, {3598, 3599}), (36000.0, {35998, 35999}), (90000.0, {36000})],
)
async def test_validity_period(left: float, periods: set[int]) -> None:
    """I39: Twilio may keep a part as long as its texts may be answered, by the time it is posted: 1 s to 10 h."""
    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        await carrier.send(replace(part(), fresh_until=time.monotonic() + left))
        form = dict(parse_qsl(twilio.requests[0].body.decode()))
    assert int(form["ValidityPeriod"]) in periods


@pytest.mark.parametrize(
    ("user", "password"), [(ACCOUNT_SID, AUTH_TOKEN), ("SK" + "2" * 32, "secret-of-the-key")], ids=["token", "API key"]
)
async def test_credentials(user: str, password: str) -> None:
    """The account's token or an API key is shown as basic auth; the path names the account either way."""
    async with serve(CREATED) as twilio, carrier_to(twilio.url, user=user, password=password) as carrier:
        await carrier.send(part())
        kind, _, shown = twilio.requests[0].headers["authorization"].partition(" ")
        assert (kind, base64.b64decode(shown).decode()) == ("Basic", f"{user}:{password}")
        assert ACCOUNT_SID in twilio.requests[0].line


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        pytest.param(refusal(429, 20429), CarrierBusy, None, id="too many requests"),
        pytest.param(say(429, b"<html>"), CarrierBusy, None, id="429 as a page"),
        pytest.param(refusal(400, 63018), CarrierBusy, None, id="channel's rate limit"),
        pytest.param(refusal(400, 21611), CarrierBusy, None, id="queue is full"),
        pytest.param(refusal(400, 21610), OptedOut, None, id="opted out"),
        pytest.param(refusal(400, 21211), CarrierRefused, 21211, id="bad number"),
        pytest.param(refusal(400, 21408), CarrierRefused, 21408, id="region not permitted"),
        pytest.param(refusal(400, 21612), CarrierRefused, 21612, id="no route"),
        pytest.param(refusal(400, 14107), CarrierRefused, 14107, id="loop"),
        pytest.param(refusal(400, 21635), CarrierRefused, 21635, id="landline"),
        pytest.param(refusal(400, 30034), CarrierRefused, 30034, id="not registered"),
        pytest.param(refusal(400, 30450), CarrierRefused, 30450, id="pumping"),
        pytest.param(refusal(400, 21614), CarrierRefused, 21614, id="not mobile"),
        pytest.param(refusal(400, 21617), CarrierRefused, 21617, id="too long"),
        pytest.param(refusal(401, 20003), CarrierRefused, 20003, id="bad credentials"),
        pytest.param(refusal(403, 20403), CarrierRefused, 20403, id="forbidden"),
        pytest.param(refusal(404, 20404), CarrierRefused, 20404, id="no such account"),
        pytest.param(say(400, b"<html>"), CarrierRefused, None, id="400 as a page"),
        pytest.param(say(400, {"code": "21610"}), CarrierRefused, None, id="a code that is no number"),
        pytest.param(refusal(500, 20500), CarrierUnknown, None, id="500"),
        pytest.param(refusal(503, 20503), CarrierUnknown, None, id="503"),
        pytest.param(say(502, b""), CarrierUnknown, None, id="502"),
        pytest.param(say(307, location="http://127.0.0.1:1/"), CarrierUnknown, None, id="redirect"),
        pytest.param(say(200, {"sid": SID}), CarrierUnknown, None, id="200 where 201 belongs"),
        pytest.param(say(201, b"<html>"), CarrierUnknown, None, id="201 as a page"),
        pytest.param(say(201, {"status": "queued"}), CarrierUnknown, None, id="201 without a SID"),
        pytest.param(say(201, {"sid": None}), CarrierUnknown, None, id="201 with a null SID"),
        pytest.param(drop, CarrierUnknown, None, id="dropped after the request"),
        pytest.param(say(201, b"{}", content_length="9999"), CarrierUnknown, None, id="broken off"),
    ],
)
async def test_answers(answer: Answer, kind: type[Failed], code: int | None) -> None:
    """I46, I48: each answer is the right error after one POST; busy is only what Twilio says it never took."""

    async def then_hang_up(writer: asyncio.StreamWriter) -> None:
        await answer(writer)
        writer.close()

    async with serve(then_hang_up) as twilio, carrier_to(twilio.url) as carrier:
        with pytest.raises(Failed) as caught:
            await carrier.send(part())
        assert caught.type is kind
        assert getattr(caught.value, "twilio_code", None) == code
        assert len(twilio.requests) == 1
    assert [words for words in traces_of(caught.value) if AUTH_TOKEN in words] == []


async def test_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """I46: a Twilio that takes the request and says nothing leaves it unknown, at our own deadline."""
    monkeypatch.setattr(door, "POST_SECONDS", 0.2)
    async with serve(hang) as twilio, carrier_to(twilio.url) as carrier:
        began = time.monotonic()
        with pytest.raises(CarrierUnknown):
            await carrier.send(part())
        assert time.monotonic() - began < 2
        assert len(twilio.requests) == 1


async def test_drip(monkeypatch: pytest.MonkeyPatch) -> None:
    """I46: a Twilio whose answer comes a byte at a time is left at our own deadline, too."""

    async def drip_quickly(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    monkeypatch.setattr(door, "POST_SECONDS", 0.2)
    async with serve(drip_quickly) as twilio, carrier_to(twilio.url) as carrier:
        with pytest.raises(CarrierUnknown):
            await asyncio.wait_for(carrier.send(part(seconds=0.3)), 3)


async def test_drop_at_once() -> None:
    """I46: a connection that was taken and dropped may have carried the request: nobody can tell."""

    async def drop_before_reading(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listener = await asyncio.start_server(drop_before_reading, "127.0.0.1", 0)
    async with listener:
        host, port = listener.sockets[0].getsockname()
        async with carrier_to(f"http://{host}:{port}") as carrier:
            with pytest.raises(CarrierUnknown):
                await carrier.send(part())


async def test_nobody_listens() -> None:
    """I47: where nobody takes the connection nothing was sent: busy."""
    async with serve() as gone:
        pass
    async with carrier_to(gone.url) as carrier:
        with pytest.raises(CarrierBusy):
            await carrier.send(part())


async def test_fence_expired_before() -> None:
    """A worker that froze between fence and POST does not even connect when it wakes."""
    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        with pytest.raises(CarrierBusy):
            await carrier.send(part(seconds=-0.001))
        assert twilio.connections == 0


async def test_fence_expires_while_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the fence runs out while the connection is made, not a byte of the request is sent."""
    connect = httpcore.AnyIOBackend.connect_tcp

    async def connect_late(*args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = await connect(*args, **options)
        await asyncio.sleep(late.not_after - time.monotonic() + 0.01)
        return stream

    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        late = part(seconds=0.3)
        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_late)
        with pytest.raises(CarrierBusy):
            await carrier.send(late)
        assert (twilio.connections, twilio.requests) == (1, [])


async def test_fence_expires_before_the_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """I19: a worker that freezes between the head of a request and its body sends no body: Twilio has no request."""
    write, late = httpcore.AsyncHTTP11Connection._send_request_headers, part(seconds=0.3)

    async def write_and_freeze(self: httpcore.AsyncHTTP11Connection, request: httpcore.Request) -> None:
        await write(self, request)
        time.sleep(late.not_after - time.monotonic() + 0.01)  # noqa: ASYNC251 - a frozen worker

    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        monkeypatch.setattr(httpcore.AsyncHTTP11Connection, "_send_request_headers", write_and_freeze)
        with pytest.raises(CarrierBusy):
            await carrier.send(late)
        assert (twilio.connections, [request.body for request in twilio.requests]) == (1, [])


async def test_connections_are_kept() -> None:
    """Parts in a row share a connection, and so do parts after a refusal."""
    async with serve(CREATED) as twilio, carrier_to(twilio.url) as carrier:
        for _ in range(5):
            await carrier.send(part())
        assert (len(twilio.requests), twilio.connections) == (5, 1)


async def test_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy or a .netrc of the environment has no part in it."""
    async with serve() as proxy, serve(CREATED) as twilio:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with carrier_to(twilio.url) as carrier:
            assert await carrier.send(part()) == SID
        assert proxy.connections == 0
