"""What Twilio accepts and what it refuses, over the REST API."""

import httpx
import pytest

from tests.dev.conftest import ACCOUNT_SID, API_KEY, NUMBER, OLD_TOKEN, PHONE, TOKEN, StandInServer

GOOD = {"To": PHONE, "From": NUMBER, "Body": "hi"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"To": "+1555"}, 21211),
        ({"To": "Ada"}, 21211),
        ({"From": "Bob"}, 21212),
        ({"From": "+15005550001"}, 21606),
        ({"From": "", "MessagingServiceSid": "MG" + "0" * 32}, 21701),
        ({"To": NUMBER}, 21266),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "callback"}, 21609),
    ],
)
def test_refusals(line: StandInServer, change: dict[str, str], code: int) -> None:
    """Twilio's code for what is wrong, in Twilio's error body, and nothing is sent."""
    answer = line.rest("POST", "/Messages.json", data={**GOOD, **change})
    assert answer.status_code == 400
    assert answer.json() == {
        "code": code,
        "message": answer.json()["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": 400,
    }
    assert answer.json()["message"] != "Bad Request", "every code we give has a sentence of its own"
    assert line.messages() == []


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("x" * 160, "1"),
        ("x" * 161, "2"),
        ("x" * 306, "2"),
        ("x" * 307, "3"),
        ("\u20ac" * 80, "1"),
        ("\u20ac" * 81, "2"),
        ("x" * 152 + "\u20ac" + "x" * 152, "3"),
        ("\u2019" + "x" * 69, "1"),
        ("\u2019" + "x" * 70, "2"),
        ("x" * 66 + "\U0001f600" + "x" * 66, "3"),
        ("x" * 60 + "\U0001f469\u200d\U0001f469\u200d\U0001f467" + "x" * 62, "3"),
        ("x" * 64 + "\U0001f1f5\U0001f1f9" + "x" * 64, "3"),
        ("x" * 1600, "11"),
    ],
)
def test_segments(line: StandInServer, body: str, segments: str) -> None:
    """Segments are counted as Twilio bills them; no character is torn in two."""
    assert line.send(body).json()["num_segments"] == segments


@pytest.mark.parametrize("auth", [(ACCOUNT_SID, TOKEN), (ACCOUNT_SID, OLD_TOKEN), API_KEY])
def test_credentials(line: StandInServer, auth: tuple[str, str]) -> None:
    """The primary token, a secondary one and an API key open the account."""
    assert line.rest("POST", "/Messages.json", data=GOOD, auth=auth).status_code == 201


@pytest.mark.parametrize("auth", [None, (ACCOUNT_SID, "wrong"), ("AC" + "1" * 32, TOKEN), (API_KEY[0], TOKEN)])
def test_wrong_credentials(line: StandInServer, auth: tuple[str, str] | None) -> None:
    """Anything else is 401 with 20003."""
    answer = line.rest("POST", "/Messages.json", data=GOOD, auth=auth)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize("resource", ["/Messages/SM0.json", "/IncomingPhoneNumbers/PN0.json", "/Nothing.json"])
def test_unknown_resources(stand_in: StandInServer, resource: str) -> None:
    """What isn't there is 404 with 20404."""
    answer = stand_in.rest("GET", resource)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_scripted_faults(line: StandInServer) -> None:
    """Faults answer the next creations in order, send nothing, and are then used up."""
    line.control("faults", next=[{"code": 20429, "status": 429}, {"status": 500}])
    answers = [line.send() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 500, 201]
    assert answers[0].json()["code"] == 20429
    assert len(line.messages()) == 1


@pytest.mark.parametrize("fault", [{"drop": True}, {"drop": True, "accept": True}], ids=["lost", "taken"])
def test_a_broken_answer(line: StandInServer, fault: dict[str, bool]) -> None:
    """An answer that breaks off tells the sender nothing: the text may have been taken, or not."""
    line.control("faults", next=[fault])
    with pytest.raises(httpx.RemoteProtocolError):
        line.send()
    assert len(line.messages()) == ("accept" in fault)


def test_an_error_after_the_text_was_taken(line: StandInServer) -> None:
    """A fault that accepts answers with an error, and the text goes out all the same."""
    line.control("faults", next=[{"status": 500, "accept": True}])
    assert line.send().status_code == 500
    assert [message["body"] for message in line.messages()] == ["hi"]


def test_a_slow_answer(line: StandInServer) -> None:
    """A fault that is only slow makes the sender wait, and then everything is as usual."""
    line.control("faults", next=[{"seconds": 0.4}])
    answer = line.send()
    assert (answer.status_code, answer.elapsed.total_seconds() >= 0.4) == (201, True)


def test_pages(line: StandInServer) -> None:
    """Pages follow each other without gap or repetition, though new messages arrive in between."""
    sent = [line.send(str(place)).json()["sid"] for place in range(5)]
    first = line.rest("GET", "/Messages.json", params={"PageSize": "2"}).json()
    line.send("late")
    resource = first["next_page_uri"].removeprefix(line.path(""))
    second = line.rest("GET", resource).json()
    third = line.rest("GET", second["next_page_uri"].removeprefix(line.path(""))).json()
    listed = [message["sid"] for page in (first, second, third) for message in page["messages"]]
    assert listed == sent[::-1]
    assert third["next_page_uri"] is None
    assert (second["page"], second["start"], second["end"]) == (1, 2, 3)


def test_filters(line: StandInServer) -> None:
    """The list filters by To, From and date; inbound messages are in it."""
    line.send("out")
    line.text("in")

    def listed(**filters: str) -> list[str]:
        params = {key.replace("_after", ">").replace("_before", "<"): value for key, value in filters.items()}
        found = line.rest("GET", "/Messages.json", params=params).json()["messages"]
        return [message["body"] for message in found]

    assert listed() == ["in", "out"]
    assert listed(To=PHONE) == ["out"]
    assert listed(From=PHONE, To=NUMBER) == ["in"]
    assert listed(DateSent_after="2026-01-01") == ["in", "out"]
    assert listed(DateSent_after="2999-01-01T00:00:00Z") == []
    assert listed(DateSent_before="2999-01-01") == ["in", "out"]
    assert listed(DateSent_before="2026-01-01T00:00:00Z") == []
    assert listed(DateSent="2026-01-01") == []


def test_what_can_be_changed(line: StandInServer) -> None:
    """Only scheduled messages can be cancelled, and a body can only be emptied."""
    sid = line.send().json()["sid"]
    cancelled = line.rest("POST", f"/Messages/{sid}.json", data={"Status": "canceled"})
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, 30409)
    assert line.rest("POST", f"/Messages/{sid}.json", data={"Body": "other"}).status_code == 400
    assert line.rest("POST", f"/Messages/{sid}.json", data={"Body": ""}).json()["body"] == ""


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"PhoneNumber": "+1"}, 21421),
        ({"PhoneNumber": NUMBER}, 21422),
        ({"PhoneNumber": "+15005550002", "SmsUrl": "ftp://x"}, 21402),
        ({"PhoneNumber": "+15005550002", "SmsMethod": "PUT"}, 20001),
    ],
)
def test_numbers_that_cannot_be_bought(line: StandInServer, form: dict[str, str], code: int) -> None:
    """An impossible or taken number, and settings that Twilio does not take."""
    answer = line.rest("POST", "/IncomingPhoneNumbers.json", data=form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_number_by_area_code(stand_in: StandInServer) -> None:
    """Two numbers of one area are two numbers."""
    bought = {
        stand_in.rest("POST", "/IncomingPhoneNumbers.json", data={"AreaCode": "415"}).json()["phone_number"]
        for _ in range(2)
    }
    assert bought == {"+14155550100", "+14155550101"}
