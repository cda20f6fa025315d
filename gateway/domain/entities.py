"""Entities: HTML's names of characters; without its semicolon a name is none, or &copy=1 would be a sign."""

import html
import re
from html.entities import html5

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AMPERSAND = re.compile(r"&(?:amp|AMP|#38|#[xX]26);")


def read_entities(text: str) -> str:
    """Write the characters that entities name; what only begins like one stays."""
    return _ENTITY.sub(_read_entity, text)


def read_address(address: str) -> str:
    """Write the ampersands of an address as such; every other entity in it may be a parameter's name."""
    return _AMPERSAND.sub("&", address)


def _read_entity(found: re.Match[str]) -> str:
    return html.unescape(found[0]) if found[0][1] == "#" else html5.get(found[0][1:], found[0])
