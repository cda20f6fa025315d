"""find_wish and its answers: who asks to be forgotten, and what they are told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.agent import AgentStatus
from gateway.domain.compliance import MAX_LINE, Keyword, Voice, read_keyword
from gateway.domain.consent import ConsentState, Source
from gateway.domain.forgetting import Erasure, find_wish, forgotten_text, sure_text
from gateway.domain.honesty import Language
from gateway.domain.receiving import Ignore, Say, decide
from gateway.domain.segment import count_segments, is_gsm
from tests.domain.values import VOICE, a_line, a_number, a_text, an_agent

_WISHES = [
    ("forget me", Language.ENGLISH),
    ("FORGET ME", Language.ENGLISH),
    ("Forget me!", Language.ENGLISH),
    ("please forget me", Language.ENGLISH),
    ("Forget me, please.", Language.ENGLISH),
    ("delete my data", Language.ENGLISH),
    ("Erase all my data", Language.ENGLISH),
    ("yes, forget me", Language.ENGLISH),
    ("Olvídame", Language.SPANISH),
    ("borra mis datos por favor", Language.SPANISH),
    ("Oublie-moi", Language.FRENCH),
    ("Supprimez mes données, s'il vous plaît", Language.FRENCH),
]
_LINE = a_line()
_OTHERS = [
    "don't forget me",
    "forget me not seeds, two packs",
    "forget it",
    "will you forget me",
    "delete my data plan",
    "delete my order",
    "delete my number",
    "remove me",
    "erase me",
    "delete my info",
    "eliminen mis datos",
    "effacez mes données",
    "forget",
    "",
    "forget me " * 40,
]


@pytest.mark.parametrize(("body", "language"), _WISHES)
def test_a_wish_is_a_whole_text(body: str, language: Language) -> None:
    """I70: who asks to be forgotten is heard, whatever the case, the punctuation and the politeness."""
    decision = decide(a_text(body), _LINE, VOICE)
    assert isinstance(decision, Say)
    assert decision.text == sure_text(language, VOICE)


@pytest.mark.parametrize("body", _OTHERS)
def test_nothing_else_is_one(body: str) -> None:
    """A sentence that holds the words is no wish, and what was an opt-out before stays one."""
    assert find_wish(body) is None


@pytest.mark.parametrize("body", [body for body, _ in _WISHES])
def test_a_wish_asks_first_and_changes_no_consent(body: str) -> None:
    """I22, I70: a wish is answered with one question that names STOP, and opts nobody out; the second is the last."""
    first = decide(a_text(body), _LINE, VOICE)
    assert isinstance(first, Say)
    assert (first.erasure, first.consent) == (Erasure.ASKED, None)
    assert "STOP" in first.text
    second = decide(a_text(body), replace(_LINE, wishes_erasure=True), VOICE)
    assert isinstance(second, Say)
    assert (second.erasure, second.consent) == (Erasure.DONE, None)


@pytest.mark.parametrize("body", ["delete my number", "erase me", "delete my info", "STOP"])
def test_an_opt_out_stays_one(body: str) -> None:
    """I21, I22: opt-outs in words that speak of a number or of leaving are opt-outs, also beside a wish."""
    decision = decide(a_text(body), replace(_LINE, wishes_erasure=True), VOICE)
    assert isinstance(decision, Say)
    assert decision.consent is not None
    assert decision.consent.state is ConsentState.OUT
    assert decision.consent.source in (Source.KEYWORD, Source.FREE_FORM)
    assert decision.erasure is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"consent": ConsentState.OUT}, "opted out"),
        ({"blocked": True}, "blocked"),
        ({"number": None, "agent": None}, "number not bound"),
    ],
)
def test_who_is_not_answered_is_not_asked(changes: dict[str, Any], reason: str) -> None:
    """I19, I70: who is out, blocked or at an unbound number meets silence, with a wish before it or without."""
    for wishes in (False, True):
        assert decide(a_text("forget me"), replace(_LINE, wishes_erasure=wishes, **changes), VOICE) == Ignore(
            reason=reason
        )


def test_a_stop_word_of_the_number_comes_first() -> None:
    """I21: where an operator has made the phrase a stop word, it is one."""
    assert read_keyword("forget me", ConsentState.UNSET, ("forgetme",)) is Keyword.STOP
    line = replace(_LINE, number=replace(a_number(), stop_words=("forgetme",)))
    decision = decide(a_text("forget me"), line, VOICE)
    assert isinstance(decision, Say)
    assert decision.keyword is Keyword.STOP


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("word", [sure_text, forgotten_text])
def test_the_words_are_plain_and_short(word: Callable[[Language, Voice], str], language: Language) -> None:
    """I31: question and answer are plain letters in one segment, two with the longest brand, and ask for no YES."""
    assert (is_gsm(word(language, VOICE)), count_segments(word(language, VOICE))) == (True, 1)
    longest = word(language, Voice(brand="B" * MAX_LINE, help_contact=None))
    assert longest.startswith("B" * MAX_LINE)
    assert count_segments(longest) <= 2
    assert "YES" not in longest


def test_a_wish_names_the_phrase_to_repeat() -> None:
    """I70: what the question tells people to text is itself a wish, in every language."""
    for language, phrase in zip(Language, ("FORGET ME", "OLVIDAME", "OUBLIE-MOI"), strict=True):
        assert phrase in sure_text(language, VOICE)
        assert find_wish(phrase) is language


def test_a_paused_agent_is_in_nobodys_way() -> None:
    """I70: who wants to be forgotten is, whether their agent answers just then or not."""
    paused = replace(an_agent(), status=AgentStatus.PAUSED)
    decision = decide(a_text("forget me"), replace(_LINE, agent=paused), VOICE)
    assert isinstance(decision, Say)
    assert decision.erasure is Erasure.ASKED
