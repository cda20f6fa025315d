"""decide(): what becomes of one text, every branch."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.agent import AgentStatus
from gateway.domain.compliance import Keyword, ask_text, help_text, start_text, stop_text
from gateway.domain.consent import ConsentState, Source
from gateway.domain.line import Line
from gateway.domain.message import InboundMessage
from gateway.domain.number import Binding, Keywords, Kind, Policy
from gateway.domain.receiving import Answer, Ask, Decision, Ignore, Note, Repeat, Say, decide
from tests.domain.values import ACCOUNT, AGENT, VOICE, a_line, a_number, a_text, an_agent
from tests.examples import NUMBER, TEXTER

_UNSET = a_line()
_IN = replace(_UNSET, consent=ConsentState.IN)
_OUT = replace(_UNSET, consent=ConsentState.OUT, stopped_here=True)
_OUT_ELSEWHERE = replace(_OUT, stopped_here=False)
_UNBOUND = replace(_UNSET, number=None, agent=None)
_ADDED = replace(_UNSET, number=replace(a_number(), account_id=None, agent_id=None), agent=None)
_AGENT_GONE = replace(_UNSET, agent=None)
_BLOCKED = replace(_UNSET, blocked=True)
_BLOCKED_STRANGER = replace(_BLOCKED, number=replace(a_number(), policy=Policy.CODE, join_code="brave otter"))


def _note(state: ConsentState, wording: str, source: Source = Source.KEYWORD) -> Note:
    return Note(state=state, source=source, wording=wording)


_BINDING = Binding(number=NUMBER, account_id=ACCOUNT, agent_id=AGENT)
_STOPPED = Say(text=stop_text(VOICE), keyword=Keyword.STOP, consent=_note(ConsentState.OUT, stop_text(VOICE)))
_STARTED = Say(text=start_text(VOICE), keyword=Keyword.START, consent=_note(ConsentState.IN, start_text(VOICE)))
_REVOKED = replace(_STOPPED, consent=_note(ConsentState.OUT, stop_text(VOICE), Source.FREE_FORM))
_ASKED = Ask(text=ask_text(VOICE))
_HELPED = Say(text=help_text(VOICE), keyword=Keyword.HELP)
_ANSWERED = Answer(binding=_BINDING, texter=TEXTER, gather_ms=300)
_BY_TWILIO = Ignore(reason="answered by Twilio")
_OUT_BY_TWILIO = replace(_BY_TWILIO, consent=_note(ConsentState.OUT, "", Source.OPT_OUT_TYPE))
_IN_BY_TWILIO = replace(_BY_TWILIO, consent=_note(ConsentState.IN, "", Source.OPT_OUT_TYPE))
_OUT_ALREADY = Ignore(reason="opted out already", reaffirms=True)
_NOT_BOUND = Ignore(reason="number not bound")

_TABLE: dict[str, tuple[InboundMessage, Line, Decision]] = {
    "a text": (a_text(), _UNSET, _ANSWERED),
    "a text from who is in": (a_text(), _IN, _ANSWERED),
    "a text from who is out": (a_text(), _OUT, Ignore(reason="opted out")),
    "a text to nobody's number": (a_text(), _UNBOUND, _NOT_BOUND),
    "a text to a number whose agent is gone": (a_text(), _AGENT_GONE, Ignore(reason="agent is gone")),
    "a text from who is blocked": (a_text(), _BLOCKED, Ignore(reason="blocked")),
    "a doubtful text from who is blocked": (a_text("wrong number"), _BLOCKED, Ignore(reason="blocked")),
    "a STOP from who is blocked": (a_text("STOP"), _BLOCKED, _STOPPED),
    "an opt-out in words from who is blocked": (a_text("please stop texting me"), _BLOCKED, _REVOKED),
    "a HELP from who is blocked": (a_text("HELP"), _BLOCKED, _HELPED),
    "a START from who is blocked": (a_text("START"), _BLOCKED, _STARTED),
    "a join code from who is blocked": (a_text("brave otter"), _BLOCKED_STRANGER, Ignore(reason="blocked")),
    "a text to a paused agent": (
        a_text(),
        replace(_UNSET, agent=replace(an_agent(), status=AgentStatus.PAUSED)),
        Ignore(reason="agent is paused"),
    ),
    "an empty text": (a_text(""), _UNSET, Ignore(reason="empty text")),
    "a text of spaces": (a_text(" \n\t"), _UNSET, Ignore(reason="empty text")),
    "a message seen before": (a_text(), replace(_UNSET, answered_with="words"), Repeat(answer="words")),
    "a message that met silence before": (a_text(), replace(_UNSET, answered_with=""), Repeat(answer="")),
    "a STOP seen before": (a_text("STOP"), replace(_OUT, answered_with="words"), Repeat(answer="words")),
    "STOP": (a_text("STOP"), _UNSET, _STOPPED),
    "STOP from who is in": (a_text("STOP"), _IN, _STOPPED),
    "STOP from who is out": (a_text("STOP"), _OUT, _OUT_ALREADY),
    "STOP from who is out by a STOP elsewhere": (
        a_text("STOP"),
        _OUT_ELSEWHERE,
        Ignore(reason="opted out already", consent=_note(ConsentState.OUT, "")),
    ),
    "START from who is out by a STOP elsewhere": (a_text("START"), _OUT_ELSEWHERE, _STARTED),
    "a text from who is out by a STOP elsewhere": (a_text(), _OUT_ELSEWHERE, Ignore(reason="opted out")),
    "a text to a number without an agent": (a_text(), _ADDED, _NOT_BOUND),
    "STOP to a number without an agent": (a_text("STOP"), _ADDED, _STOPPED),
    "HELP to a number without an agent": (a_text("HELP"), _ADDED, _HELPED),
    "STOP to a number whose agent is gone": (a_text("STOP"), _AGENT_GONE, _STOPPED),
    "STOP to nobody's number": (
        a_text("STOP"),
        _UNBOUND,
        replace(_NOT_BOUND, consent=_note(ConsentState.OUT, "")),
    ),
    "a revocation": (a_text("please stop texting me"), _UNSET, _REVOKED),
    "a revocation from who is in": (a_text("please stop texting me"), _IN, _REVOKED),
    "a revocation from who is out": (a_text("please stop texting me"), _OUT, _OUT_ALREADY),
    "a revocation from who is out by a STOP elsewhere": (
        a_text("please stop texting me"),
        _OUT_ELSEWHERE,
        Ignore(reason="opted out already", consent=_note(ConsentState.OUT, "", Source.FREE_FORM)),
    ),
    "a revocation to a number whose agent is gone": (a_text("please stop texting me"), _AGENT_GONE, _REVOKED),
    "a revocation to nobody's number": (
        a_text("please stop texting me"),
        _UNBOUND,
        replace(_NOT_BOUND, consent=_note(ConsentState.OUT, "", Source.FREE_FORM)),
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
    "a doubtful text to a number without an agent": (a_text("wrong number"), _ADDED, _NOT_BOUND),
    "a yes to our question": (a_text("Yes"), replace(_UNSET, asked=True), _ANSWERED),
    "a yes with a STOP to our question": (a_text("Yes stop!"), replace(_UNSET, asked=True), _STOPPED),
    "a yes with a revocation to our question": (a_text("oui, stop texting me"), replace(_IN, asked=True), _REVOKED),
    "START": (a_text("START"), _UNSET, _STARTED),
    "START from who is out": (a_text("START"), _OUT, _STARTED),
    "START to nobody's number": (
        a_text("START"),
        _UNBOUND,
        replace(_NOT_BOUND, consent=_note(ConsentState.IN, "")),
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
    "YES in a dialogue, which Twilio took for START": (a_text("Yes.", OptOutType="START"), _UNSET, _BY_TWILIO),
    "YES from who is in, which Twilio took for START": (a_text("YES", OptOutType="START"), _IN, _BY_TWILIO),
    "YES from who is out, which Twilio took for START": (a_text("YES", OptOutType="START"), _OUT, _IN_BY_TWILIO),
    "HELP that Twilio answered": (a_text("HELP", OptOutType="HELP"), _UNSET, _BY_TWILIO),
    "STOP that Twilio answered, in small letters": (a_text("stop", OptOutType="stop"), _UNSET, _OUT_BY_TWILIO),
    "a blank OptOutType is none": (a_text("Hello", OptOutType=""), _UNSET, _ANSWERED),
    "STOP with a blank OptOutType": (a_text("STOP", OptOutType=""), _UNSET, _STOPPED),
    "a short code": (a_text(From="73822"), _UNSET, Ignore(reason="from a short code")),
    "WhatsApp": (a_text(From=f"whatsapp:{TEXTER}"), _UNSET, Ignore(reason="over WhatsApp")),
    "nobody": (a_text(From=""), _UNSET, Ignore(reason="from nobody")),
    "a name": (a_text(From="CAFE"), _UNSET, Ignore(reason="from a name")),
    "RCS": (a_text("STOP", From=f"rcs:{TEXTER}", To="rcs:cafe_agent"), _UNBOUND, Ignore(reason="over RCS")),
    "a number of ours": (a_text(), replace(_UNSET, is_from_ours=True), Ignore(reason="from a number of ours")),
    "to a short code of nobody's": (a_text(To="73822"), _UNBOUND, _NOT_BOUND),
    "to a name": (a_text(To="Cafe"), _UNBOUND, Ignore(reason="not to a phone number")),
    "a number that texts itself": (a_text(From=NUMBER), _UNSET, Ignore(reason="from itself")),
    "a number that stops itself": (a_text("STOP", From=NUMBER), _UNSET, Ignore(reason="from itself")),
}


def _on(line: Line = _UNSET, **changes: Any) -> Line:
    return replace(line, number=replace(a_number(), **changes))


_TWILIO: dict[str, Any] = {"keywords": Keywords.TWILIO}
_TOLL_FREE: dict[str, Any] = {"keywords": Keywords.TWILIO, "kind": Kind.TOLL_FREE}
_NOTED_OUT = replace(_BY_TWILIO, consent=_note(ConsentState.OUT, ""))
_NOTED_IN = replace(_BY_TWILIO, consent=_note(ConsentState.IN, ""))
_TABLE |= {
    "STOP, which Twilio answers": (a_text(" stop\n"), _on(**_TWILIO), _NOTED_OUT),
    "REVOKE, which Twilio answers since 14 May 2025": (a_text("Revoke"), _on(**_TWILIO), _NOTED_OUT),
    "STOP again, which Twilio answers": (
        a_text("STOP"),
        _on(_OUT, **_TWILIO),
        replace(_BY_TWILIO, reaffirms=True),
    ),
    "START, which Twilio answers": (a_text("START"), _on(_OUT, **_TWILIO), _NOTED_IN),
    "YES from who is out, which Twilio answers": (a_text("yes"), _on(_OUT, **_TWILIO), _NOTED_IN),
    "YES, on which Twilio's word counts for nothing": (a_text("Yes"), _on(**_TWILIO), _ANSWERED),
    "HELP, which Twilio answers": (a_text("INFO"), _on(**_TWILIO), _BY_TWILIO),
    "OPT OUT, which Twilio does not know": (a_text("OPT OUT"), _on(**_TWILIO), _STOPPED),
    "STOP with a dot, which Twilio does not know": (a_text("STOP."), _on(**_TWILIO), _STOPPED),
    "a revocation, which Twilio does not know": (a_text("please stop texting me"), _on(**_TWILIO), _REVOKED),
    "a text where Twilio answers keywords": (a_text(), _on(**_TWILIO), _ANSWERED),
    "STOP, which the network answers": (a_text("Stop"), _on(**_TOLL_FREE), _NOTED_OUT),
    "UNSTOP, which the network answers": (a_text("UNSTOP"), _on(_OUT, **_TOLL_FREE), _NOTED_IN),
    "CANCEL, which Twilio answers there, too": (a_text("CANCEL"), _on(**_TOLL_FREE), _NOTED_OUT),
    "YES from who is out, which lifts no block of the network's": (
        a_text("Yes!"),
        _on(_OUT, **_TOLL_FREE),
        Ignore(reason="opted out"),
    ),
    "YES that Twilio took for START, in vain": (a_text("YES", OptOutType="START"), _on(_OUT, **_TOLL_FREE), _BY_TWILIO),
    "a word of the number's own": (a_text("¡Basta!"), _on(stop_words=("basta",)), _STOPPED),
    "a word of the number's own, where Twilio answers": (
        a_text("basta"),
        _on(stop_words=("basta",), **_TWILIO),
        _STOPPED,
    ),
    "a word of the number's own, which Twilio answered in its way": (
        a_text("basta", OptOutType="SOMETHING"),
        _on(stop_words=("basta",)),
        _OUT_BY_TWILIO,
    ),
    "a word of another number's": (a_text("spinach"), _on(stop_words=("basta",)), _ANSWERED),
}
_STRANGER = Ignore(reason="stranger")
_GUEST = replace(_UNSET, guest=True)
_CODE: dict[str, Any] = {"policy": Policy.CODE, "join_code": "brave-otter-4821"}
_JOINED = Say(
    text=start_text(VOICE),
    keyword=Keyword.START,
    consent=_note(ConsentState.IN, start_text(VOICE), Source.JOIN_CODE),
    is_joining=True,
)
_TABLE |= {
    "a stranger": (a_text(), _on(policy=Policy.ALLOWLIST), _STRANGER),
    "a guest": (a_text(), _on(_GUEST, policy=Policy.ALLOWLIST), _ANSWERED),
    "a guest by a code": (a_text(), _on(_GUEST, **_CODE), _ANSWERED),
    "a guest where it is closed": (a_text(), _on(_GUEST, policy=Policy.CLOSED), _STRANGER),
    "a stranger's STOP": (a_text("STOP"), _on(policy=Policy.CLOSED), _STOPPED),
    "a stranger's revocation": (a_text("please stop texting me"), _on(policy=Policy.CLOSED), _REVOKED),
    "a stranger's HELP": (a_text("HELP"), _on(policy=Policy.CLOSED), _HELPED),
    "a stranger's doubtful text": (a_text("wrong number"), _on(policy=Policy.ALLOWLIST), _STRANGER),
    "the code": (a_text("Join Brave Otter 4821"), _on(**_CODE), _JOINED),
    "the code alone": (a_text("brave-otter-4821."), _on(**_CODE), _JOINED),
    "a wrong code": (a_text("join brave-otter-4822"), _on(**_CODE), _STRANGER),
    "no code": (a_text("join"), _on(**_CODE), _STRANGER),
    "the code from who is out": (a_text("join brave-otter-4821"), _on(_OUT, **_CODE), Ignore(reason="opted out")),
    "the code of a number that has none": (a_text("join"), _on(policy=Policy.ALLOWLIST), _STRANGER),
}


@pytest.mark.parametrize(("message", "line", "decision"), _TABLE.values(), ids=_TABLE.keys())
def test_decision(message: InboundMessage, line: Line, decision: Decision) -> None:
    """I19, I20, I23 to I25: each kind of text meets exactly one decision, with its consent row."""
    assert decide(message, line, VOICE) == decision


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


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        (_UNSET, "Corner Cafe: "),
        (replace(_UNSET, brand="Bakery"), "Bakery: "),
    ],
)
def test_who_speaks(line: Line, begins: str) -> None:
    """I24: who has a brand of their own speaks as such, else as the operator."""
    decision = decide(a_text("HELP"), line, VOICE)
    assert isinstance(decision, Say)
    assert decision.text.startswith(begins)
