"""Tags: the HTML that models put into their answers; what is no tag of it stays, like <3 and List<int>."""

import re

from gateway.domain.entities import read_address, read_entities
from gateway.domain.links import write_link

_LINES = "br hr p div ul ol table tr h1 h2 h3 h4 h5 h6 blockquote pre details summary center section"
_BREAKS = frozenset(_LINES.split())
_WITHIN = """
a b i u s em strong del ins strike sub sup small big mark code kbd samp var span font abbr cite q img li td th
thead tbody dl dt dd label time
"""
_GONE = frozenset(_WITHIN.split())
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = re.compile(r"\b(href|src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


class Tags:
    """The tags of one stretch of text, as they are read from left to right into `pieces`."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._open: list[tuple[int, str]] = []

    def read(self, tag: str) -> None:
        """Read a tag: as a line's end, a bullet, a link, nothing at all; or as the words that it may be."""
        name = _NAME.findall(tag)[0].lower()
        closes = tag.startswith("</")
        attributes = {found[0].lower(): found[1] or found[2] for found in _ATTRIBUTE.findall(tag)}
        if name in _BREAKS:
            self._pieces.append("\n")
        elif name not in _GONE:
            self._pieces.append(tag)
        elif name == "li" and not closes:
            self._pieces.append("\n- ")
        elif name in {"td", "th"} and not closes:
            self._pieces.append(" ")
        elif name == "sup" and not closes:
            self._pieces.append("^")
        elif name == "img":
            self._pieces.append(
                write_link(read_entities(attributes.get("alt", "")), read_address(attributes.get("src", "")))
            )
        elif name == "a":
            self._read_link(read_address(attributes.get("href", "")), closes=closes)

    def _read_link(self, address: str, *, closes: bool) -> None:
        if not closes:
            self._open = [(len(self._pieces), address)]
        elif self._open:
            begins, opened = self._open.pop()
            words = "".join(self._pieces[begins:])
            self._pieces[begins:] = [""] * (len(self._pieces) - begins)
            self._pieces.append(write_link(words, opened))
