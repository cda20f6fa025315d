"""Set phrases: whole messages of one meaning, in each language that the gateway answers in."""

from collections.abc import Mapping

from gateway.domain.compliance import fold
from gateway.domain.honesty import Language

LONGEST = 80
"""No set phrase is longer, however politely it is said; longer texts are not even looked at."""
_POLITE = ("please", "pls", "plz", "porfavor", "silteplait", "silvousplait", "stp", "svp")


def find_phrase(body: str, phrases: Mapping[str, Language]) -> Language | None:
    """Find the language in which a text is, as a whole, one of `phrases`, which are folded, or that and a please."""
    if len(body) > LONGEST:
        return None
    word = fold(body)
    for polite in _POLITE:
        bare = word.removeprefix(polite).removesuffix(polite)
        if bare in phrases:
            return phrases[bare]
    return None
