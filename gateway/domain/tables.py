"""Tables, as lines that a narrow screen has room for."""

import re
from collections.abc import Callable, Sequence

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*+\|?\s*")
_BORDER = re.compile(r"(?<!\\)\|")
_LINE = 70
"""Characters of a row that are read as one line; a longer one gets a line for each cell."""
_PAIR = 2
_PLAIN_HEADS = frozenset({"hours", "time", "price", "cost", "value", "details", "description", "answer", "information"})
_BARE = re.compile(r"[\d.,%\s]+")

Read = Callable[[str], str]
"""Reads the words of a cell."""


def is_rule(line: str) -> bool:
    """Tell whether a line parts a table's heads from its rows."""
    return "|" in line and "-" in line and _RULE.fullmatch(line) is not None


def is_row(line: str) -> bool:
    """Tell whether a line belongs to a table."""
    return _BORDER.search(line) is not None


def write_table(heads: str, rows: Sequence[str], read: Read) -> list[str]:
    """Write a table: a line for each row, and each value beside its head."""
    names, cells = _split(heads, read), [_split(row, read) for row in rows]
    width = max(map(len, [names, *cells]))
    if width <= 1:
        return ["".join(row) for row in [names, *cells] if any(row)]
    if width == _PAIR:
        title = "" if _speaks(names, cells) else " / ".join(filter(None, names))
        return [*([f"{title}:"] if title else []), *filter(None, map(_write_pair, cells))]
    values = [_pair(names, row) for row in cells if any(row)]
    lines = [" - ".join(filter(None, (first, "; ".join(others)))) for first, others in values]
    if all(len(line) <= _LINE for line in lines):
        return lines
    return [line for first, others in values for line in _stack(first, others)]


def _speaks(names: list[str], cells: list[list[str]]) -> bool:
    """Tell whether the rows of two columns need no heads: hours, prices with their currency, words."""
    return names[-1].lower() in _PLAIN_HEADS and not any(_BARE.fullmatch(row[-1]) for row in cells)


def _stack(first: str, others: list[str]) -> list[str]:
    return [*filter(None, [first]), *(f"- {other}" for other in others), ""]


def _split(line: str, read: Read) -> list[str]:
    line = line.strip().removeprefix("|")
    if _BORDER.search(line[-2:]) and line.endswith("|"):
        line = line[:-1]
    return [" ".join(read(cell.replace("\\|", "|").strip()).split()) for cell in _BORDER.split(line)]


def _write_pair(row: list[str]) -> str:
    first, second = (*row, "")[:_PAIR]
    if not first or not second:
        return first or second
    return f"{first} - {second}" if ":" in first else f"{first}: {second}"


def _pair(names: list[str], row: list[str]) -> tuple[str, list[str]]:
    """Put the values of a row beside their heads, but for the first, which names the row."""
    heads = names + [""] * (len(row) - len(names))
    others = zip(heads[1:], row[1:], strict=False)
    return row[0], [f"{head.rstrip(':')}: {value}" if head else value for head, value in others if value]
