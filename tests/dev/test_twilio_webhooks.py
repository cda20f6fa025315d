"""How Twilio calls the application: signature, parameters, retries, time limit, fallback."""

import threading
from time import monotonic
from urllib.parse import urldefrag

import pytest
from twilio.request_validator import RequestValidator

from gateway.dev.twilio.connection import Connection
from tests.dev.conftest import (
    ACCOUNT_SID,
    NUMBER,
    OLD_TOKEN,
    PHONE,
    TOKEN,
    Application,
    Call,
    StandInServer,
)

SHARED_PARAMETERS = {"AccountSid", "ApiVersion", "From", "MessageSid", "SmsSid", "SmsStatus", "To"}
STATUS_PARAMETERS = SHARED_PARAMETERS | {"MessageStatus"}
PLACES = {side + part for side in ("From", "To") for part in ("City", "State", "Zip", "Country")}
REAL_PARAMETERS = SHARED_PARAMETERS | PLACES | {"Body", "NumMedia", "NumSegments", "SmsMessageSid"}


def is_signed(call: Call, url: str, token: str = TOKEN) -> bool:
    """Ask Twilio's own library."""
    validator = RequestValidator(token)
    form = call.form if call.method == "POST" else {}
    return bool(validator.validate(url, form, call.headers["x-twilio-signature"]))


@pytest.mark.parametrize(
    "address", ["/sms", "/sms?tenant=a%20b&x=", "/sms#rc=2&rp=all&ct=2000&rt=5000&tt=15000", "/sms?a=1#rc=0"]
)
def test_inbound_webhook(stand_in: StandInServer, application: Application, address: str) -> None:
    """Every parameter that Twilio sends, signed over the URL without its fragment."""
    stand_in.buy(SmsUrl=application.url + address)
    report = stand_in.text(" h\u00e9llo + \U0001f600 ")
    call = application.next_call()
    assert call.target == urldefrag(address).url
    assert call.form.keys() == REAL_PARAMETERS
    assert (call.form["From"], call.form["To"], call.form["AccountSid"]) == (PHONE, NUMBER, ACCOUNT_SID)
    assert call.form["Body"] == " h\u00e9llo + \U0001f600 "
    assert call.form["MessageSid"] == report["message_sid"]
    assert call.headers["user-agent"] == "TwilioProxy/1.1"
    assert is_signed(call, application.url + call.target)
    assert not is_signed(call, application.url + call.target, OLD_TOKEN)
    assert not is_signed(call, application.url + "/other")
    assert report["webhook_status"] == 200


@pytest.mark.parametrize("channel", ["whatsapp", "rcs"])
def test_another_channel(stand_in: StandInServer, application: Application, channel: str) -> None:
    """A text over another channel names its sender, and the number, as they are named there."""
    stand_in.buy(SmsUrl=f"{application.url}/sms")
    stand_in.text("hello", phone=f"{channel}:{PHONE}")
    call = application.next_call()
    assert (call.form["From"], call.form["To"]) == (f"{channel}:{PHONE}", f"{channel}:{NUMBER}")


def test_webhook_by_get(stand_in: StandInServer, application: Application) -> None:
    """With SmsMethod GET the parameters stand in the URL, and that is what is signed."""
    stand_in.buy(SmsUrl=f"{application.url}/sms?a=1", SmsMethod="GET")
    stand_in.text("hello")
    call = application.next_call()
    assert call.method == "GET"
    assert call.form["Body"] == "hello"
    assert is_signed(call, application.url + call.target)


def test_status_callbacks(line: StandInServer, application: Application) -> None:
    """Sent and delivered are each reported once, signed, with the URL's own query kept."""
    url = f"{application.url}/status?part=42&sig=a%2Fb"
    sid = line.send(StatusCallback=url).json()["sid"]
    calls = [application.next_call(), application.next_call()]
    assert [call.form["MessageStatus"] for call in calls] == ["sent", "delivered"]
    for call in calls:
        assert call.target == "/status?part=42&sig=a%2Fb"
        assert call.form.keys() == STATUS_PARAMETERS
        assert (call.form["MessageSid"], call.form["From"], call.form["To"]) == (sid, NUMBER, PHONE)
        assert is_signed(call, url)
    line.wait_for(lambda found: len(found[0]["log"]) == 2)
    assert line.rest("GET", f"/Messages/{sid}.json").json()["status"] == "delivered"


def test_slow_status_callback(line: StandInServer, application: Application) -> None:
    """An application that doesn't take the word can't hold up the text."""
    application.answer("/status", gate=threading.Event())
    line.send(StatusCallback=f"{application.url}/status")
    application.next_call()
    line.wait_for(lambda found: found[0]["status"] == "delivered")


@pytest.mark.parametrize(
    ("answer", "replies"),
    [
        ("<Response/>", []),
        ("", []),
        ("<Response><Message>one</Message></Response>", ["one"]),
        ("<Response><Message><Body>a &amp; b</Body></Message></Response>", ["a & b"]),
        ("<?xml version='1.0'?><Response><Message>1</Message><Message>2</Message></Response>", ["1", "2"]),
    ],
)
def test_replies_in_twiml(line: StandInServer, application: Application, answer: str, replies: list[str]) -> None:
    """Each Message of the answer is a text of its own in the thread."""
    application.answer("/sms", content=answer)
    line.text("hello")
    found = line.messages(to=PHONE)
    assert [message["body"] for message in found] == replies
    assert {message["direction"] for message in found} <= {"outbound-reply"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"content_type": "application/json", "content": '{"ok": true}'}, 12300),
        ({"content_type": "text/plain", "content": "OK"}, 12300),
        ({"content": "<Response><Message>"}, 12100),
        ({"content": "<Resp/>"}, 12100),
        ({"content": '<!DOCTYPE r [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>'}, 12100),
        ({"content": f"<Response><!--{'x' * 65_536}--></Response>"}, 11750),
        ({"status": 500}, 11200),
        ({"status": 403}, 11200),
    ],
)
def test_answers_that_twilio_cannot_use(
    line: StandInServer, application: Application, answer: dict[str, object], code: int
) -> None:
    """The error stands in the message's log, the fallback is called with it, and its answer counts."""
    application.answer("/sms", **answer)
    application.answer("/fallback", content="<Response><Message>sorry</Message></Response>")
    fallback = f"{application.url}/fallback?f=1"
    line.control(f"numbers/{NUMBER}", sms_fallback_url=fallback)
    report = line.text("hello")
    first, second = application.next_call(), application.next_call()
    assert second.form == {**first.form, "ErrorCode": str(code), "ErrorUrl": f"{application.url}/sms"}
    assert is_signed(second, fallback)
    assert (report["error_code"], report["attempts"]) == (code, 2)
    assert [entry["error_code"] for entry in report["log"]] == [code, None]
    assert [message["body"] for message in line.messages(to=PHONE)] == ["sorry"]


def test_refused_connection(stand_in: StandInServer) -> None:
    """A failed connection is tried once more, and then it is 11200."""
    stand_in.buy(SmsUrl="http://127.0.0.1:1/sms")
    report = stand_in.text("hello")
    assert (report["webhook_status"], report["error_code"], report["attempts"]) == (None, 11200, 2)


@pytest.mark.parametrize(("fragment", "attempts"), [("", 1), ("#rc=3&rp=5xx", 4), ("#rc=3&rp=4xx", 1)])
def test_retries(stand_in: StandInServer, application: Application, fragment: str, attempts: int) -> None:
    """A bad answer is asked for again only where the override says so, with the same token each time."""
    stand_in.buy(SmsUrl=f"{application.url}/sms{fragment}")
    application.answer("/sms", status=503)
    assert stand_in.text("hello")["attempts"] == attempts
    calls = [application.next_call() for _ in range(attempts)]
    [token] = {call.headers["i-twilio-idempotency-token"] for call in calls}
    assert application.calls.empty()
    stand_in.text("another")
    assert application.next_call().headers["i-twilio-idempotency-token"] != token


def test_time_limit(stand_in: StandInServer, application: Application) -> None:
    """The whole transaction ends at its limit, retries included, and the fallback gets its turn."""
    stand_in.buy(
        SmsUrl=f"{application.url}/sms#rc=5&rp=all&rt=100&tt=250", SmsFallbackUrl=f"{application.url}/fallback"
    )
    application.answer("/sms", gate=threading.Event())
    begun = monotonic()
    report = stand_in.text("hello")
    assert 0.25 <= monotonic() - begun < 2
    assert report["error_code"] == 11200
    assert "0.25 s" in report["log"][0]["detail"]
    assert report["log"][1]["kind"] == "fallback"


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", (1, {"ct"}, 5.0, 15.0, 15.0)),
        ("#rc=2&rp=all&ct=2000&rt=5000&tt=14000", (2, {"all"}, 2.0, 5.0, 14.0)),
        ("#rc=9&rp=huh&ct=1&rt=99999&tt=99999", (1, {"ct"}, 5.0, 15.0, 15.0)),
        ("#rc=0&rp=4xx,5xx", (0, {"4xx", "5xx"}, 5.0, 15.0, 15.0)),
    ],
)
def test_connection_overrides(fragment: str, expected: tuple[int, set[str], float, float, float]) -> None:
    """The overrides, their ranges, and 15 seconds at most."""
    connection = Connection.of(f"https://example.com/sms?a=1{fragment}")
    assert connection.url == "https://example.com/sms?a=1"
    assert expected == (
        connection.retries,
        set(connection.retry_on),
        connection.connect_seconds,
        connection.read_seconds,
        connection.total_seconds,
    )
