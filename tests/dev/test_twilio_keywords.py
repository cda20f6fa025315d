"""Twilio's own STOP, START and HELP: off unless a number has it switched on."""

import pytest

from gateway.dev.twilio.keywords import Keyword, react, read_keyword
from tests.dev.conftest import NUMBER, PHONE, Application, StandInServer

STOPS = ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "QUIT", "Revoke", "OPTOUT", " stop\n"]


@pytest.mark.parametrize("body", STOPS)
def test_words_that_stop(body: str) -> None:
    """Each of the eight, as a whole message in any case."""
    assert read_keyword(body) is Keyword.STOP


@pytest.mark.parametrize("body", ["STOP PLEASE", "opt out", "stop.", "please stop", "", "\u0421TOP"])
def test_words_that_twilio_does_not_know(body: str) -> None:
    """Sentences, the FCC's own "opt out" and lookalikes do nothing at Twilio."""
    assert read_keyword(body) is None


@pytest.mark.parametrize(
    ("keyword", "blocked", "blocked_after", "answers"),
    [
        (Keyword.STOP, False, True, True),
        (Keyword.STOP, True, True, False),
        (Keyword.START, True, False, True),
        (Keyword.START, False, False, False),
        (Keyword.HELP, False, False, True),
        (Keyword.HELP, True, True, False),
        (None, True, True, False),
    ],
)
def test_reactions(keyword: Keyword | None, *, blocked: bool, blocked_after: bool, answers: bool) -> None:
    """Each change of standing is confirmed once, and nothing else is."""
    reaction = react(keyword, blocked=blocked)
    assert (reaction.blocked, bool(reaction.answer)) == (blocked_after, answers)


def test_off_by_default(line: StandInServer, application: Application) -> None:
    """Without the switch Twilio passes STOP on and goes on delivering."""
    line.text("STOP")
    assert application.next_call().form["Body"] == "STOP"
    assert line.send().status_code == 201


def test_stop_and_start(line: StandInServer, application: Application) -> None:
    """With the switch STOP blocks, confirms once and still reaches the webhook; START lifts the block."""
    line.control(f"numbers/{NUMBER}", keyword_handling=True)
    line.text("STOP")
    line.text("stop")
    assert [application.next_call().form["Body"] for _ in range(2)] == ["STOP", "stop"]
    assert len(line.messages(to=PHONE)) == 1
    refused = line.send()
    assert (refused.status_code, refused.json()["code"]) == (400, 21610)
    assert line.send(to="+12025550156").status_code == 201
    line.text("start")
    assert line.send().status_code == 201


def test_reply_to_a_blocked_phone(line: StandInServer, application: Application) -> None:
    """A reply in TwiML to someone who is out fails with 21610, and is reported as such."""
    application.answer(
        "/sms",
        content=f'<Response><Message statusCallback="{application.url}/status">bye</Message></Response>',
    )
    line.control(f"numbers/{NUMBER}", keyword_handling=True)
    line.text("STOP")
    assert application.next_call().form["Body"] == "STOP"
    report = application.next_call().form
    assert (report["MessageStatus"], report["ErrorCode"]) == ("failed", "21610")


def test_help(line: StandInServer) -> None:
    """HELP is answered by Twilio."""
    line.control(f"numbers/{NUMBER}", keyword_handling=True)
    line.text("help")
    assert len(line.messages(to=PHONE)) == 1
