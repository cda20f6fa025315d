"""Inline Markdown: what stands within a line, as the words that are meant by it.

Read once from left to right, in time that grows with the text and no faster: an answer may be hostile.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.entities import read_address, read_entities
from gateway.domain.formulas import write_formula
from gateway.domain.links import LONGEST, Link, find_link, trim_address, write_link
from gateway.domain.marks import Marks
from gateway.domain.tags import Tags

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    r"|(?P<auto><(?:(?:https?://|mailto:|tel:)[^\s<>]{1,2000}+|[\w.+-]{1,64}+@[\w.-]{1,255}+)>)"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9]{0,15}+(?:\s[^<>]{0,1000}+)?/?>)"
    r"|(?P<comment><!--)"
    r"|(?P<address>(?:https?://|www\.)[^\s<>\"`\[\]\u3000-\u9fff\uff00-\uffef]+)"
    r"|(?P<name>(?<![\w/])[@#]\w{1,100}|__(?:init|main|name|file|doc|str|repr|len|call|dict|all|version|eq|new)__)"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\])"
    r"|(?P<struck>~~[$\u20ac\u00a3]?\d[\d.,]{0,12}~~ (?:\*\*)?[$\u20ac\u00a3]?\d[\d.,]{0,12}(?<!\.)(?:\*\*)?(?![\w*]))"
    r"|(?P<marks>\*+|_+|~+)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<money>\$\$?)"
    r"|(?P<citation> ?\u3010(?:\d[^\u3011\n\u2020]{0,60}\u2020[^\u3011\n]{0,60}|\d{1,3}:\d)\u3011"
    r"| ?\ue200[^\ue201\n]{0,200}\ue201)"
)
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,40})\]")
_FORMULA = re.compile(r"\$(?!\s)([^$\n]{1,300}+)(?<!\s)\$(?!\d)")
_VARIABLE = re.compile(r"\$[A-Z_]{2,}")
"""Dollars before capitals name variables: $HOME and $PATH."""
_LOOK_BACK = 100
_PATH = re.compile(r"(?<!\w)[A-Za-z]:(?:\\[^\s\\]+)*+$")
_SIGN = re.compile(r"[\\^_={]|[A-Za-z]$")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_ENDS = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "<!--": "-->"}


def read_inline(text: str, definitions: Mapping[str, str]) -> str:
    """Read the words of one stretch of Markdown; `definitions` are the addresses that links name."""
    return _Inline(text, definitions).read()


class _Inline:
    """One stretch of Markdown, as it is read."""

    def __init__(self, text: str, definitions: Mapping[str, str]) -> None:
        self._text, self._definitions = text, definitions
        self._pieces: list[str] = []
        self._marks, self._tags = Marks(self._pieces), Tags(self._pieces)
        self._brackets = _match_brackets(text)
        self._ticks = _find_ticks(text)
        self._links: dict[int, tuple[Link, int]] = {}
        self._next: dict[str, int] = {}

    def read(self) -> str:
        place = 0
        while found := _TOKEN.search(self._text, place):
            self._pieces.append(self._text[place : found.start()])
            place = getattr(self, f"_read_{found.lastgroup}")(found)
        self._pieces.append(self._text[place:])
        return "".join(self._pieces)

    def _say(self, words: str, end: int) -> int:
        self._pieces.append(words)
        return end

    def _read_escape(self, found: re.Match[str]) -> int:
        if found[0] in _ENDS:
            return self._read_formula(found) or self._say(found[0][1:], found.end())
        is_path = found[0] == "\\*" and _PATH.search(self._text[max(0, found.start() - _LOOK_BACK) : found.start()])
        return self._say(found[0] if is_path else found[0][1:], found.end())

    def _read_ticks(self, found: re.Match[str]) -> int:
        """Read code between two runs of as many backticks; one without its like stands for itself."""
        places = self._ticks[len(found[0])]
        following = bisect_right(places, found.start())
        if following == len(places):
            return self._say(found[0], found.end())
        end = places[following]
        return self._say(self._text[found.end() : end].strip(" "), end + len(found[0]))

    def _read_auto(self, found: re.Match[str]) -> int:
        return self._say(re.sub(r"^(?:mailto|tel):", "", read_address(found[0][1:-1])), found.end())

    def _read_tag(self, found: re.Match[str]) -> int:
        self._tags.read(found[0])
        return found.end()

    def _read_comment(self, found: re.Match[str]) -> int:
        end = self._find(_ENDS[found[0]], found.end())
        return self._say(found[0], found.end()) if end is None else end + len(_ENDS[found[0]])

    def _read_address(self, found: re.Match[str]) -> int:
        address = trim_address(found[0])
        if found.start() and self._text[found.start() - 1] == "_":
            address = address.rstrip("_")
        return self._say(read_address(address), found.start() + len(address))

    def _read_name(self, found: re.Match[str]) -> int:
        name = found[0].rstrip("_") if found[0][0] in "@#" else found[0]
        return self._say(name, found.start() + len(name))

    def _read_open(self, found: re.Match[str]) -> int:
        """Read a bracket: of a footnote, of a link's words, which are read on, or one that stands for itself."""
        before = self._text[max(0, found.start() - 1) : found.start()]
        if note := _FOOTNOTE.match(self._text, found.start()):
            name = note[1].rstrip("^")
            return self._say(f" ({name})" if before.strip() else f"({name})", note.end())
        start = found.end()
        close = self._brackets.get(start - 1)
        if close is None or close - start > LONGEST or len(self._links) > 1:
            return self._say(found[0], start)
        link = find_link(self._text, close, self._text[start:close], self._definitions)
        if link is None:
            return self._say(found[0], start)
        if self._links and found[0] == "![":
            link = replace(link, address="")  # a picture to press: what it leads to is what counts
        self._links[close] = (link, len(self._pieces))
        return start

    def _read_close(self, found: re.Match[str]) -> int:
        if found.start() not in self._links:
            return self._say("]", found.end())
        link, begins = self._links.pop(found.start())
        words = "".join(self._pieces[begins:])
        is_enclosed = "".join(self._pieces[max(0, begins - 2) : begins]).endswith("(")
        written = write_link(words, link.address, enclosed=is_enclosed and self._text[link.end : link.end + 1] == ")")
        if written.startswith(words):
            return self._say(written[len(words) :], link.end)
        # blanked, not taken away: marks know their pieces by where they stand
        self._pieces[begins:] = [""] * (len(self._pieces) - begins)
        return self._say(written, link.end)

    def _read_struck(self, found: re.Match[str]) -> int:
        old, new = found[0].replace("*", "").removeprefix("~~").split("~~ ")
        return self._say(f"{new} (was {old})", found.end())

    def _read_marks(self, found: re.Match[str]) -> int:
        before, after = self._text[max(0, found.start() - 1) : found.start()], self._text[found.end() : found.end() + 1]
        self._marks.read(found[0], before, after)
        return found.end()

    def _read_entity(self, found: re.Match[str]) -> int:
        return self._say(read_entities(found[0]), found.end())

    def _read_money(self, found: re.Match[str]) -> int:
        """Read a formula between dollars; what looks like a price is one."""
        if found[0] == "$$":
            return self._read_formula(found) or self._say("$$", found.end())
        formula = _FORMULA.match(self._text, found.start())
        is_variable = _VARIABLE.match(self._text, found.start()) and (
            formula is None or "\\" not in formula[1] or _VARIABLE.match(self._text, formula.end() - 1)
        )
        if formula and not is_variable and _is_formula(formula[1]):
            return self._say(write_formula(formula[1]), formula.end())
        return self._say("$", found.end())

    def _read_formula(self, found: re.Match[str]) -> int | None:
        ending = _ENDS[found[0]]
        end = self._find(ending, found.end())
        if end is None or end - found.end() > LONGEST:
            return None
        return self._say(write_formula(self._text[found.end() : end]), end + len(ending))

    def _read_citation(self, found: re.Match[str]) -> int:
        return found.end()

    def _find(self, ending: str, start: int) -> int | None:
        """Find where something ends; looked for once, however often it is asked for."""
        if self._next.get(ending, -1) < start:
            place = self._text.find(ending, start)
            self._next[ending] = len(self._text) + start if place < 0 else place
        place = self._next[ending]
        return place if place < len(self._text) else None


def _is_formula(words: str) -> bool:
    """Tell a formula from the words between two prices."""
    is_price = words[0].isdigit() and (_WORD.search(words) or "=" not in words)
    return _SIGN.search(words) is not None and not is_price


def _match_brackets(text: str) -> dict[int, int]:
    """Find which bracket ends what another one opens."""
    waiting: list[int] = []
    pairs: dict[int, int] = {}
    for found in re.finditer(r"\\.|[\[\]]", text):
        if found[0] == "[":
            waiting.append(found.start())
        elif found[0] == "]" and waiting:
            pairs[waiting.pop()] = found.start()
    return pairs


def _find_ticks(text: str) -> defaultdict[int, list[int]]:
    """Find the runs of backticks by their length."""
    runs: defaultdict[int, list[int]] = defaultdict(list)
    for found in re.finditer(r"`+", text):
        runs[len(found[0])].append(found.start())
    return runs
