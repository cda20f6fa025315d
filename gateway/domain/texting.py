"""Texting: how an agent texts, as its developer wants it."""

from dataclasses import dataclass

from gateway.domain.honesty import DISCLOSURE
from gateway.domain.reply import APOLOGY, REFUSAL

GATHER_MS = 300
"""How long a text waits for others: people send one thought in three texts, and want one answer."""
MAX_GATHER_MS = 5000
"""Longer, and a lone text would wait for nothing."""
SEGMENTS = 4
"""How many segments an answer by text may have: some six hundred plain letters, about a screen."""
MAX_LINE = 320
"""Characters of a line that a texter gets instead of an answer, or before it: two segments of plain letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texting:
    """How an agent texts."""

    max_segments: int = SEGMENTS
    """How many segments an answer by text may have; a MORE gets the rest. The disclosure before it does not count."""
    emoji: bool = True
    """Whether an answer by text may have emoji."""
    gather_ms: int = GATHER_MS
    disclosure: str = DISCLOSURE
    """What stands before the first reply of a conversation; empty for nothing."""
    apology: str = APOLOGY
    """What is said, once an hour, when the model failed; empty for silence."""
    refusal: str = REFUSAL
    """What is said when the model declined to answer; empty for silence."""
