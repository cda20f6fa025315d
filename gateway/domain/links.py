"""Links: `[words](address)` as words and an address that a phone makes a link of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.entities import read_address

LONGEST = 1000
"""Characters of a link's words; what stands in brackets and is longer is no link."""
_PART = r"[^\s()\\]|\\."
_DESTINATION = re.compile(
    rf"\(\s*(?:<([^<>\n]{{0,2000}}+)>|((?:{_PART}|\((?:{_PART}){{0,500}}+\)){{0,2000}}+))"
    r"(?:\s+(?:\"[^\"\n]{0,300}+\"|'[^'\n]{0,300}+'|\([^()\n]{0,300}+\)))?\s*\)"
)
_REFERENCE = re.compile(r"\[([^\[\]\n]{0,200}+)\]")
DEFINITION = re.compile(r" {0,3}\[([^\[\]^][^\[\]]{0,200}+)\]:\s*<?([^\s<>]{1,2000}+)>?(?:\s+[\"'(].{0,300})?\s*")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:|sms:)(?:www\.)?", re.IGNORECASE)
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/?")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_PHONE = 7
"""Digits that a phone's number has at the least."""
_TRAILING = ".,;:!?*'\"~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a link leads to, and where what is written of it ends."""

    address: str
    end: int


def find_link(text: str, close: int, words: str, definitions: Mapping[str, str]) -> Link | None:
    """Find the link whose words end with the bracket at `close`."""
    if found := _DESTINATION.match(text, close + 1):
        return Link(address=_read_address(found[1] or found[2] or ""), end=found.end())
    reference = _REFERENCE.match(text, close + 1)
    name = (reference[1] if reference and reference[1] else words).lower()
    if name in definitions:
        return Link(address=_read_address(definitions[name]), end=reference.end() if reference else close + 1)
    return None


def write_link(words: str, address: str, *, enclosed: bool = False) -> str:
    """Write a link: the words, and the address where it says more than they do and leads out of the page.

    One in parentheses of its own gets no second pair within them.
    """
    words = " ".join(words.split())
    scheme = _SCHEME.match(address)
    if not scheme:
        return words
    plain = _bare(address)
    if not words or _bare(words) == plain:
        return words if words and not scheme[0].startswith("http") else address
    shown = address if scheme[0].lower().startswith("http") else address[len(scheme[0]) :]
    digits = "".join(filter(str.isdigit, words))
    is_number = len(digits) >= _PHONE and plain.endswith(digits)
    is_beginning = _SCHEME.match(words) is not None and plain.startswith(_bare(words))
    is_said = shown in words or is_number or is_beginning
    if is_said:
        return words
    if _HOST.fullmatch(words) and plain.startswith(_bare(words)):
        return shown
    return f"{words}: {shown}" if enclosed else f"{words} ({shown})"


def trim_address(found: str) -> str:
    """Take off what stands behind an address in a sentence: points, and a parenthesis that it does not open."""
    surplus, end = found.count(")") - found.count("("), len(found)
    while end and (found[end - 1] in _TRAILING or (found[end - 1] == ")" and surplus > 0)):
        surplus -= found[end - 1] == ")"
        end -= 1
    return found[:end]


def _read_address(written: str) -> str:
    return read_address(_ESCAPED.sub(r"\1", written))


def _bare(address: str) -> str:
    return _SCHEME.sub("", address.strip(), count=1).rstrip("/").lower().removeprefix("www.")
