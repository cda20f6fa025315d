"""Every answer of the stand-in is one that Twilio's own OpenAPI description allows."""

import httpx
import jsonschema
import pytest

from tests.dev.conftest import ACCOUNT_SID, NUMBER, PHONE, Application, StandInServer
from tests.dev.twilio_description import Description, load_description


@pytest.fixture(scope="module")
def description() -> Description:
    return load_description()


def ask(
    description: Description, stand_in: StandInServer, method: str, resource: str, **given: dict[str, str]
) -> httpx.Response:
    """Send a request that the description allows, and hold the answer against it."""
    path = stand_in.path(resource)
    description.check_request(method, path, form=given.get("data"), query=given.get("params"))
    answer = stand_in.rest(method, resource, **given)
    description.check_response(method, path, answer.status_code, answer.content)
    return answer


def test_messages(description: Description, line: StandInServer) -> None:
    """A message's whole life in the API: created, listed, shown, redacted, deleted."""
    form = {"To": PHONE, "From": NUMBER, "Body": "h\u00e9llo \U0001f600"}
    sid = ask(description, line, "POST", "/Messages.json", data=form).json()["sid"]
    line.text("and back")
    ask(description, line, "GET", "/Messages.json", params={"PageSize": "1", "From": NUMBER})
    ask(description, line, "GET", "/Messages.json", params={"DateSent>": "2026-01-01"})
    ask(description, line, "GET", f"/Messages/{sid}.json")
    assert ask(description, line, "POST", f"/Messages/{sid}.json", data={"Body": ""}).json()["body"] == ""
    ask(description, line, "DELETE", f"/Messages/{sid}.json")
    assert line.rest("GET", f"/Messages/{sid}.json").status_code == 404


def test_undelivered_messages(description: Description, line: StandInServer, application: Application) -> None:
    """A reply that was refused shows its error code in the shape that is described."""
    application.answer("/sms", content="<Response><Message>too late</Message></Response>")
    line.control(f"numbers/{NUMBER}", keyword_handling=True)
    line.text("STOP")
    failed = [m for m in ask(description, line, "GET", "/Messages.json").json()["messages"] if m["error_code"]]
    assert [m["error_code"] for m in failed] == [21610]


def test_by_a_service(description: Description, line: StandInServer) -> None:
    """A text by a Messaging Service, with a validity period, shows itself as described."""
    service = "MG" + "5" * 32
    line.control("services", messaging_service_sid=service, numbers=[NUMBER])
    form = {"To": PHONE, "From": NUMBER, "MessagingServiceSid": service, "Body": "hi", "ValidityPeriod": "60"}
    assert ask(description, line, "POST", "/Messages.json", data=form).json()["status"] == "accepted"


def test_numbers(description: Description, stand_in: StandInServer) -> None:
    """A number's whole life in the API: bought, listed, shown, changed, given back."""
    form = {"PhoneNumber": NUMBER, "SmsUrl": "http://127.0.0.1:1/sms", "SmsMethod": "POST"}
    sid = ask(description, stand_in, "POST", "/IncomingPhoneNumbers.json", data=form).json()["sid"]
    listed = ask(description, stand_in, "GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": NUMBER})
    assert [number["sid"] for number in listed.json()["incoming_phone_numbers"]] == [sid]
    ask(description, stand_in, "GET", f"/IncomingPhoneNumbers/{sid}.json")
    form = {"SmsUrl": "http://127.0.0.1:2/sms", "SmsFallbackUrl": "http://127.0.0.1:3/sms"}
    changed = ask(description, stand_in, "POST", f"/IncomingPhoneNumbers/{sid}.json", data=form).json()
    assert (changed["sms_url"], changed["sms_fallback_url"]) == tuple(form.values())
    ask(description, stand_in, "DELETE", f"/IncomingPhoneNumbers/{sid}.json")


def test_kinds_of_numbers(description: Description, stand_in: StandInServer) -> None:
    """A toll-free number, and a text from a short code, show themselves as described."""
    form = {"PhoneNumber": "+18885550123"}
    assert ask(description, stand_in, "POST", "/IncomingPhoneNumbers.json", data=form).json()["type"] == "toll-free"
    stand_in.lease("12345")
    form = {"To": PHONE, "From": "12345", "Body": "hi"}
    assert ask(description, stand_in, "POST", "/Messages.json", data=form).json()["from"] == "12345"


def test_account(description: Description, stand_in: StandInServer) -> None:
    """The account shows itself."""
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}.json"
    answer = stand_in.rest("GET", ".json")
    description.check_response("GET", path, answer.status_code, answer.content)


@pytest.mark.parametrize(
    "form",
    [
        {"From": NUMBER, "Body": "nobody to send it to"},
        {"To": PHONE, "Body": "misspelt", "Form": NUMBER},
        {"To": PHONE, "From": NUMBER, "Body": "hi", "ValidityPeriod": "soon"},
        {"To": "Ada", "From": NUMBER, "Body": "hi"},
    ],
)
def test_the_judge_of_requests(description: Description, form: dict[str, str]) -> None:
    """A request that Twilio does not describe is found out."""
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    with pytest.raises(jsonschema.ValidationError):
        description.check_request("POST", path, form=form)


@pytest.mark.parametrize("content", [b"{}", b'{"sid": "SM1"}'])
def test_the_judge_of_answers(description: Description, content: bytes) -> None:
    """An answer that lacks something is found out."""
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    with pytest.raises(jsonschema.ValidationError):
        description.check_response("POST", path, 201, content)
