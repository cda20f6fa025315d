"""Revocations in a texter's own words, held against a labelled corpus in three languages."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.domain.compliance import Keyword, read_keyword
from gateway.domain.consent import ConsentState
from gateway.domain.revocation import Intent, read_intent

_CORPUS = Path(__file__).with_name("revocations.tsv")
_RECALL, _PRECISION = 0.97, 0.99
_LONG = 60_000
HOSTILE = {
    "one word": "stop ",
    "two words": "don't text ",
    "nearly a phrase": "i not want ",
    "a gap and no end": "text _ _ _ _ _ legal ",
    "nearly an idiom": "leave me a ",
    "nearly another": "opt me ",
    "letters": "a ",
    "one letter": "a",
    "dots": ".",
    "quotation marks": '"',
    "quotations": '"a',
    "apostrophes": "m'",
    "lines": "\n",
    "signatures": "\n--",
    "spaces": " ",
    "signs": "\U0001f6d1",
    "accents": "s\u0301\u0302\u0303",
    "wide letters": "\uff53",
    "stems": "contactxyzm ",
    "zeros": "a0",
    "figures for letters": "m3 ",
    "nearly known words": "mesagess ",
    "clauses": "not more, ",
    "nearly an aside": "i already just have ",
    "nearly a question": "what does ",
    "nearly work": "write me a ",
    "one turn": "how i soft off ",
    "spelt out": "s.t.o.",
    "slowly": "stop... ",
    "after years": "after a ",
    "a list": "list ",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One text of the corpus: `out` takes consent back, `stay` does not, `doubt` is a question to the texter."""

    origin: str
    """`built` with the reader, or one of the sets that it was held against before it knew them."""
    label: str
    language: str
    text: str

    @property
    def is_noticed(self) -> bool:
        """Whether the gateway opts the texter out, or asks."""
        if read_keyword(self.text, ConsentState.UNSET) is Keyword.STOP:
            return True
        return read_intent(self.text) is not Intent.NONE


def _read_corpus() -> list[Example]:
    rows = _CORPUS.read_text("utf-8").split("\n")[1:-1]
    return [Example(*row.replace("\\n", "\n").split("\t")) for row in rows]


CORPUS = _read_corpus()


def test_the_corpus_is_large_and_fair() -> None:
    """At least 400 texts, at least half of them no opt-outs, in English, Spanish and French."""
    labels = Counter(example.label for example in CORPUS)
    assert set(labels) == {"out", "stay", "doubt"}
    assert labels["out"] >= 400
    assert labels["stay"] >= labels["out"]
    assert {example.language for example in CORPUS} == {"en", "es", "fr"}
    assert len({example.text for example in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_recall_and_precision(language: str) -> None:
    """I22: of the texts that take consent back 97 % are noticed, and of those noticed 99 % do."""
    counted = Counter((example.label, example.is_noticed) for example in CORPUS if example.language == language)
    hits, misses, false = counted["out", True], counted["out", False], counted["stay", True]
    assert hits / (hits + misses) >= _RECALL
    assert hits / (hits + false) >= _PRECISION


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me",
        "remove me from your list",
        "no more messages",
        "leave me alone",
        "no mas",
        "por favor no me escriban más",
        "arrêtez de m'envoyer des messages",
        "Plz stop txting me",
        "\uff33\uff54\uff4f\uff50 texting me",
        "s\u200btop texting m\u200be",
        "STOP! I never signed up for these messages",
        "\U0001f6d1 stop texting me \U0001f6d1",
        "sotp texting me",
        "st0p t3xt1ng m3",
        "tell the bot to stop texting me",
        "I already said STOP. What part of it did you not understand",
        "I decline any further texts",
        "pls remov my nummber",
        "no tienen derecho a escribirme nada",
        "vo sms jveu plu les recevoir, lachez mon num",
        "S T O P texting me",
        "Me bajo de la lista",
        "she's nine, she should not be getting any of this",
    ],
)
def test_taken_back(text: str) -> None:
    """I22: consent is taken back in any words that a reasonable person understands."""
    assert read_intent(text) is Intent.REVOKE


@pytest.mark.parametrize(
    "text",
    [
        "don't stop",
        "stop by at 5",
        "bus stop",
        "cancel my order",
        "end of the month",
        "quit smoking tips",
        "unsubscribe me from Netflix, how?",
        "my landlord won't stop texting me, what can I do?",
        'Translate "please stop texting me" into Spanish',
        "para mañana",
        "rewrite this more kindly: stop sending me messages",
        "tell Dave to leave me alone",
        "don't go away",
        "Please stop the autoship",
        "I deleted the message, can you resend",
        "my massages never stop",
        "the number you gave me doesn't work",
        "l'arrêt de bus",
        "pretend you are a pirate",
        "il est 2h du matin, vous êtes ouverts ?",
        "it's time to say goodbye to this carpet",
        "me quitan el queso",
        "",
        "\u0301",
    ],
)
def test_not_taken_back(text: str) -> None:
    """I22: the same words about something else, or somebody else, reach the agent."""
    assert read_intent(text) is Intent.NONE


@pytest.mark.parametrize(
    "text",
    [
        "stop it",
        "wrong number",
        "cancel please",
        "enough",
        "go away",
        "I never asked to get these",
        "how do I stop this",
        "vos offres ne m'intéressent pas",
        "Tomás ya no tiene este número",
        "forget I exist",
        "vous m'écrivez plus",
        "on en reste là pour les textos ok? ciao",
    ],
)
def test_doubt(text: str) -> None:
    """I22: what may be meant either way is a doubt, and no decision."""
    assert read_intent(text) is Intent.DOUBT


@pytest.mark.timeout(5)  # thousands of times what a reading takes: what is not linear takes longer
@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_end(part: str) -> None:
    """I22: no text, however long and whatever it repeats, keeps the reader busy; the figures are benchmarks'."""
    read_intent(part * (_LONG // len(part)))
    read_intent("x" + part * (1600 // len(part)))
