"""What people may say to a number that many agents share, and what it answers."""

from dataclasses import replace

import pytest

from gateway.adapters.mint import mint_agent_code
from gateway.domain.compliance import fold, read_keyword
from gateway.domain.consent import ConsentState, Source
from gateway.domain.line import Line
from gateway.domain.number import Kind, Number, Use
from gateway.domain.receiving import Answer, Decision, Ignore, Note, Say, decide
from gateway.domain.revocation import Intent, read_intent
from gateway.domain.sandbox import (
    hint_text,
    is_leaving,
    join_text,
    leave_text,
    read_join_code,
    sandbox_help_text,
    sandbox_start_text,
)
from tests.domain.values import AGENT, VOICE, a_text, an_agent
from tests.examples import NOW, NUMBER

_SANDBOX = Number(number=NUMBER, kind=Kind.LONG, use=Use.SANDBOX, added_at=NOW)


def _line(*, joined: bool = False, invited: bool = False, out: bool = False, hinted: bool = False) -> Line:
    return Line(
        answered_with=None,
        number=_SANDBOX,
        agent=an_agent() if joined else None,
        consent=ConsentState.OUT if out else ConsentState.UNSET,
        stopped_here=out,
        asked=False,
        guest=False,
        invited=replace(an_agent(), id=_OTHER) if invited else None,
        invited_by="brave-otter" if invited else "",
        hinted=hinted,
    )


_OTHER = type(AGENT)("agt_" + "9" * 32)


def _decide(text: str, line: Line) -> Decision:
    return decide(a_text(text), line, VOICE)


@pytest.mark.parametrize(
    "text",
    [
        "join brave-otter",
        "JOIN BRAVE-OTTER",
        "Join brave otter.",
        "join  braveotter ",
        '"Join Brave\u2010Otter!"',
        "\uff4a\uff4f\uff49\uff4e brave\u200b-otter\n",
        "join: brave, otter",
    ],
)
def test_a_code_is_read_as_people_type_it(text: str) -> None:
    """Contract 5: case, spaces, hyphens and punctuation of a phone's keyboard don't matter to a code."""
    assert read_join_code(text) == "braveotter"


@pytest.mark.parametrize("text", ["", "join", "brave-otter", "Hello", "enjoin it", "join " + "x" * 200])
def test_what_names_no_code(text: str) -> None:
    """Contract 5: a text that is not JOIN and a code asks to join nobody."""
    assert read_join_code(text) == ""


def test_codes_are_plain_words() -> None:
    """Contract 5: a code is words joined by hyphens, which are no keyword and no opt-out, alone or after JOIN."""
    for words in (2, 3):
        codes = {mint_agent_code(words=words) for _ in range(300)}
        assert len(codes) > 250
        for code in codes:
            assert all(word.isalpha() and word.islower() for word in code.split("-"))
            assert len(code.split("-")) == words
            assert read_join_code(f"join {code}") == fold(code)
            for said in (*code.split("-"), code, f"join {code}"):
                assert read_keyword(said, ConsentState.OUT) is None
                assert read_intent(said) is not Intent.REVOKE
                assert not is_leaving(said)


def test_joining_is_an_opt_in() -> None:
    """I25, I31: who joins is told brand, AI, frequency, rates, HELP and STOP; the ledger has these words and why."""
    for joined in (False, True):
        said = _decide("join brave-otter", _line(invited=True, joined=joined))
        assert isinstance(said, Say)
        assert said.consent == Note(state=ConsentState.IN, source=Source.JOIN_CODE, wording=said.text)
        assert (said.joins, said.leaves) == (_OTHER, False)
        needed = ("Corner Cafe", "AI", "brave-otter", "frequency varies", "rates may apply", "LEAVE", "HELP", "STOP")
        assert all(word in said.text for word in needed)


def test_leaving() -> None:
    """Contract 5: LEAVE ends it for who has joined an agent, and only as a whole text."""
    said = _decide(" Leave. ", _line(joined=True))
    assert said == Say(text=leave_text(VOICE), leaves=True)
    assert isinstance(_decide("I leave at noon", _line(joined=True)), Answer)
    assert _decide("leave", _line()) == Say(text=hint_text(VOICE), hints=True)


def test_who_has_joined_is_answered() -> None:
    """Contract 5: other words go to the agent that was joined, for its own account; a wrong code is such words."""
    for text in ("Hello", "join wrong-code", "join us for lunch"):
        answer = _decide(text, _line(joined=True))
        assert isinstance(answer, Answer)
        assert (answer.binding.agent_id, answer.binding.account_id) == (AGENT, an_agent().account_id)
        assert answer.binding.is_shared


@pytest.mark.parametrize("text", ["Hello", "join wrong-code", "brave-otter", ""])
def test_a_stranger_is_told_how_to_join_once(text: str) -> None:
    """I69: who has joined nobody gets one line on how to, and then silence: no model call, and no texts for money."""
    assert _decide(text, _line()) == Say(text=hint_text(VOICE), hints=True)
    assert _decide(text, _line(hinted=True)) == Ignore(reason="stranger")


def test_who_is_out_joins_nobody() -> None:
    """I19: after STOP neither a code nor anything else is answered, until START."""
    for text in ("join brave-otter", "leave", "Hello"):
        assert _decide(text, _line(out=True, invited=True, joined=True)) == Ignore(reason="opted out")
    said = _decide("START", _line(out=True))
    assert isinstance(said, Say)
    assert said.text == sandbox_start_text(VOICE)


def test_keywords_come_first() -> None:
    """I20, I24: STOP, in whatever words, and HELP are heeded from everybody, joined or not, invited or not."""
    for joined in (False, True):
        for text in ("STOP", "please stop texting me"):
            said = _decide(text, _line(joined=joined, hinted=True))
            assert isinstance(said, Say)
            assert said.consent
            assert said.consent.state is ConsentState.OUT
        helped = _decide("HELP", _line(joined=joined, hinted=True))
        assert helped == Say(text=sandbox_help_text(VOICE), keyword=helped.keyword)  # type: ignore[union-attr]


def test_every_wording_names_the_brand_and_the_way_out() -> None:
    """I24, I31: whatever a sandbox says of itself begins with the brand and tells how to opt out."""
    for text in (
        join_text(VOICE, "brave-otter"),
        leave_text(VOICE),
        hint_text(VOICE),
        sandbox_help_text(VOICE),
        sandbox_start_text(VOICE),
    ):
        assert text.startswith("Corner Cafe: ")
        assert "STOP" in text
