"""Keywords that an agent's words ask people to answer with, held against a table in three languages."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.compliance import read_keyword
from gateway.domain.consent import ConsentState
from gateway.domain.flags import find_flags, find_warnings
from gateway.domain.honesty import DISCLOSURE
from gateway.domain.texting import Texting
from tests.domain.values import an_agent

_ROWS = [row.split("\t") for row in Path(__file__).with_name("flags.tsv").read_text("utf-8").split("\n")[1:-1]]
_HOSTILE = {
    "askings": "reply with just only the word ",
    "asking for": "ask them all ",
    "choices": "reply YES or ",
    "plain choices": "ask to answer yes, ",
    "negations": "never not no ",
    "quotation marks": '"',
    "spaces": "reply  ",
    "purposes": "reply STOP opt opt opt ",
    "letters": "a",
    "accents": "e\u0301\u0302",
}


@pytest.mark.parametrize(("words", "text"), [(words, text) for words, _, text in _ROWS if words])
def test_flagged(words: str, text: str) -> None:
    """I31: a prompt that asks people for a keyword is flagged, once for each, by the word."""
    asked = [flag.removeprefix("It asks people to answer ").partition(".")[0] for flag in find_flags(text)]
    assert asked == words.split(",")


@pytest.mark.parametrize("text", [text for words, _, text in _ROWS if not words])
def test_not_flagged(text: str) -> None:
    """I31: a keyword named for what it is for, forbidden, or about something else, is no flag."""
    assert find_flags(text) == ()


def test_the_table_is_fair() -> None:
    """I31: in each language at least ten texts of each kind."""
    counted = Counter((language, bool(words)) for words, language, _ in _ROWS)
    assert len(counted) == 6
    assert min(counted.values()) >= 10


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("CANCEL", "opt-out keyword: whoever answers so gets no more texts"),
        ("YES", "opt-in keyword"),
        ("START", "opt-in keyword"),
        ("HELP", "keyword for help"),
    ],
)
def test_sentence(word: str, why: str) -> None:
    """I31: a flag names the word, says why it does not work, and what to ask for instead."""
    assert read_keyword(word, ConsentState.OUT)
    (flag,) = find_flags(f"Ask them to reply {word} to see the offer.")
    assert f"answer {word}." in flag
    assert why in flag
    assert flag.endswith("Ask for 1 or 2, or OK, instead.")


def test_all_that_an_agent_says() -> None:
    """I31: apology, refusal and a disclosure of its own are read like the prompt, and a word is told once."""
    texting = Texting(apology="Reply YES to try again.", refusal="Reply QUIT or YES.", disclosure=DISCLOSURE)
    flags = find_warnings(replace(an_agent(system_prompt="Say: reply YES"), texting=texting))
    assert [flag.split()[5] for flag in flags] == ["YES.", "QUIT."]


def test_nothing_to_say() -> None:
    """I31: our own wordings, and an agent that has them, are not flagged."""
    assert find_warnings(an_agent()) == ()


@pytest.mark.timeout(5)  # hundreds of times what a reading takes: what is not linear takes longer
@pytest.mark.parametrize("part", _HOSTILE.values(), ids=_HOSTILE)
def test_hostile_prompts_end(part: str) -> None:
    """I31: no prompt, whatever it repeats, keeps the reader busy."""
    find_flags(part * (2000 // len(part)), part * (60_000 // len(part)))
