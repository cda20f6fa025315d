"""Honesty: who texts is told that an automated AI answers, by the gateway and in fixed words.

EU AI Act Art. 50(1), since 2 August 2026; docs/compliance.md has the other rules. Rates, HELP and STOP stand beside it,
as the CTIA Messaging Principles §5.1.2 want them in a programme's first message.
"""

import re
from collections.abc import Sequence
from enum import Enum

from gateway.domain.compliance import Voice
from gateway.domain.reply import clean, count_fitting, shape_reply
from gateway.domain.segment import count_segments
from gateway.domain.typography import fold_typography


class Language(Enum):
    """A language that the gateway answers in."""

    ENGLISH = "en"
    SPANISH = "es"
    FRENCH = "fr"


DISCLOSURE = (
    "{brand}: you're texting with an automated AI. Msg & data rates may apply. Reply HELP for help, STOP to opt out."
)
"""What stands before a conversation's first reply; `{brand}` is whoever texts."""

_TRUTHS = {
    Language.ENGLISH: "{brand}: I'm an automated AI, not a person. Just go on, I'm glad to help.",
    Language.SPANISH: "{brand}: soy una IA automatizada, no una persona. Puedes seguir, te ayudo con gusto.",
    Language.FRENCH: "{brand} : je suis une IA automatisée, pas une personne. Continuez, je vous aide volontiers.",
}
# "J'ai" is no AI, and a virtual assistant may be a person
_AI = re.compile(
    r"(?<!['\u2019])\b(?:a\.?i|i\.?a|autom[a\u00e1]t\w*|(?:chat)?bots?|robots?|artifici\w*)\b", re.IGNORECASE
)
_NEEDED = (
    ("that an automated AI answers (EU AI Act Art. 50 wants it said)", _AI),
    ("STOP, the way out", re.compile(r"\bSTOP\b", re.IGNORECASE)),
    ("HELP, the way to a person", re.compile(r"\bHELP\b", re.IGNORECASE)),
)


def disclosure_text(wording: str, voice: Voice) -> str:
    """Word a disclosure, as far as one part holds it; nothing when it is switched off."""
    # no format string: a developer's words may hold braces of their own
    words = clean(wording.replace("{brand}", voice.brand))
    return words[: count_fitting(words)].rstrip()


def open_reply(disclosure: str, parts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Put a disclosure before a first reply: above its first part, or as a part of its own where that is cheaper.

    Returns it in the typography that it has there, and the parts: together they never have more segments than apart.
    """
    first, *rest = parts
    worded = (disclosure, fold_typography(disclosure))
    together = [(words, shape_reply(add_disclosure(words, first))) for words in worded]
    apart = [(words, (*shape_reply(words), first)) for words in worded]
    # the history knows it by its words: they are never torn
    whole = [(words, begun) for words, begun in (*together, *apart) if begun[0].startswith(words)]
    words, begun = min(whole, key=lambda way: sum(map(count_segments, way[1])))
    return words, (*begun, *rest)


def add_disclosure(disclosure: str, answer: str) -> str:
    """Put a disclosure before an answer, as a paragraph of its own."""
    return f"{disclosure}\n\n{answer}" if disclosure else answer


def drop_disclosure(disclosure: str, text: str) -> str:
    """Take it away again: a model that saw it in the history would say it, too."""
    return text.removeprefix(disclosure).lstrip()


def machine_text(language: Language, voice: Voice) -> str:
    """Word the answer to who asks whether a person answers: the truth, in one line, and that they may go on."""
    return _TRUTHS[language].replace("{brand}", voice.brand)


def find_gaps(wording: str) -> tuple[str, ...]:
    """Tell, in sentences for people, what a disclosure of a developer's own leaves out, unless it is off."""
    missing = [what for what, needed in _NEEDED if wording.strip() and not needed.search(wording)]
    return tuple(f"The disclosure does not say {what}." for what in missing)
