"""Texts as lines of symbols: one for each word's class, one for each end of a part of a sentence.

A text is folded first, so that what does not change its meaning does not change its line. Phrases are then regular
expressions over such lines; see phrases.py for how they are written.
"""

import re
import string
import unicodedata

from gateway.domain.idioms import IDIOMS
from gateway.domain.vocabulary import STEMS, class_of_words

_CLASSES = class_of_words()
SYMBOLS = dict(zip(dict.fromkeys(_CLASSES.values()), string.ascii_letters, strict=False))
OTHER, FIGURE = "-", "0"
"""The symbols of a word in no class, and of a number in figures."""
_KNOWN = {word: SYMBOLS[name] for word, name in _CLASSES.items()}
_MARKS = dict.fromkeys(".!;:\u2026\n", ".") | {"?": "?"} | dict.fromkeys(",()\u2013\u2014", ",")
_STEM = re.compile("|".join(f"(?P<{SYMBOLS[name]}>{pattern})" for name, pattern in STEMS.items()))
_SHORTEST_STEM = 5
_IDIOMS = [(needle, re.compile(pattern), meaning) for needle, pattern, meaning in IDIOMS]
_PARTS = {"~": "[A-Za-z,-]", "0": FIGURE, "_": r"[A-Za-z-]", "$": r"(?=$|[.,!?])", "^": r"(?:^|(?<=[.,!?]))"}

_TOKEN = re.compile(r"[^\W_]+|[.!;:\u2026\n]+|[?]+|[,()\u2013\u2014]+")
LONGEST = 1600
"""Characters of a text that Twilio brings at most, https://www.twilio.com/docs/messaging/guides/webhook-request."""
_LOOKALIKES = str.maketrans("\u0455\u043e\u0440\u0441\u0435\u0430\u0443\u0442\u0456\u0458\u04bb\u043a", "sopceaytijhk")
_INVISIBLE = re.compile(
    r"[\u0300-\u036f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+"
)
_ELISION = re.compile(r"\b([mndjlstc]|qu)['\u2018\u2019`\u00b4]")
_APOSTROPHE = re.compile(r"['\u2018\u2019`\u00b4]")
_SIGNATURE = re.compile(r"\n(?:sent from|envoye|enviado|[-~\u2013\u2014]).*\Z", re.DOTALL)
_RUN = re.compile(r"(\w)\1{2,}")
_ZERO = re.compile(r"(?<=[a-z])0(?=[a-z])")
QUOTED = re.compile(
    r"[\"\u201c\u201d\u00ab\u2039][^\"\u201c\u201d\u00ab\u00bb\u2039\u203a]{3,200}[\"\u201d\u00bb\u203a]"
)
_FEW_WORDS = 3


def write_line(body: str) -> str:
    """Write a text as a line of symbols."""
    text = _drop_quotations(fold(body))
    for needle, idiom, meaning in _IDIOMS:
        if needle in text:
            text = idiom.sub(meaning, text)
    return "".join(_symbol(token) for token in _TOKEN.findall(text))


def fold(body: str) -> str:
    """Take away case, accents, forms of letters, invisible characters, apostrophes, drawn-out letters, signatures."""
    text = body[:LONGEST].casefold()
    if not text.isascii():
        # some characters become eighteen
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text)[: 2 * LONGEST]).translate(_LOOKALIKES)[:LONGEST]
    text = _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", text))
    text = _SIGNATURE.sub("", text)
    return _ZERO.sub("o", _RUN.sub(r"\1", text)).replace("-", " ")


def _drop_quotations(text: str) -> str:
    """Drop what is quoted, since it is not what the texter wants; a text that is one quotation is none."""
    unquoted = QUOTED.sub(" ", text)
    return unquoted if len(_TOKEN.findall(unquoted)) >= _FEW_WORDS else text


def _symbol(token: str) -> str:
    known = _KNOWN.get(token) or _MARKS.get(token[0])
    if known:
        return known
    if token.isdecimal():
        return FIGURE
    stem = _STEM.fullmatch(token) if len(token) >= _SHORTEST_STEM else None
    return stem.lastgroup or OTHER if stem else OTHER


def has(line: str, *names: str) -> bool:
    """Tell whether a line has a word of one of the classes."""
    return any(SYMBOLS[name] in line for name in names)


def phrase(text: str) -> re.Pattern[str]:
    """Compile a phrase, written as in phrases.py."""
    return re.compile("".join(map(_step, text.split())))


def _step(step: str) -> str:
    names, brace, count = step.partition("{")
    either = [OTHER if name == OTHER else SYMBOLS[name] for name in names.split("|")] if names not in _PARTS else []
    # a hyphen stands last, where it means itself
    return (_PARTS.get(names) or f"[{''.join(sorted(either, reverse=True))}]") + brace + count
