"""The rules of docs/compliance.md, each with its source and the date since which it holds, and texts that prove it.

The page and this table say the same, word for word: whoever changes one changes the other, and the texts decide.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.compliance import help_text, start_text, stop_text
from gateway.domain.consent import ConsentState, Source
from gateway.domain.line import Line
from gateway.domain.number import Keywords, Kind
from gateway.domain.receiving import Answer, Ask, Decision, Ignore, Note, Say, decide
from tests.domain.values import VOICE, a_number, a_text, an_agent

_PAGE = (Path(__file__).parents[2] / "docs" / "compliance.md").read_text()
_IN, _OUT, _UNSET = ConsentState.IN, ConsentState.OUT, ConsentState.UNSET


def _line(state: ConsentState = _UNSET, *, stop_words: tuple[str, ...] = ()) -> Line:
    number = replace(a_number(), stop_words=stop_words)
    is_out = state is _OUT
    return Line(
        answered_with=None,
        number=number,
        agent=an_agent(),
        consent=state,
        stopped_here=is_out,
        asked=False,
        guest=False,
    )


def _decide(text: str, line: Line) -> Decision:
    return decide(a_text(text), line, VOICE)


def _said(text: str, state: ConsentState, source: Source, line: Line) -> None:
    """The text is answered at once, and the ledger says with which words and why."""
    words = stop_text(VOICE) if state is _OUT else start_text(VOICE)
    decision = _decide(text, line)
    assert isinstance(decision, Say)
    assert (decision.text, decision.consent) == (words, Note(state=state, source=source, wording=words))


def _opts_out(text: str) -> None:
    for state in (_UNSET, _IN):
        _said(text, _OUT, Source.KEYWORD, _line(state))


def _opts_out_here(text: str) -> None:
    _said(text, _OUT, Source.KEYWORD, _line(stop_words=(text.lower(),)))
    assert isinstance(_decide(text, _line()), Answer)


def _opts_out_in_other_words(text: str) -> None:
    _said(text, _OUT, Source.FREE_FORM, _line())


def _opts_in(text: str) -> None:
    for state in (_OUT,) if text == "YES" else ConsentState:
        _said(text, _IN, Source.KEYWORD, _line(state))
    assert isinstance(_decide("YES", _line()), Answer)


def _helps(text: str) -> None:
    for state in ConsentState:
        decision = _decide(text, _line(state))
        assert isinstance(decision, Say)
        assert (decision.text, decision.consent) == (help_text(VOICE), None)
    for part in (VOICE.brand, str(VOICE.help_contact), "rates may apply", "STOP"):
        assert part in help_text(VOICE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the page's first table, and what proves it."""

    words: str
    are: str
    source: str
    since: str
    texts: tuple[str, ...]
    prove: Callable[[str], None]


_TWILIO = "Twilio's defaults"
_TWILIO_2025 = f"{_TWILIO}, <https://twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords>"
_RULES = [
    Rule(
        "STOP QUIT END REVOKE OPT OUT CANCEL UNSUBSCRIBE",
        "opt-outs",
        '47 CFR 64.1200(a)(10): "per se"',
        "11 April 2025",
        ("STOP", "QUIT", "END", "REVOKE", "OPT OUT", "CANCEL", "UNSUBSCRIBE"),
        _opts_out,
    ),
    Rule(
        "STOPALL, STOP ALL; OPTOUT and REVOKE",
        "opt-outs",
        _TWILIO_2025,
        "the last two since 14 May 2025",
        ("STOPALL", "STOP ALL", "OPTOUT", "REVOKE"),
        _opts_out,
    ),
    Rule(
        "ARRET ARRETER DESABONNER; BAJA ALTO PARAR DETENER CANCELAR",
        "opt-outs",
        "what people write in French and Spanish; our choice",
        "",
        ("ARRET", "ARRETER", "DESABONNER", "BAJA", "ALTO", "PARAR", "DETENER", "CANCELAR"),
        _opts_out,
    ),
    Rule("`numbers set --stop-word`", "opt-outs on that number", "the operator", "", ("SPINACH",), _opts_out_here),
    Rule(
        "any other words that a reasonable person understands so",
        "opt-outs",
        '47 CFR 64.1200(a)(10): "any reasonable means"',
        "11 April 2025",
        ("please stop texting me", "ya no me escriban", "retirez-moi de votre liste", "take me off your list"),
        _opts_out_in_other_words,
    ),
    Rule("START UNSTOP; YES from who is out", "opt-ins", _TWILIO, "", ("START", "UNSTOP", "YES"), _opts_in),
    Rule(
        "HELP INFO; AYUDA AIDE",
        "answered with brand, contact, rates and STOP",
        "CTIA Messaging Principles and Best Practices, May 2023",
        "",
        ("HELP", "INFO", "AYUDA", "aide"),
        _helps,
    ),
]
_TEXTS = [(rule, text) for rule in _RULES for text in rule.texts]


def test_the_page_says_the_same() -> None:
    """I21: each row of the page has its proof here, and nothing is proved that the page doesn't say."""
    table = _PAGE.partition("| words | are | source | since |\n")[2].partition("\n\n")[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" |")) for line in table.splitlines()[1:]]
    assert rows == [(rule.words, rule.are, rule.source, rule.since) for rule in _RULES]


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.words)
def test_every_rule_holds_by_now(rule: Rule) -> None:
    """I21: what the gateway does holds for every text, so no rule may be on the page that begins one day."""
    for day in re.findall(r"[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}", rule.since):
        assert datetime.strptime(day, "%d %B %Y").replace(tzinfo=UTC) < datetime.now(UTC)


@pytest.mark.parametrize(("rule", "text"), _TEXTS, ids=[f"{rule.source} {text}" for rule, text in _TEXTS])
def test_a_rule_is_kept(rule: Rule, text: str) -> None:
    """I21, I22, I24, I25: each word of a rule does what the rule says, with the row that proves it."""
    rule.prove(text)


def test_one_confirmation() -> None:
    """I23: since 4 April 2024, 47 CFR 64.1200(a)(12), one text confirms an opt-out, within five minutes, no marketing.

    It is the webhook's own answer, so it waits for nobody.
    """
    assert "47 CFR 64.1200(a)(12), since 4 April 2024" in _PAGE
    _said("STOP", _OUT, Source.KEYWORD, _line())
    for again in ("STOP", "opt out", "please stop texting me"):
        decision = _decide(again, _line(_OUT))
        assert isinstance(decision, Ignore)
        assert decision.consent is None
    assert not re.search(r"http|www|[%$!]|offer|deal|sale|free|sure\?|miss", stop_text(VOICE), re.IGNORECASE)


def test_one_question_in_doubt() -> None:
    """I22: whoever may mean an opt-out is asked once how to say so, and told the word."""
    decision = _decide("wrong number", _line())
    assert isinstance(decision, Ask)
    assert "Reply STOP to opt out" in decision.text
    assert isinstance(_decide("wrong number", replace(_line(), asked=True)), Answer)


_OPT_OUTS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
_NOTED = {
    **dict.fromkeys(_OPT_OUTS, _OUT),
    **dict.fromkeys(("START", "UNSTOP", "YES"), _IN),
    **dict.fromkeys(("HELP", "INFO"), None),
}
"""Twilio's keywords, REVOKE and OPTOUT since 14 May 2025: https://help.twilio.com/articles/223134027."""


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("word", _NOTED)
def test_what_twilio_answers_is_noted_in_silence(word: str, kind: Kind) -> None:
    """I23, I25: where Twilio answers keywords, each of its words meets our silence, and the ledger a row.

    But for YES on a toll-free number, which the network doesn't take: https://help.twilio.com/articles/360058144374.
    """
    number = replace(a_number(), kind=kind, keywords=Keywords.TWILIO)
    state = _UNSET if _NOTED[word] is _OUT else _OUT
    decision = _decide(word.title(), replace(_line(state), number=number))
    assert isinstance(decision, Ignore)
    is_idle = word == "YES" and kind is Kind.TOLL_FREE
    noted = None if is_idle else _NOTED[word]
    assert decision.consent == (Note(state=noted, source=Source.KEYWORD, wording="") if noted else None)
    assert (decision.reason == "answered by Twilio") is not is_idle
