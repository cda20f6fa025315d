"""Brevity: what of an answer goes out, where its agent says how long a text may be, and what waits for a MORE."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.cutting import find_cut, last_clause, last_stop, window_of
from gateway.domain.emoji import drop_emoji
from gateway.domain.plain import plain_text
from gateway.domain.reply import MAX_PART, count_fitting, find_parts
from gateway.domain.segment import count_segments, count_units
from gateway.domain.typography import fold_typography

HINT = "Reply MORE for the rest"
"""Letters of the GSM alphabet alone: it must not make a text dearer than it is."""
MOST_SEGMENTS = 100
"""What an answer has at the most, whatever its agent says; and as much waits to be asked for."""
_ELLIPSIS = "\n..."
_MOST_READ = 2 * MOST_SEGMENTS * 160
"""Characters of an answer that can ever be sent."""
_MORE = re.compile(
    r"\W*(?:please\W+)?(?:(?:reply|send|text|show|tell|give)\W+(?:me\W+)?)?more(?:\W+(?:please|pls|plz))?\W*"
    r"|\W*m[aá]s(?:\W+por\W+favor)?\W*|\W*plus(?:\W+(?:svp|stp|s\W?il\W+(?:vous|te)\W+pla[iî]t))?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """What of an answer is sent, in parts, and what waits to be asked for."""

    parts: tuple[str, ...]
    rest: str = ""


def shape_answer(markdown: str, *, most: int, emoji: bool = True) -> Excerpt:
    """Shape a model's answer for a phone: plain words, and no more of them than the agent wants."""
    text = plain_text(markdown)
    return excerpt(text if emoji else drop_emoji(text), most)


def excerpt(text: str, most: int) -> Excerpt:
    """Take as much of an answer as so many segments hold, in whichever typography it takes fewer of them."""
    text = text[:_MOST_READ]
    taken, folded = _take(text, most), _take(fold_typography(text), most)
    best = folded if _measure(folded) < _measure(taken) else taken
    if not best.rest:
        return best
    plain = _take(drop_emoji(fold_typography(text)), most)
    return best if plain.rest else plain  # a whole answer is worth more than a smile


def asks_for_more(texts: Sequence[str]) -> bool:
    """Tell whether all that somebody texts asks for the rest of an answer."""
    return bool(texts) and all(_MORE.fullmatch(text.strip()) for text in texts)


def drop_hint(text: str) -> str:
    """Take the hint away again: a model that saw it in the history would say it, too."""
    return text.removesuffix(HINT).rstrip()


def _measure(taken: Excerpt) -> int:
    """Count the segments of an answer to its end."""
    return sum(map(count_segments, (*taken.parts, *_parts(taken.rest))))


def _take(text: str, most: int) -> Excerpt:
    taken = _cut(text, most, "\n" + HINT)
    if taken is None:
        return Excerpt(parts=_parts(text))
    parts, end = taken
    waits = text[end:].lstrip()
    if not any(map(str.isalnum, waits)):  # nobody asks for a smile
        return Excerpt(parts=tuple(map(drop_hint, parts)))
    kept = _cut(waits, MOST_SEGMENTS, _ELLIPSIS)
    return Excerpt(parts=parts, rest=waits[: kept[1]].rstrip() + _ELLIPSIS if kept else waits)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in find_parts(text))


def _cut(text: str, most: int, ending: str) -> tuple[tuple[str, ...], int] | None:
    """Cut a text so that its parts and the ending have so many segments; None where all of it fits."""
    parts: list[tuple[int, int, int]] = []
    for start, end in find_parts(text):
        left = most - sum(segments for _, _, segments in parts)
        segments = count_segments(text[start:end])
        if segments <= left:
            parts.append((start, end, segments))
            continue
        if not left:  # the ending needs room, too
            last, _, left = parts.pop()
        else:
            last = start
        cut = last + _find_end(window_of(text, last, MAX_PART), left, ending)
        shortened = text[last:cut].rstrip() + ending
        return (*(text[begins:ends] for begins, ends, _ in parts), shortened), cut
    return None


def _find_end(text: str, most: int, ending: str) -> int:
    """Find where to cut one part, so that an ending fits; a longer beginning never takes fewer segments."""
    fits, too_long = 1, min(count_fitting(text), len(text)) + 1
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        words = text[:middle] + ending
        if count_segments(words) <= most and count_units(words) <= MAX_PART:
            fits = middle
        else:
            too_long = middle
    return find_cut(text, fits, (last_stop, last_clause))
