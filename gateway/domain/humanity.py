"""Whether a text asks if a person or a machine answers: "are you a bot?", "¿hablo con una persona?", "t'es humain ?".

Read by fixed phrases over folded words, in three languages; no model is asked, since its instructions may tell it to
deny. What follows a phrase is looked at, too: "are you a real person?" asks, "are you a real estate agent?" does not.
"""

import re
from collections.abc import Iterator, Sequence

from gateway.domain.honesty import Language
from gateway.domain.phrasings import SLIPS, SPELLINGS, Phrasings
from gateway.domain.phrasings_english import ENGLISH
from gateway.domain.phrasings_french import FRENCH
from gateway.domain.phrasings_spanish import SPANISH
from gateway.domain.symbols import LONGEST, QUOTED, fold

_OVERLAP = 200
"""What two stretches of a long text share, lest a question falls between them."""
_ABBREVIATION = re.compile(r"\b([ai])\.([ai])\b\.?")
_SENTENCE = re.compile(r"[^.!?;:\u2026\n]+([?]?)")
_WORD = re.compile(r"[^\W_]+")
_QUOTED_WORDS = 4
_FEW = 6
"""Words of a sentence that asks by two nouns alone: "so, human or bot?"."""
_PHRASINGS: Sequence[tuple[Language, Phrasings]] = (
    (Language.ENGLISH, ENGLISH),
    (Language.SPANISH, SPANISH),
    (Language.FRENCH, FRENCH),
)


def find_question(text: str) -> Language | None:
    """Find the language in which a text asks if a person or a machine answers; None when it does not."""
    for start in range(0, max(1, len(text) - _OVERLAP), LONGEST - _OVERLAP):
        for sentence, is_question in _read_sentences(text[start : start + LONGEST]):
            for language, phrasings in _PHRASINGS:
                if _asks(sentence, phrasings, is_question=is_question):
                    return language
    return None


def _asks(sentence: str, phrasings: Phrasings, *, is_question: bool) -> bool:
    if phrasings.quoting.search(sentence):
        return False
    if phrasings.always.search(sentence) or (is_question and phrasings.asked.search(sentence)):
        return True
    return sentence.count(" ") < _FEW and phrasings.choice.search(sentence) is not None


def _read_sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Read a text as sentences of known spelling, and whether each ends with a question mark."""
    folded = _ABBREVIATION.sub(r"\1\2", fold(text))
    unquoted = QUOTED.sub(_unquote, folded)
    # a text that is one quotation is none
    folded = unquoted if _WORD.search(unquoted) else folded
    # a line may end where its sentence does, or in the middle
    for lines in dict.fromkeys((folded, folded.replace("\n", " "))):
        for sentence in _SENTENCE.finditer(lines):
            yield " ".join(map(_spell, _WORD.findall(sentence[0]))), bool(sentence[1])


def _unquote(quotation: re.Match[str]) -> str:
    """Drop what others say; a word or two in quotation marks are the texter's own."""
    words = _WORD.findall(quotation[0])
    return " " + " ".join(words) + " " if len(words) < _QUOTED_WORDS else " "


def _spell(word: str) -> str:
    return SPELLINGS.get(word) or SLIPS.get(word, word)
