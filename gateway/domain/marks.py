"""Marks: stars, underscores and tildes around words, which pair or stay.

What does not pair was never a mark: 2 * 3, snake_case, x**2, **kwargs, ~5 minutes.
"""

from collections import defaultdict

_LONGEST = 3
"""Longer rows of stars are no emphasis: four of them hide digits, or draw a line."""
_PAIRS = {"~~": ("(", ")")}
"""What is struck out is not said as if it were true."""


class Marks:
    """The marks of one stretch of text, as they are read from left to right into `pieces`."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._open: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)

    def read(self, run: str, before: str, after: str) -> None:
        """Read a run of marks between two characters: each takes its pair away with it, or waits for one."""
        is_power = before.isalnum() and after.isdigit()
        if len(run) > _LONGEST or (run[0] == "~" and run != "~~") or is_power:
            self._pieces.append(run)
            return
        opens, closes = bool(after.strip()), bool(before.strip())
        inner = _is_letter(before) and _is_letter(after)
        if run[0] == "_":
            opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
        for unit in (run[:2], run[2:]) if len(run) == _LONGEST else (run,):
            self._read_unit(unit, opens=opens, closes=closes, inner=inner)

    def _read_unit(self, unit: str, *, opens: bool, closes: bool, inner: bool) -> None:
        waiting = self._open[unit]
        # two marks inside words are a sum or a power: x**2 + y**2
        if closes and waiting and not (inner and waiting[-1][1]):
            left, right = _PAIRS.get(unit, ("", ""))
            self._pieces[waiting.pop()[0]] = left
            self._pieces.append(right)
            return
        if opens:
            waiting.append((len(self._pieces), inner))
        self._pieces.append(unit)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()
