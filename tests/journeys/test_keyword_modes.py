"""Keywords on every kind of number, in every mode that fits it: one answer by one party, and the ledger right."""

from dataclasses import replace

import pytest

from gateway.domain.compliance import Voice, help_text, start_text, stop_text
from gateway.domain.consent import ConsentState, Source
from gateway.domain.phone import PhoneNumber
from gateway.domain.texting import Texting
from tests.examples import TEXTER
from tests.journeys.gateway import Gateway
from tests.journeys.lines import GATEWAY, MODES, Line, Mode, open_line
from tests.setting_up import Customer

_VOICE = Voice(brand="Corner Cafe", help_contact="help@cafe.example")
_OTHER_TEXTER = PhoneNumber("+12025550144")
_FIRST_TEXT = (ConsentState.UNSET, Source.FIRST_TEXT, "")


@pytest.fixture
def customer(gateway: Gateway) -> Customer:
    """A customer whose agent waits for no second text: nobody sends one here."""
    return gateway.set_up_customer(Texting(gather_ms=0))


@pytest.fixture(params=[*MODES.values()], ids=[*MODES])
def line(request: pytest.FixtureRequest, gateway: Gateway, customer: Customer) -> Line:
    """A texter and a number, in each mode."""
    return open_line(request.param, customer, gateway, texter=TEXTER)


def worded(mode: Mode, words: str) -> str:
    """What the ledger keeps of an answer: our own words, and nothing of anybody else's."""
    return words if mode.stop_by is GATEWAY else ""


def test_twenty_stops(line: Line) -> None:
    """I23: twenty STOPs, ten of them at once, reach the phone as one answer by one party and the ledger as one row."""
    line.hear_agent("Hello")
    stops = line.text_often("STOP")
    assert line.answerers() == [line.mode.stop_by]
    assert line.story() == [
        _FIRST_TEXT,
        (ConsentState.OUT, line.mode.source, worded(line.mode, stop_text(_VOICE))),
    ]
    assert line.ledger()[1].message_sid in stops
    assert line.is_unheard("Are you there?")
    assert len(line.gateway.model.calls()) == 1


def test_back_again(line: Line) -> None:
    """I25: START after a STOP is answered once, is a row of its own, and brings the agent back."""
    line.text("STOP")
    start = line.text("START")
    line.hear_agent("Hello again")
    assert line.answerers() == [line.mode.stop_by] * 2
    assert line.story()[1:] == [(ConsentState.IN, line.mode.source, worded(line.mode, start_text(_VOICE)))]
    assert line.ledger()[1].message_sid == start


def test_help(line: Line) -> None:
    """I24: HELP gets one answer by one party, from who is out at most one, and changes nobody's consent."""
    line.text("HELP")
    assert line.answerers() == [line.mode.help_by]
    line.text("STOP")
    before = line.ledger()
    line.text("HELP")
    platform_is_silent = line.mode.help_by is not GATEWAY
    assert line.answerers()[2:] == ([] if platform_is_silent else [GATEWAY])
    assert line.ledger() == before
    ours = [answer["body"] for answer in line.answers() if answer["body"] == help_text(_VOICE)]
    assert len(ours) == (0 if platform_is_silent else 2)


def test_yes_in_a_dialogue(line: Line) -> None:
    """I25: YES from who is not out is no consent; the agent hears it, save where Twilio says that it was a keyword."""
    line.hear_agent("Do you have a table?")
    if line.mode.is_advanced:
        assert line.is_unheard("YES")
    else:
        line.hear_agent("YES")
    assert line.answers() == []
    assert line.story() == [_FIRST_TEXT]


def test_yes_after_a_stop(line: Line) -> None:
    """I25: YES from who is out undoes a STOP, but not on a toll-free number, whose network knows no YES."""
    line.text("STOP")
    line.text("YES")
    assert line.answerers() == [line.mode.stop_by] * (2 if line.mode.yes_is_start else 1)
    assert line.ledger()[-1].state is (ConsentState.IN if line.mode.yes_is_start else ConsentState.OUT)
    if line.mode.yes_is_start:
        line.hear_agent("Hello again")
    else:
        assert line.is_unheard("Hello again")


@pytest.mark.parametrize(
    ("words", "source"),
    [("OPT OUT", Source.KEYWORD), ("please stop texting me", Source.FREE_FORM)],
    ids=["OPT OUT", "a sentence"],
)
def test_words_that_nobody_else_knows(line: Line, words: str, source: Source) -> None:
    """I21 to I23: what Twilio does not take for an opt-out the gateway confirms in every mode, once of twenty."""
    other = replace(line, texter=_OTHER_TEXTER)
    other.hear_agent("Hello")
    other.text_often(words)
    assert [(answer["answered_by"], answer["body"]) for answer in other.answers()] == [(GATEWAY, stop_text(_VOICE))]
    assert other.story() == [_FIRST_TEXT, (ConsentState.OUT, source, stop_text(_VOICE))]
    assert other.is_unheard("Are you there?")
