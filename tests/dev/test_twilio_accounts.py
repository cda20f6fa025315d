"""Several accounts at the stand-in: each with its own token, numbers and messages, and none sees another's."""

from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.dev.conftest import ACCOUNT_SID, NUMBER, PHONE, TOKEN, Application, StandInServer
from tests.dev.twilio_description import load_description

_SID = "AC" + "ba" * 16
_TOKEN = "customers-token"
_OTHER = "+15005550007"


def _open(stand_in: StandInServer, token: str = _TOKEN, **more: Any) -> None:
    stand_in.control("accounts", account_sid=_SID, auth_token=token, numbers=[_OTHER], **more)


def _rest(stand_in: StandInServer, method: str, resource: str, token: str = _TOKEN, **given: Any) -> httpx.Response:
    path = f"/2010-04-01/Accounts/{_SID}{resource}"
    return stand_in.client.request(method, stand_in.base + path, auth=(_SID, token), **given)


def _owned(answer: httpx.Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.raise_for_status().json()["incoming_phone_numbers"]
    return found


def test_each_account_sees_its_own(stand_in: StandInServer) -> None:
    """An account enters with its own token alone, lists its own numbers and messages, and finds no other's."""
    stand_in.buy()
    _open(stand_in)
    (mine,) = _owned(_rest(stand_in, "GET", "/IncomingPhoneNumbers.json"))
    (main,) = _owned(stand_in.rest("GET", "/IncomingPhoneNumbers.json"))
    assert (mine["phone_number"], mine["account_sid"]) == (_OTHER, _SID)
    assert (main["phone_number"], main["account_sid"]) == (NUMBER, ACCOUNT_SID)
    foreign = _rest(stand_in, "POST", f"/IncomingPhoneNumbers/{main['sid']}.json", data={"SmsUrl": "http://x.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (404, 20404)
    assert _rest(stand_in, "GET", "/Messages.json", token=TOKEN).status_code == 401
    crossed = stand_in.client.get(f"{stand_in.base}{stand_in.path('/Messages.json')}", auth=(_SID, _TOKEN))
    assert crossed.json()["code"] == 20003


def test_each_account_sends_from_its_own(stand_in: StandInServer) -> None:
    """An account's text from another's number is 21606; its own is in its list, and in nobody else's."""
    stand_in.buy()
    _open(stand_in)
    words = {"To": PHONE, "Body": "Hi"}
    refused = _rest(stand_in, "POST", "/Messages.json", data={"From": NUMBER, **words})
    assert refused.json()["code"] == 21606
    assert stand_in.rest("POST", "/Messages.json", data={"From": _OTHER, **words}).json()["code"] == 21606
    sent = _rest(stand_in, "POST", "/Messages.json", data={"From": _OTHER, **words}).json()
    assert sent["account_sid"] == _SID
    assert [each["sid"] for each in _rest(stand_in, "GET", "/Messages.json").json()["messages"]] == [sent["sid"]]
    assert stand_in.rest("GET", "/Messages.json").json()["messages"] == []
    assert stand_in.rest("GET", f"/Messages/{sent['sid']}.json").status_code == 404


@pytest.mark.parametrize("tokens", [[_TOKEN], ["new-token", _TOKEN]], ids=["one", "rotated"])
def test_each_account_signs_with_its_own_token(
    stand_in: StandInServer, application: Application, tokens: list[str]
) -> None:
    """A number's webhook is signed with its account's primary token, and names that account."""
    _open(stand_in)
    _open(stand_in, ",".join(tokens))
    stand_in.control(f"numbers/{_OTHER}", sms_url=f"{application.url}/sms")
    stand_in.text("Hello", number=_OTHER)
    call = application.next_call()
    assert call.form["AccountSid"] == _SID
    signed = RequestValidator(tokens[0]).compute_signature(f"{application.url}/sms", call.form)
    assert call.headers["x-twilio-signature"] == signed


def test_what_may_be_wrong_with_a_number(stand_in: StandInServer) -> None:
    """A number may take no texts, or have an application that its own webhook gives way to; both are shown."""
    _open(stand_in)
    stand_in.control(f"numbers/{_OTHER}", sms_capable=False, sms_application_sid="AP" + "1" * 32)
    answer = _rest(stand_in, "GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": _OTHER})
    (shown,) = _owned(answer)
    assert (shown["capabilities"]["sms"], shown["sms_application_sid"]) == (False, "AP" + "1" * 32)
    path = f"/2010-04-01/Accounts/{_SID}/IncomingPhoneNumbers.json"
    load_description().check_response("GET", path, 200, answer.content)


def test_senseless_accounts(stand_in: StandInServer) -> None:
    """An account without SID or token, the main one, and a number that is another's are refused in words."""
    stand_in.buy()
    for words in (
        {"account_sid": "AC1", "auth_token": "t"},
        {"account_sid": _SID},
        {"account_sid": _SID, "auth_token": ""},
        {"account_sid": ACCOUNT_SID, "auth_token": "t"},
        {"account_sid": _SID, "auth_token": "t", "numbers": [NUMBER]},
        {"account_sid": _SID, "auth_token": "t", "numbers": ["shop"]},
        {"account_sid": _SID, "auth_token": "t", "numbers": _OTHER},
    ):
        answer = stand_in.post("accounts", **words)
        assert answer.status_code == 400, words
        assert answer.json()["error"]
