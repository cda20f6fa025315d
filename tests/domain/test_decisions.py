"""decide(): what becomes of one text, every branch."""

from dataclasses import replace

import pytest

from gateway.domain.compliance import ConsentChange, ConsentState, Keyword, ask_text, help_text, start_text, stop_text
from gateway.domain.message import InboundMessage
from gateway.domain.receiving import Answer, Ask, Decision, Ignore, Line, Repeat, Say, decide
from tests.domain.values import VOICE, a_binding, a_text, an_agent
from tests.examples import NOW, NUMBER, TEXTER, message_sid

_UNSET = Line(answered_with=None, binding=a_binding(), agent=an_agent(), consent=ConsentState.UNSET, asked=False)
_IN = replace(_UNSET, consent=ConsentState.IN)
_OUT = replace(_UNSET, consent=ConsentState.OUT)
_UNBOUND = replace(_UNSET, binding=None, agent=None)
_AGENT_GONE = replace(_UNSET, agent=None)


def _change(state: ConsentState, wording: str, source: str = "keyword") -> ConsentChange:
    return ConsentChange(
        number=NUMBER,
        texter=TEXTER,
        state=state,
        source=source,
        message_sid=a_text().sid,
        wording=wording,
        at=NOW,
    )


_STOPPED = Say(text=stop_text(VOICE), keyword=Keyword.STOP, consent=_change(ConsentState.OUT, stop_text(VOICE)))
_STARTED = Say(text=start_text(VOICE), keyword=Keyword.START, consent=_change(ConsentState.IN, start_text(VOICE)))
_REVOKED = replace(_STOPPED, consent=_change(ConsentState.OUT, stop_text(VOICE), "free-form"))
_ASKED = Ask(text=ask_text(VOICE))
_HELPED = Say(text=help_text(VOICE), keyword=Keyword.HELP)
_ANSWERED = Answer(binding=a_binding(), texter=TEXTER, gather_ms=300)
_BY_TWILIO = Ignore(reason="answered by Twilio")
_OUT_BY_TWILIO = replace(_BY_TWILIO, consent=_change(ConsentState.OUT, "", "OptOutType"))
_IN_BY_TWILIO = replace(_BY_TWILIO, consent=_change(ConsentState.IN, "", "OptOutType"))
_NOT_BOUND = Ignore(reason="number not bound")

_TABLE: dict[str, tuple[InboundMessage, Line, Decision]] = {
    "a text": (a_text(), _UNSET, _ANSWERED),
    "a text from who is in": (a_text(), _IN, _ANSWERED),
    "a text from who is out": (a_text(), _OUT, Ignore(reason="opted out")),
    "a text to nobody's number": (a_text(), _UNBOUND, _NOT_BOUND),
    "a text to a number whose agent is gone": (a_text(), _AGENT_GONE, Ignore(reason="agent is gone")),
    "an empty text": (a_text(""), _UNSET, Ignore(reason="empty text")),
    "a text of spaces": (a_text(" \n\t"), _UNSET, Ignore(reason="empty text")),
    "a message seen before": (a_text(), replace(_UNSET, answered_with="words"), Repeat(answer="words")),
    "a message that met silence before": (a_text(), replace(_UNSET, answered_with=""), Repeat(answer="")),
    "a STOP seen before": (a_text("STOP"), replace(_OUT, answered_with="words"), Repeat(answer="words")),
    "STOP": (a_text("STOP"), _UNSET, _STOPPED),
    "STOP from who is in": (a_text("STOP"), _IN, _STOPPED),
    "STOP from who is out": (a_text("STOP"), _OUT, Ignore(reason="opted out already")),
    "STOP to a number whose agent is gone": (a_text("STOP"), _AGENT_GONE, _STOPPED),
    "STOP to nobody's number": (
        a_text("STOP"),
        _UNBOUND,
        replace(_NOT_BOUND, consent=_change(ConsentState.OUT, "")),
    ),
    "a revocation": (a_text("please stop texting me"), _UNSET, _REVOKED),
    "a revocation from who is in": (a_text("please stop texting me"), _IN, _REVOKED),
    "a revocation from who is out": (a_text("please stop texting me"), _OUT, Ignore(reason="opted out")),
    "a revocation to a number whose agent is gone": (a_text("please stop texting me"), _AGENT_GONE, _REVOKED),
    "a revocation to nobody's number": (
        a_text("please stop texting me"),
        _UNBOUND,
        replace(_NOT_BOUND, consent=_change(ConsentState.OUT, "", "free-form")),
    ),
    "a revocation that Twilio answered": (
        a_text("please stop texting me", OptOutType="STOP"),
        _IN,
        _OUT_BY_TWILIO,
    ),
    "a doubtful text": (a_text("wrong number"), _UNSET, _ASKED),
    "a doubtful text from who was asked": (a_text("wrong number"), replace(_IN, asked=True), _ANSWERED),
    "a doubtful text from who is out": (a_text("wrong number"), _OUT, Ignore(reason="opted out")),
    "a doubtful text to nobody's number": (a_text("wrong number"), _UNBOUND, _NOT_BOUND),
    "START": (a_text("START"), _UNSET, _STARTED),
    "START from who is out": (a_text("START"), _OUT, _STARTED),
    "START to nobody's number": (
        a_text("START"),
        _UNBOUND,
        replace(_NOT_BOUND, consent=_change(ConsentState.IN, "")),
    ),
    "YES from who is out": (a_text("Yes"), _OUT, _STARTED),
    "YES from who is in": (a_text("Yes"), _IN, _ANSWERED),
    "YES from a stranger": (a_text("Yes"), _UNSET, _ANSWERED),
    "HELP": (a_text("HELP"), _UNSET, _HELPED),
    "HELP from who is out": (a_text("HELP"), _OUT, _HELPED),
    "HELP without an agent": (a_text("HELP"), _AGENT_GONE, _HELPED),
    "HELP to nobody's number": (a_text("HELP"), _UNBOUND, _NOT_BOUND),
    "STOP that Twilio answered": (a_text("STOP", OptOutType="STOP"), _UNSET, _OUT_BY_TWILIO),
    "a word of the operator's that Twilio took for STOP": (a_text("basta", OptOutType="STOP"), _IN, _OUT_BY_TWILIO),
    "START that Twilio answered": (a_text("START", OptOutType="START"), _OUT, _IN_BY_TWILIO),
    "HELP that Twilio answered": (a_text("HELP", OptOutType="HELP"), _UNSET, _BY_TWILIO),
    "STOP that Twilio answered, in small letters": (a_text("stop", OptOutType="stop"), _UNSET, _OUT_BY_TWILIO),
    "a blank OptOutType is none": (a_text("Hello", OptOutType=""), _UNSET, _ANSWERED),
    "STOP with a blank OptOutType": (a_text("STOP", OptOutType=""), _UNSET, _STOPPED),
    "a short code": (a_text(From="73822"), _UNSET, Ignore(reason="not a phone number")),
    "WhatsApp": (a_text(From=f"whatsapp:{TEXTER}"), _UNSET, Ignore(reason="not a phone number")),
    "nobody": (a_text(From=""), _UNSET, Ignore(reason="not a phone number")),
    "to a short code": (a_text(To="73822"), _UNSET, Ignore(reason="not a phone number")),
    "a number that texts itself": (a_text(From=NUMBER), _UNSET, Ignore(reason="from itself")),
    "a number that stops itself": (a_text("STOP", From=NUMBER), _UNSET, Ignore(reason="from itself")),
}


@pytest.mark.parametrize(("message", "line", "decision"), _TABLE.values(), ids=_TABLE.keys())
def test_decision(message: InboundMessage, line: Line, decision: Decision) -> None:
    """I19, I20, I23 to I25: each kind of text meets exactly one decision, with its consent row."""
    assert decide(message, line, VOICE) == decision


def test_consent_names_the_message_that_changed_it() -> None:
    """I27: a consent row carries the MessageSid and the moment of the text that it follows from."""
    sid = message_sid(77)
    decision = decide(a_text("STOP", sid=sid), _UNSET, VOICE)
    assert isinstance(decision, Say)
    assert decision.consent
    assert (decision.consent.message_sid, decision.consent.at) == (sid, NOW)


@pytest.mark.parametrize("text", [stop_text(VOICE), start_text(VOICE), help_text(VOICE), ask_text(VOICE)])
def test_what_the_gateway_says_fits_one_part(text: str) -> None:
    """I23, I24: every text of the gateway's own begins with the brand and stays in one GSM segment or two."""
    assert text.startswith("Corner Cafe: ")
    assert text.isascii()
    assert len(text) <= 306


def test_help_names_brand_contact_rates_and_the_way_out() -> None:
    """I24: HELP is answered with brand, contact, rates and STOP."""
    text = help_text(VOICE)
    for part in ("Corner Cafe", "help@cafe.example", "rates may apply", "STOP"):
        assert part in text


def test_help_without_a_contact_stays_a_sentence() -> None:
    """I24: without a contact in the settings, HELP names the brand and says nothing odd."""
    assert "None" not in help_text(replace(VOICE, help_contact=None))


def test_stop_and_start_tell_the_way_back() -> None:
    """I23, I31: the STOP confirmation names START; the START confirmation names rates, HELP and STOP."""
    assert "START" in stop_text(VOICE)
    for part in ("rates may apply", "HELP", "STOP"):
        assert part in start_text(VOICE)
