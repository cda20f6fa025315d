"""Who answers keywords, by kind of number, as a phone and an application see it over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.dev.conftest import NUMBER, PHONE, Application, StandInServer

TOLL_FREE = "+18885550123"
SHORT_CODE = "12345"
DEFAULT: dict[str, Any] = {"keyword_handling": True}
ADVANCED: dict[str, Any] = {"advanced_opt_out": True}

Own = Callable[..., str]


@pytest.fixture
def own(stand_in: StandInServer, application: Application) -> Own:
    """How to own a number of either kind with its switches set, answered by the application."""

    def own_one(number: str, switches: dict[str, Any]) -> str:
        address = {"sms_url": f"{application.url}/sms"}
        if number == SHORT_CODE:
            stand_in.lease(number, **address, **switches)
        else:
            stand_in.buy(number)
            stand_in.control(f"numbers/{number}", **address, **switches)
        return number

    return own_one


def is_refused(stand_in: StandInServer, number: str) -> bool:
    """Tell whether a text to the phone is refused, and that it is refused as one to somebody who is out."""
    answer = stand_in.send(sender=number)
    assert answer.status_code == 201 or (answer.status_code, answer.json()["code"]) == (400, 21610)
    return answer.status_code == 400


@pytest.mark.parametrize(
    ("number", "switches", "answers", "refused"),
    [
        (NUMBER, {}, [], False),
        (NUMBER, DEFAULT, ["twilio"], True),
        (NUMBER, ADVANCED, ["twilio"], True),
        (NUMBER, DEFAULT | ADVANCED, ["twilio"], True),
        (TOLL_FREE, {}, ["network"], True),
        (TOLL_FREE, DEFAULT, ["network"], True),
        (TOLL_FREE, ADVANCED, ["network"], True),
        (SHORT_CODE, {}, [], False),
        (SHORT_CODE, DEFAULT, [], False),
        (SHORT_CODE, ADVANCED, ["twilio"], True),
    ],
)
def test_twenty_stops(
    stand_in: StandInServer,
    application: Application,
    own: Own,
    *,
    number: str,
    switches: dict[str, Any],
    answers: list[str],
    refused: bool,
) -> None:
    """I23: twenty STOPs get one answer by one party, or none, and all come to the webhook."""
    own(number, switches)
    for _ in range(20):
        stand_in.text("STOP", number=number)
    forms = [application.next_call().form for _ in range(20)]
    assert {(form["To"], form["Body"]) for form in forms} == {(number, "STOP")}
    assert {form.get("OptOutType") for form in forms} == {"STOP" if "advanced_opt_out" in switches else None}
    assert [message["answered_by"] for message in stand_in.received()] == answers
    assert is_refused(stand_in, number) == refused


@pytest.mark.parametrize(
    ("number", "switches", "word", "answers"),
    [
        (NUMBER, DEFAULT, "YES", ["twilio"]),
        (NUMBER, ADVANCED, "YES", ["twilio"]),
        (TOLL_FREE, {}, "START", ["network"]),
        (TOLL_FREE, DEFAULT, "UNSTOP", ["network"]),
        (TOLL_FREE, ADVANCED, "START", ["network", "twilio"]),
        (SHORT_CODE, ADVANCED, "START", ["twilio"]),
    ],
)
def test_coming_back(
    stand_in: StandInServer,
    application: Application,
    own: Own,
    *,
    number: str,
    switches: dict[str, Any],
    word: str,
    answers: list[str],
) -> None:
    """A word that undoes a STOP is answered when it does so, not again, and texts go out as before."""
    own(number, switches)
    for body in ("STOP", word, word):
        stand_in.text(body, number=number)
    told = [application.next_call().form.get("OptOutType") for _ in range(3)]
    assert told == (["STOP", "START", "START"] if "advanced_opt_out" in switches else [None] * 3)
    assert [message["answered_by"] for message in stand_in.received()][1:] == answers
    assert not is_refused(stand_in, number)


@pytest.mark.parametrize("switches", [{}, DEFAULT, ADVANCED])
def test_yes_does_not_undo_the_network_s_block(stand_in: StandInServer, own: Own, switches: dict[str, Any]) -> None:
    """On a toll-free number YES is no way back from STOP, whatever Twilio makes of it, and nobody says it were."""
    number = own(TOLL_FREE, switches)
    stand_in.text("STOP", number=number)
    stand_in.text("YES", number=number)
    assert [message["answered_by"] for message in stand_in.received()] == ["network"]
    assert is_refused(stand_in, number)


@pytest.mark.parametrize(
    ("number", "switches", "answers", "told"),
    [
        (NUMBER, DEFAULT, 1, None),
        (NUMBER, ADVANCED, 1, "HELP"),
        (TOLL_FREE, {}, 0, None),
        (TOLL_FREE, DEFAULT, 1, None),
        (TOLL_FREE, ADVANCED, 1, "HELP"),
        (SHORT_CODE, DEFAULT, 0, None),
        (SHORT_CODE, ADVANCED, 1, "HELP"),
    ],
)
def test_help(
    stand_in: StandInServer,
    application: Application,
    own: Own,
    *,
    number: str,
    switches: dict[str, Any],
    answers: int,
    told: str | None,
) -> None:
    """HELP is Twilio's everywhere, where Twilio answers at all; somebody who is out hears nothing."""
    own(number, switches)
    stand_in.text("help", number=number)
    assert application.next_call().form.get("OptOutType") == told
    assert len(stand_in.received()) == answers
    stand_in.text("STOP", number=number)
    before = len(stand_in.received())
    stand_in.text("help", number=number)
    assert len(stand_in.received()) == before


def test_a_switch_at_a_time(stand_in: StandInServer, application: Application, own: Own) -> None:
    """Advanced Opt-Out goes before the default handling, and what is switched off later leaves it as it was."""
    number = own(NUMBER, DEFAULT)
    stand_in.control(f"numbers/{number}", **ADVANCED)
    stand_in.text("HELP")
    stand_in.control(f"numbers/{number}", advanced_opt_out=False)
    stand_in.text("HELP")
    stand_in.control(f"numbers/{number}", keyword_handling=False)
    stand_in.text("HELP")
    assert [application.next_call().form.get("OptOutType") for _ in range(3)] == ["HELP", None, None]
    assert len(stand_in.received()) == 2


def test_the_block_is_for_one_pair(line: StandInServer) -> None:
    """A STOP to one number stops neither another phone nor another number."""
    line.buy(TOLL_FREE)
    line.control(f"numbers/{NUMBER}", **DEFAULT)
    line.text("STOP")
    assert is_refused(line, NUMBER)
    assert not is_refused(line, TOLL_FREE)
    assert line.send(to="+12025550156").status_code == 201


def test_other_words_on_toll_free(stand_in: StandInServer, own: Own) -> None:
    """The network knows only STOP; UNSUBSCRIBE is Twilio's, and so undone by YES."""
    number = own(TOLL_FREE, DEFAULT)
    stand_in.text("UNSUBSCRIBE", number=number)
    assert is_refused(stand_in, number)
    stand_in.text("YES", number=number)
    assert [message["answered_by"] for message in stand_in.received()] == ["twilio", "twilio"]
    assert not is_refused(stand_in, number)


def test_a_reply_to_a_blocked_phone(line: StandInServer, application: Application) -> None:
    """A reply in TwiML to someone who is out fails with 21610, is reported as such, and doesn't reach the phone."""
    reply = f'<Response><Message statusCallback="{application.url}/status">bye</Message></Response>'
    application.answer("/sms", content=reply)
    line.control(f"numbers/{NUMBER}", **DEFAULT)
    line.text("STOP")
    assert application.next_call().form["Body"] == "STOP"
    report = application.next_call().form
    assert (report["MessageStatus"], report["ErrorCode"]) == ("failed", "21610")
    assert [message["answered_by"] for message in line.received()] == ["twilio"]


@pytest.mark.parametrize(
    ("number", "switches", "listed"), [(NUMBER, DEFAULT, 1), (NUMBER, ADVANCED, 0), (TOLL_FREE, DEFAULT, 0)]
)
def test_twilio_s_list(stand_in: StandInServer, own: Own, number: str, switches: dict[str, Any], listed: int) -> None:
    """Twilio's list of messages has its default answer, but neither the network's nor Advanced Opt-Out's."""
    own(number, switches)
    stand_in.text("STOP", number=number)
    [answer] = stand_in.received()
    assert len(stand_in.rest("GET", "/Messages.json", params={"To": PHONE}).json()["messages"]) == listed
    assert stand_in.rest("GET", f"/Messages/{answer['sid']}.json").status_code == (200 if listed else 404)


def test_short_codes(stand_in: StandInServer, application: Application, own: Own) -> None:
    """A short code texts in and out, is owned once, and is none of the IncomingPhoneNumbers."""
    application.answer("/sms", content="<Response><Message>and back</Message></Response>")
    own(SHORT_CODE, {})
    stand_in.text("hello", number=SHORT_CODE)
    sent = stand_in.send("out", sender=SHORT_CODE)
    assert (sent.status_code, sent.json()["from"]) == (201, SHORT_CODE)
    assert [message["body"] for message in stand_in.received()] == ["and back", "out"]
    assert stand_in.rest("GET", "/IncomingPhoneNumbers.json").json()["incoming_phone_numbers"] == []
    sid = stand_in.control(f"numbers/{SHORT_CODE}", sms_url="")["sid"]
    assert stand_in.rest("GET", f"/IncomingPhoneNumbers/{sid}.json").status_code == 404
    again = stand_in.post("short-codes", short_code=SHORT_CODE)
    assert (again.status_code, SHORT_CODE in again.json()["error"]) == (400, True)
