"""The numbers of a Twilio account: what we ask of Twilio, and what we make of its answers."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gateway.adapters.twilio_numbers import OwnedNumber, TwilioNumbers
from gateway.domain.errors import CarrierRefused, Failed, TwilioDown
from gateway.domain.login import Flaw
from gateway.domain.secret import Secret
from gateway.domain.webhook import Webhook, find_flaw, webhook_of
from tests.dev.twilio_description import load_description
from tests.examples import ACCOUNT_SID, NUMBER
from tests.workers.asking import traces_of
from tests.workers.servers import Answer, drop, say, serve

_TOKEN = "canary-token-a87ff679a2f3e71d"
_PN = "PN" + "4" * 32
_OWNED = OwnedNumber(sid=_PN, can_text=True, webhook=Webhook(url=""))
_WANTED = webhook_of(["https://one.example.com", "https://two.example.com"])


def _number(**changes: Any) -> dict[str, Any]:
    number = {
        "sid": _PN,
        "phone_number": NUMBER,
        "capabilities": {"sms": True},
        "sms_url": None,
        "sms_method": "POST",
        "sms_fallback_url": None,
        "sms_fallback_method": "POST",
        "sms_application_sid": None,
    }
    return number | changes


def _page(*numbers: dict[str, Any]) -> dict[str, Any]:
    return {"incoming_phone_numbers": list(numbers)}


@asynccontextmanager
async def _numbers(url: str) -> AsyncIterator[TwilioNumbers]:
    numbers = TwilioNumbers(api_url=url, account_sid=ACCOUNT_SID, user=ACCOUNT_SID, password=Secret(_TOKEN))
    yield numbers
    await numbers.close()


async def test_requests_are_as_described() -> None:
    """Twilio's own description allows each request; all are to the account, with its token."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        is_list = twilio.requests[-1].line.startswith("GET") and "?" in twilio.requests[-1].line
        await say(200, _page(_number()) if is_list else _number())(writer)

    async with serve(answer) as twilio, _numbers(twilio.url) as numbers:
        assert await numbers.find(NUMBER) == _OWNED
        await numbers.set_webhook(_OWNED, _WANTED)
    description = load_description()
    for request in twilio.requests:
        method, target, _ = request.line.split()
        form, query = dict(parse_qsl(request.body.decode())), dict(parse_qsl(urlsplit(target).query))
        description.check_request(method, urlsplit(target).path, form=form, query=query)
        shown = base64.b64decode(request.headers["authorization"].partition(" ")[2]).decode()
        assert shown == f"{ACCOUNT_SID}:{_TOKEN}"
    assert [request.line.split()[0] for request in twilio.requests] == ["GET", "POST", "GET"]


async def test_the_webhook_that_is_set() -> None:
    """The webhook is posted with our retries, and a second public URL is the fallback; none clears the one before."""
    async with serve(say(200, _number())) as twilio, _numbers(twilio.url) as numbers:
        for urls in (["https://one.example.com", "https://two.example.com"], ["https://one.example.com"]):
            await numbers.set_webhook(_OWNED, webhook_of(urls))
    forms = [dict(parse_qsl(request.body.decode(), keep_blank_values=True)) for request in twilio.requests[::2]]
    path = "/webhooks/twilio/sms"
    assert {form["SmsUrl"] for form in forms} == {f"https://one.example.com{path}#rc=2&rp=all&ct=2000&rt=5000&tt=15000"}
    assert [form["SmsFallbackUrl"] for form in forms] == [f"https://two.example.com{path}", ""]
    assert {form["SmsMethod"] for form in forms} == {"POST"}


@pytest.mark.parametrize("found", [[], [_number(phone_number=NUMBER + "0")]], ids=["nothing", "a longer one"])
async def test_a_number_that_is_not_there(found: list[dict[str, Any]]) -> None:
    """Twilio finds parts of numbers; only the whole number is the one."""
    async with serve(say(200, _page(*found))) as twilio, _numbers(twilio.url) as numbers:
        assert await numbers.find(NUMBER) is None


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        pytest.param(say(401, {"code": 20003, "message": f"{_TOKEN}?"}), CarrierRefused, 20003, id="401"),
        pytest.param(say(403, {"code": 20403}), CarrierRefused, 20003, id="403"),
        pytest.param(say(404, {"code": 20404}), CarrierRefused, 20003, id="404"),
        pytest.param(say(400, {"code": 21402}), CarrierRefused, None, id="400"),
        pytest.param(say(429, b""), TwilioDown, None, id="429"),
        pytest.param(say(500, b""), TwilioDown, None, id="500"),
        pytest.param(say(307, b"", location="http://127.0.0.1:1/"), TwilioDown, None, id="redirect"),
        pytest.param(say(200, b"<html>"), TwilioDown, None, id="a page"),
        pytest.param(drop, TwilioDown, None, id="dropped"),
    ],
)
async def test_answers(answer: Answer, kind: type[Failed], code: int | None) -> None:
    """I61: each answer is the right error, which does not repeat what Twilio was shown."""
    async with serve(answer) as twilio, _numbers(twilio.url) as numbers:
        with pytest.raises(Failed) as caught:
            await numbers.find(NUMBER)
    assert (caught.type, getattr(caught.value, "twilio_code", None)) == (kind, code)
    assert [words for words in traces_of(caught.value) if _TOKEN in words] == []


async def test_nobody_listens() -> None:
    """A Twilio that can't be reached is TwilioDown."""
    async with serve() as gone:
        pass
    async with _numbers(gone.url) as numbers:
        with pytest.raises(TwilioDown):
            await numbers.find(NUMBER)


def test_flaws() -> None:
    """What Twilio shows afterwards tells whether texts reach us: exactly ours, and nothing that overrides it."""
    assert find_flaw(_WANTED, _WANTED) is None
    for application, flaw in (("AP" + "1" * 32, Flaw.OVERRIDDEN), ("MG" + "1" * 32, None)):
        shown = Webhook(url=_WANTED.url, fallback_url=_WANTED.fallback_url, application_sid=application)
        assert find_flaw(shown, _WANTED) is flaw
    in_service = Webhook(url="", application_sid="MG" + "1" * 32)
    assert find_flaw(in_service, _WANTED) is Flaw.NOT_TAKEN
    for shown in (Webhook(url=""), Webhook(url=_WANTED.url), Webhook(url=_WANTED.url, method="GET")):
        assert find_flaw(shown, _WANTED) is Flaw.NOT_TAKEN
