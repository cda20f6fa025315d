"""Whether a text asks if a person or a machine answers, held against a table of phrasings in three languages."""

from collections import Counter
from pathlib import Path

import pytest

from gateway.domain.humanity import find_question

_ROWS = [
    tuple(row.split("\t")) for row in Path(__file__).with_name("humanity.tsv").read_text("utf-8").split("\n")[1:-1]
]
_ASKING = [(language, text) for _, asks, language, text in _ROWS if asks == "yes"]
_OTHERS = [text for _, asks, _, text in _ROWS if asks == "no"]
_REVOCATIONS = Path(__file__).with_name("revocations.tsv").read_text("utf-8").split("\n")[1:-1]
_LONG = 60_000
HOSTILE = {
    "one start": "are you ",
    "nearly a phrase": "are you a real estate ",
    "words that may stand between": "are you a really actually even just still like ",
    "letters of a start": "ru ",
    "adjectives": "is this a real real real ",
    "a choice and no end": "are you a person or ",
    "Spanish": "eres un una unos algo ",
    "French": "c'est un une des vraiment ",
    "letters": "a ",
    "one letter": "a",
    "abbreviations": "a.i.",
    "dots": ".",
    "questions": "?",
    "quotation marks": '"',
    "quotations": '"a ',
    "apostrophes": "m'",
    "lines": "\n",
    "spaces": " ",
    "accents": "e\u0301\u0302",
    "wide letters": "\uff41\uff52\uff45 ",
    "ligatures": "\ufdfa",
}


def test_the_table_is_large_and_fair() -> None:
    """I29: in each language at least 40 phrasings and as many other texts."""
    counted = Counter((language, asks) for _, asks, language, _ in _ROWS)
    assert set(counted) == {(language, asks) for language in ("en", "es", "fr") for asks in ("yes", "no")}
    assert min(counted.values()) >= 40
    assert len({text for *_, text in _ROWS}) == len(_ROWS)


@pytest.mark.parametrize(("language", "text"), _ASKING)
def test_asking(language: str, text: str) -> None:
    """I29: whoever asks, in whatever words, is heard, and answered in their language."""
    assert find_question(text)
    found = find_question(text)
    assert found
    assert found.value == language


@pytest.mark.parametrize("text", _OTHERS)
def test_not_asking(text: str) -> None:
    """I29: the same words about something else reach the agent."""
    assert not find_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "are y\u200bou a r\u00f6bot",
        "\uff41\uff52\uff45 you human",
        "\u0430re you \u0430 b\u043et",
        "Are you a BOOOOT????",
        "are\nyou a bot",
        '"Are you a real person?"',
        "\U0001f916 are you a robot \U0001f916?",
        "Hi. " * 500 + "Are you a robot?",
        "x" * 1395 + " are you a robot? " + "x" * 2000,
        "x" * 1585 + ". I ask: are you a robot. " + "x" * 2000,
    ],
    ids=[
        "invisible",
        "wide",
        "lookalike",
        "drawn out",
        "lines",
        "quoted",
        "emoji",
        "late",
        "at a border",
        "over a border",
    ],
)
def test_dressed_up(text: str) -> None:
    """I29: letters of other forms, and wherever in a long text it stands, make no difference."""
    assert find_question(text)


def test_other_texts_are_left_alone() -> None:
    """I29: of 3,600 texts that take no consent back, none is taken for the question but those seventeen that ask it."""
    texts = [row.split("\t")[3] for row in _REVOCATIONS if row.split("\t")[1] == "stay"]
    taken = [text for text in texts if find_question(text)]
    assert len(texts) > 4000
    assert len(taken) == 17, taken


@pytest.mark.timeout(5)  # a hundred times what a reading takes: what is not linear takes longer
@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_end(part: str) -> None:
    """I29: no text, however long and whatever it repeats, keeps the reader busy."""
    find_question(part * (_LONG // len(part)))
    find_question("x " + part * (1600 // len(part)))
