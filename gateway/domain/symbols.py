"""Texts as lines of symbols: one for each word's class, one for each end of a part of a sentence.

A text is folded first, so that what does not change its meaning does not change its line. Phrases are then regular
expressions over such lines; see phrases.py for how they are written.
"""

import re
import string
import unicodedata
from heapq import heapify, heappop, heappush

from gateway.domain.idioms import IDIOMS
from gateway.domain.spelling import Spelling
from gateway.domain.vocabulary import STEMS, class_of_words

_LITERAL = re.compile(r"\\b[a-z][a-z ]{3}")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


def _find_quickly(pattern: str) -> str:
    """Drop the word boundary before a pattern that starts with letters: it is found far quicker so."""
    flat = pattern
    while flat != (flat := _IN_BRACKETS.sub("", flat)):
        pass
    return pattern[2:] if _LITERAL.match(pattern) and "|" not in flat and r"\w" not in pattern else pattern


_CLASSES = class_of_words()
_ALPHABET = string.ascii_letters + "".join(map(chr, range(0x3B1, 0x3C9)))
SYMBOLS = dict(zip(dict.fromkeys(_CLASSES.values()), _ALPHABET, strict=False))
OTHER, FIGURE = "-", "0"
"""The symbols of a word in no class, and of a number in figures."""
_BROADER = {"time": ("time", "in"), "soft": ("soft", "on", "can")}
"""Names that mean several classes."""
_KNOWN = {word: SYMBOLS[name] for word, name in _CLASSES.items()}
_SPELLING = Spelling(_CLASSES)
_MARKS = dict.fromkeys(".!;:\u2026\n", ".") | {"?": "?"} | dict.fromkeys(",()\u2013\u2014", ",")
_STEM = re.compile("|".join(f"(?P<{SYMBOLS[name]}>{pattern})" for name, pattern in STEMS.items()))
_SHORTEST_STEM = 5
_IDIOMS = [
    (
        [sign for sign in signs if sign[0] != "*"],
        frozenset(max(re.split("[ &]", sign), key=len) for sign in signs if sign[0] != "*"),
        [sign[1:] for sign in signs if sign[0] == "*"],
        re.compile(_find_quickly(pattern)),
        meaning,
    )
    for signs, pattern, meaning in ((either.split("|"), pattern, meaning) for either, pattern, meaning in IDIOMS)
]
_BY_PART = [place for place, (_, _, parts, _, _) in enumerate(_IDIOMS) if parts]
_BY_WORD: dict[str, list[int]] = {}
for _place, _idiom in enumerate(_IDIOMS):
    for _key in _idiom[1]:
        _BY_WORD.setdefault(_key, []).append(_place)
_PARTS = {
    "~": "[A-Za-z\u03b1-\u03c9,-]",
    "0": FIGURE,
    "_": "[A-Za-z\u03b1-\u03c9-]",
    "$": r"(?=$|[.,!?])",
    "^": r"(?:^|(?<=[.,!?]))",
}

_TOKEN = re.compile(r"[^\W_]+|[.!;:\u2026\n]+|[?]+|[,()\u2013\u2014]+")
LONGEST = 1600
"""Characters of a text that Twilio brings at most, https://www.twilio.com/docs/messaging/guides/webhook-request."""
_LOOKALIKES = str.maketrans("\u0455\u043e\u0440\u0441\u0435\u0430\u0443\u0442\u0456\u0458\u04bb\u043a", "sopceaytijhk")
_FIGURES_FOR_LETTERS = str.maketrans("013457", "oieast")
_INVISIBLE = re.compile(
    r"[\u0300-\u036f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+"
)
_ELISION = re.compile(r"\b([mndjlstc]|qu)['\u2018\u2019`\u00b4]")
_APOSTROPHE = re.compile(r"['\u2018\u2019`\u00b4]")
_SIGNATURE = re.compile(r"\n(?:sent from|envoye|enviado|[-~\u2013\u2014]).*\Z", re.DOTALL)
_RUN = re.compile(r"(\w)\1{2,}")
_SPELT = re.compile(r"(?<!\w)[a-z](?:[ .*_]{1,2}[a-z](?!\w)){2,}")
_OFTEN_SPELT = ("stop", "quit", "done", "end", "arretez", "arrete", "arret", "basta", "alto", "paren", "unsubscribe")
"""Words that are spelt out, s.t.o.p, for those who don't listen."""
_PICTURES = re.compile(
    "[\u2600-\u26d3\u26d5-\u2709\u270c-\u27bf\U0001f300-\U0001f44e\U0001f450-\U0001f5ff\U0001f607-\U0001f6d0\U0001f6d2-\U0001f922\U0001f924-\U0001faff]+"
)
_DOTS = re.compile(r"(?<=\w) ?(?:\.{2,}|\u2026) ?(?=\w)")
_SLOWLY = 2
"""Dots between words: so many of them don't end sentences."""
_ZERO = re.compile(r"(?<=[a-z])0(?=[a-z])")
QUOTED = re.compile(
    r"[\"\u201c\u201d\u00ab\u2039][^\"\u201c\u201d\u00ab\u00bb\u2039\u203a]{3,200}[\"\u201d\u00bb\u203a]"
)
_FEW_WORDS = 3


def write_line(body: str) -> str:
    """Write a text as a line of symbols."""
    tokens = _read_idioms(_drop_quotations(fold(body)))
    return "".join([_KNOWN.get(token) or _symbol(token) for token in tokens])


def _read_idioms(text: str) -> list[str]:
    tokens = _TOKEN.findall(text)
    words, before = set(tokens), text
    # in their order, and only those that a word of the text, or of what was read so far, may begin
    waiting = [*_BY_PART, *(place for word in words for place in _BY_WORD.get(word, ()))]
    heapify(waiting)
    last = -1
    while waiting:
        place = heappop(waiting)
        if place == last:
            continue
        last = place
        signs, keys, parts, idiom, meaning = _IDIOMS[place]
        may_stand = not keys.isdisjoint(words) and any(_stands(sign, words, text) for sign in signs)
        if may_stand or (parts and any(map(text.__contains__, parts))):
            text, count = idiom.subn(meaning, text)
            new = {*meaning.split()} - words if count else ()
            words.update(new)
            for later in (later for word in new for later in _BY_WORD.get(word, ()) if later > place):
                heappush(waiting, later)
    return tokens if text == before else _TOKEN.findall(text)


def _stands(sign: str, words: set[str], text: str) -> bool:
    if " " in sign:
        return sign in text
    return words.issuperset(sign.split("&"))


def fold(body: str) -> str:
    """Take away case, accents, forms of letters, invisible characters, apostrophes, drawn-out letters, signatures."""
    text = body[:LONGEST].casefold()
    if not text.isascii():
        # some characters become eighteen
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text)[: 2 * LONGEST]).translate(_LOOKALIKES)[:LONGEST]
        text = _PICTURES.sub(", ", text)
    text = _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", text))
    text = _SIGNATURE.sub("", text)
    slowly, count = _DOTS.subn(" ", text)
    text = _ZERO.sub("o", _RUN.sub(r"\1", slowly if count >= _SLOWLY else text)).replace("-", " ")
    return _SPELT.sub(_join, text)


def _join(spelt: re.Match[str]) -> str:
    letters = re.sub(r"[^a-z]", "", spelt[0])
    word = next((each for each in _OFTEN_SPELT if letters.startswith(each)), None)
    return f"{word} {' '.join(letters[len(word) :])}" if word else spelt[0]


def _drop_quotations(text: str) -> str:
    """Drop what is quoted, since it is not what the texter wants; a text that is one quotation is none."""
    unquoted, count = QUOTED.subn(" ", text)
    if not count:
        return text
    return unquoted if len(_TOKEN.findall(unquoted)) >= _FEW_WORDS else text


def _symbol(token: str) -> str:
    if token[0] in _MARKS:
        return _MARKS[token[0]]
    if token.isdecimal():
        return FIGURE
    if not token.isalpha():
        return _KNOWN.get(token.translate(_FIGURES_FOR_LETTERS), OTHER)
    stem = _STEM.fullmatch(token) if len(token) >= _SHORTEST_STEM else None
    if stem:
        return stem.lastgroup or OTHER
    near = _SPELLING.class_of(token)
    return SYMBOLS[near] if near else OTHER


def _symbols(name: str) -> tuple[str, ...]:
    return (OTHER,) if name == OTHER else tuple(SYMBOLS[each] for each in _BROADER.get(name, (name,)))


def has(line: str, *names: str) -> bool:
    """Tell whether a line has a word of one of the classes."""
    return any(symbol in line for name in names for symbol in _symbols(name))


def phrase(text: str) -> re.Pattern[str]:
    """Compile a phrase, written as in phrases.py."""
    return re.compile("".join(map(_step, text.split())))


def needs(text: str) -> frozenset[str]:
    """Tell the symbols that a line must have for a phrase to stand in it: it is quicker to look for them first."""
    names = {step.partition("{")[0] for step in text.split() if "{0" not in step} - _PARTS.keys()
    return frozenset(either[0] for name in names if "|" not in name and len(either := _symbols(name)) == 1)


def _step(step: str) -> str:
    names, brace, count = step.partition("{")
    either = [symbol for name in names.split("|") for symbol in _symbols(name)] if names not in _PARTS else []
    # a hyphen stands last, where it means itself
    return (_PARTS.get(names) or f"[{''.join(sorted(either, reverse=True))}]") + brace + count
