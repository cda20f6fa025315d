"""What becomes of texts on the stand-in: scripted ends, a queue that holds them, services that send them."""

from typing import Any

import pytest

from tests.dev.conftest import NUMBER, PHONE, Application, StandInServer

SERVICE = "MG" + "5" * 32
OTHER = "+15005550009"


def _statuses(application: Application, line: StandInServer, count: int, **form: str) -> list[tuple[str, str | None]]:
    """Send a text, and return the statuses that are called back, with their codes."""
    assert line.send(StatusCallback=f"{application.url}/status", **form).status_code == 201
    calls = [application.next_call().form for _ in range(count)]
    return [(form["MessageStatus"], form.get("ErrorCode")) for form in calls]


@pytest.mark.parametrize(
    ("fate", "statuses"),
    [
        ({"status": "delivered"}, [("sent", None), ("delivered", None)]),
        ({"status": "read"}, [("sent", None), ("delivered", None), ("read", None)]),
        ({"status": "undelivered", "code": 30003}, [("sent", None), ("undelivered", "30003")]),
        (30007, [("sent", None), ("undelivered", "30007")]),
        ({"status": "failed", "code": 30034}, [("failed", "30034")]),
        ({"status": "sent"}, [("sent", None)]),
    ],
    ids=str,
)
def test_fates(
    line: StandInServer, application: Application, fate: Any, statuses: list[tuple[str, str | None]]
) -> None:
    """A text fares as it was scripted, with the code where it is lost; the next one is delivered as ever."""
    line.control("deliveries", next=[fate])
    assert _statuses(application, line, len(statuses)) == statuses
    assert _statuses(application, line, 2) == [("sent", None), ("delivered", None)]
    code = statuses[-1][1]
    shown = line.rest("GET", f"/Messages/{line.messages()[0]['sid']}.json").json()
    assert (shown["status"], shown["error_code"]) == (statuses[-1][0], int(code) if code else None)


@pytest.mark.parametrize(
    "script", ["x", [None], [{}], [{"status": "lost"}], [{"status": "failed"}], [1], [{"code": 30003}]]
)
def test_fates_that_are_none(stand_in: StandInServer, script: Any) -> None:
    """A script that makes no sense is refused, and says what one looks like."""
    expected = 200 if script == [{}] else 400
    assert stand_in.post("deliveries", next=script).status_code == expected


def test_held_and_let_go(line: StandInServer, application: Application) -> None:
    """A text that is held stays in the queue until it is let go, towards the fate that is given then."""
    line.control("deliveries", next=[{"hold": True}])
    sid = line.send(StatusCallback=f"{application.url}/status").json()["sid"]
    assert line.rest("GET", f"/Messages/{sid}.json").json()["status"] == "queued"
    line.control(f"messages/{sid}", status="undelivered", code=30005)
    assert [application.next_call().form["MessageStatus"] for _ in range(2)] == ["sent", "undelivered"]
    assert line.post(f"messages/{sid}").status_code == 400


def test_validity_period(line: StandInServer, application: Application) -> None:
    """A text that is still in the queue when its validity period is over fails with 30036, and was never sent."""
    line.control("deliveries", next=[{"hold": True}])
    assert _statuses(application, line, 1, ValidityPeriod="1") == [("failed", "30036")]
    (message,) = line.messages()
    assert (message["status"], message["date_sent"]) == ("failed", None)


@pytest.mark.parametrize("period", ["0", "36001", "-1", "1.5", "soon", ""])
def test_validity_periods_that_are_none(line: StandInServer, period: str) -> None:
    """A period is a whole number of seconds from 1 to 36,000, else 21624."""
    assert line.send(ValidityPeriod=period).json()["code"] == 21624


def test_by_a_service(line: StandInServer, application: Application) -> None:
    """A text by a service is accepted first, then queued; it has the number of the pool that is named, or the first."""
    line.buy(OTHER)
    line.control("services", messaging_service_sid=SERVICE, numbers=[OTHER, NUMBER])
    form = {"MessagingServiceSid": SERVICE}
    taken = line.send(**form).json()
    assert (taken["status"], taken["from"], taken["messaging_service_sid"]) == ("accepted", NUMBER, SERVICE)
    assert taken["num_segments"] == "0"
    assert line.send(sender="", **form).json()["from"] == OTHER
    assert _statuses(application, line, 3, **form) == [("queued", None), ("sent", None), ("delivered", None)]
    listed = line.rest("GET", "/Messages.json", params={"From": NUMBER, "To": PHONE}).json()["messages"]
    assert {message["messaging_service_sid"] for message in listed} == {SERVICE}
    assert taken["sid"] in {message["sid"] for message in listed}


@pytest.mark.parametrize(
    ("service", "code"),
    [("MG" + "6" * 32, 21701), ("MG1", 21705), ("MG" + "7" * 32, 21703), (SERVICE, 21711), ("MG" + "8" * 32, 21701)],
    ids=["no such", "no SID", "empty pool", "not in the pool", "another account's"],
)
def test_services_that_refuse(line: StandInServer, service: str, code: int) -> None:
    """Twilio's code for what is wrong with a service, and nothing is sent."""
    other = "AC" + "3" * 32
    line.buy(OTHER)
    line.control("accounts", account_sid=other, auth_token="token", numbers=["+15005550010"])
    line.control("services", messaging_service_sid=SERVICE, numbers=[OTHER])
    line.control("services", messaging_service_sid="MG" + "7" * 32)
    line.control("services", messaging_service_sid="MG" + "8" * 32, account_sid=other, numbers=["+15005550010"])
    answer = line.send(MessagingServiceSid=service)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"] != "Bad Request"
    assert line.messages() == []
