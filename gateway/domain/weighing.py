"""The second look: an additive score for what no phrase catches, clause by clause.

A clause that speaks of an end and of what is to end (our texts, the texter's number, a list) gains for each; what
makes it somebody else's, something else's, a question or a condition takes away, and so does each word that we don't
know. What stands elsewhere in the text (a wrong number, a threat) adds to it.
"""

import re
from collections.abc import Mapping, Sequence

from gateway.domain.sequences import CONTEXT, SEQUENCES, STAYING
from gateway.domain.symbols import FIGURE, OTHER, SYMBOLS, has, needs, phrase


def _by_symbol(weights: Mapping[str, int]) -> Mapping[str, int]:
    return {SYMBOLS[name]: weight for name, weight in weights.items()}


_ENDS = _by_symbol({
    "stop": 2, "unsubscribe": 4, "alone": 4, "remove": 2, "remove-me": 4, "block": 3, "lose": 2, "revoke": 2,
    "refuse": 2, "avoid": 2, "enough": 2, "annoying": 2, "end": 1, "not": 1, "more": 1, "switch": 1, "legal": 1,
    "wrong": 1, "baja": 2, "dismiss": 4, "report": 1, "farewell": 2,
})  # fmt: skip
"""What ends something, or would have it end."""
_OURS = _by_symbol({
    "messages": 2, "texting": 2, "texted": 2, "text": 2, "notices": 1, "sending": 1, "give": 1, "number": 1,
    "list": 1, "group": 1, "asking": 1, "consent": 2, "these": 1, "me": 1, "interest": 1,
})  # fmt: skip
"""What may be ended: ours, or of the texter."""
_AGAINST = _by_symbol({
    "third": 3, "said": 5, "arrive": 2, "other-matter": 3, "other-list": 3, "time": 2, "if": 2, "why": 3, "call": 2,
})  # fmt: skip
"""What makes it somebody else's matter, or another one."""
_SEQUENCES = [(needs(words), phrase(words), points) for points, rows in SEQUENCES.items() for words in rows]
_CONTEXT, _STAYING = [*map(phrase, CONTEXT)], [*map(phrase, STAYING)]
_SURROUNDED = 2
"""What such a context adds, and what it adds that a text has nothing but words of these classes."""
_STAY = 4
"""What a wish to hear from us takes away."""
_IMPURE = {OTHER, FIGURE, "?", *_AGAINST}
_UNKNOWN_COUNT = 3
"""Unknown words of a clause that count; each takes one away."""
_SENTENCE, _CLAUSE = re.compile(r"[^.?]+[?]?"), re.compile(r"[^.,?]+")
_QUESTION, _MOST_OF_A_QUESTION = 3, 4
"""What a question takes away; who asks how to end it may mean something else, so that it is a doubt at most."""


def weigh(line: str) -> int:
    """Weigh a text: its heaviest clause, and what the others add to it."""
    present = frozenset(line)
    sequences = [(each, points) for needed, each, points in _SEQUENCES if needed <= present and each.search(line)]
    weights = [
        (
            _weigh_clause(clause, sequences) - _QUESTION * (sentence.endswith("?") and not has(clause, "how", "can")),
            clause,
        )
        for sentence in _SENTENCE.findall(line)
        for clause in _CLAUSE.findall(sentence)
    ]
    best, heaviest = max(weights, default=(0, ""))
    return best + _weigh_rest(line, heaviest, best) if best > 0 else 0


def _weigh_rest(line: str, heaviest: str, best: int) -> int:
    others = line.replace(heaviest, "", 1)
    rest = _SURROUNDED * (_speaks_of_texts(others) or any(each.search(others) for each in _CONTEXT))
    rest += _SURROUNDED * _IMPURE.isdisjoint(line)
    rest -= _STAY * any(each.search(line) for each in _STAYING)
    if has(line, "gone") and has(heaviest, "third"):
        # who has died, or has the number no more, is not somebody else who texts
        rest += _AGAINST[SYMBOLS["third"]]
    if has(heaviest, "how"):
        rest -= 3 * has(line, "third") + 2 * (OTHER in heaviest)
        rest += min(0, _MOST_OF_A_QUESTION - best - rest)
    return rest


def _speaks_of_texts(others: str) -> bool:
    return any(
        has(clause, "messages", "texting", "texted") and not has(clause, "third", "time")
        for clause in _CLAUSE.findall(others)
    )


def _weigh_clause(clause: str, of_line: Sequence[tuple[re.Pattern[str], int]]) -> int:
    ends = _sum(clause, _ENDS)
    if not (ends or of_line):
        return 0
    ours = _sum(clause, _OURS)
    in_sequence = sum(points for each, points in of_line if each.search(clause))
    is_more_only = ends == _ENDS[SYMBOLS["more"]] and has(clause, "more") and in_sequence <= 0
    is_slight = ends + in_sequence <= 1 and ours <= 1 and not has(clause, "end", "switch")
    if ends + in_sequence <= 0 or is_more_only or is_slight:
        return 0
    return ends + ours + in_sequence - _sum(clause, _AGAINST) - min(clause.count(OTHER), _UNKNOWN_COUNT)


def _sum(clause: str, weights: Mapping[str, int]) -> int:
    return sum([weights[symbol] for symbol in set(clause) if symbol in weights])
