"""Who reads which words as STOP, START and HELP, and what comes of it: the rules themselves."""

from itertools import product

import pytest

from gateway.dev.twilio.keywords import Handling, Keyword, Party, react, read_keyword, read_network_keyword
from gateway.dev.twilio.numbering import Kind, read_kind

STOPS = ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "QUIT", "Revoke", "OPTOUT", " stop\n"]

LONG, TOLL_FREE, SHORT = Kind
OFF, DEFAULT, ADVANCED = Handling
TWILIO, NETWORK = Party
NOBODY: set[Party] = set()
BOTH = {TWILIO, NETWORK}

# kind, handling, text, who blocks before; who blocks after, who answers, OptOutType
Row = tuple[Kind, Handling, str, set[Party], set[Party], list[Party], str]

LONG_CODES: list[Row] = [
    (LONG, OFF, "STOP", NOBODY, NOBODY, [], ""),
    (LONG, OFF, "HELP", NOBODY, NOBODY, [], ""),
    (LONG, OFF, "START", {TWILIO}, {TWILIO}, [], ""),
    (LONG, DEFAULT, "STOP", NOBODY, {TWILIO}, [TWILIO], ""),
    (LONG, DEFAULT, "STOP", {TWILIO}, {TWILIO}, [], ""),
    (LONG, DEFAULT, "UNSUBSCRIBE", NOBODY, {TWILIO}, [TWILIO], ""),
    (LONG, DEFAULT, "START", {TWILIO}, NOBODY, [TWILIO], ""),
    (LONG, DEFAULT, "START", NOBODY, NOBODY, [], ""),
    (LONG, DEFAULT, "YES", {TWILIO}, NOBODY, [TWILIO], ""),
    (LONG, DEFAULT, "YES", NOBODY, NOBODY, [], ""),
    (LONG, DEFAULT, "HELP", NOBODY, NOBODY, [TWILIO], ""),
    (LONG, DEFAULT, "HELP", {TWILIO}, {TWILIO}, [], ""),
    (LONG, DEFAULT, "stop please", NOBODY, NOBODY, [], ""),
    (LONG, DEFAULT, "hello", {TWILIO}, {TWILIO}, [], ""),
    (LONG, ADVANCED, "STOP", NOBODY, {TWILIO}, [TWILIO], "STOP"),
    (LONG, ADVANCED, "stop", {TWILIO}, {TWILIO}, [], "STOP"),
    (LONG, ADVANCED, "UNSTOP", {TWILIO}, NOBODY, [TWILIO], "START"),
    (LONG, ADVANCED, "START", NOBODY, NOBODY, [], "START"),
    (LONG, ADVANCED, "info", NOBODY, NOBODY, [TWILIO], "HELP"),
    (LONG, ADVANCED, "info", {TWILIO}, {TWILIO}, [], "HELP"),
    (LONG, ADVANCED, "opt out", NOBODY, NOBODY, [], ""),
]
TOLL_FREE_NUMBERS: list[Row] = [
    # the network asks nobody whether it may
    (TOLL_FREE, OFF, "Stop", NOBODY, {NETWORK}, [NETWORK], ""),
    (TOLL_FREE, OFF, "STOP", {NETWORK}, {NETWORK}, [], ""),
    (TOLL_FREE, OFF, "STOP please", NOBODY, NOBODY, [], ""),
    (TOLL_FREE, OFF, "UNSUBSCRIBE", NOBODY, NOBODY, [], ""),
    (TOLL_FREE, OFF, "START", {NETWORK}, NOBODY, [NETWORK], ""),
    (TOLL_FREE, OFF, "unstop ", {NETWORK}, NOBODY, [NETWORK], ""),
    (TOLL_FREE, OFF, "UNSTOP please", {NETWORK}, {NETWORK}, [], ""),
    (TOLL_FREE, OFF, "START", NOBODY, NOBODY, [], ""),
    (TOLL_FREE, OFF, "YES", {NETWORK}, {NETWORK}, [], ""),
    (TOLL_FREE, OFF, "HELP", NOBODY, NOBODY, [], ""),
    # Twilio adds what the network doesn't know, and says nothing over it
    (TOLL_FREE, DEFAULT, "STOP", NOBODY, BOTH, [NETWORK], ""),
    (TOLL_FREE, DEFAULT, "STOP", BOTH, BOTH, [], ""),
    (TOLL_FREE, DEFAULT, "STOP", {TWILIO}, BOTH, [NETWORK], ""),
    (TOLL_FREE, DEFAULT, " STOP", NOBODY, {TWILIO}, [TWILIO], ""),
    (TOLL_FREE, DEFAULT, "UNSUBSCRIBE", NOBODY, {TWILIO}, [TWILIO], ""),
    (TOLL_FREE, DEFAULT, "UNSUBSCRIBE", {NETWORK}, BOTH, [], ""),
    (TOLL_FREE, DEFAULT, "START", BOTH, NOBODY, [NETWORK], ""),
    (TOLL_FREE, DEFAULT, "UNSTOP", BOTH, NOBODY, [NETWORK], ""),
    (TOLL_FREE, DEFAULT, "START", {TWILIO}, NOBODY, [TWILIO], ""),
    (TOLL_FREE, DEFAULT, " START", BOTH, BOTH, [], ""),
    (TOLL_FREE, DEFAULT, "YES", BOTH, BOTH, [], ""),
    (TOLL_FREE, DEFAULT, "YES", {TWILIO}, NOBODY, [TWILIO], ""),
    (TOLL_FREE, DEFAULT, "HELP", NOBODY, NOBODY, [TWILIO], ""),
    (TOLL_FREE, DEFAULT, "HELP", {NETWORK}, {NETWORK}, [], ""),
    (TOLL_FREE, ADVANCED, "STOP", NOBODY, BOTH, [NETWORK], "STOP"),
    (TOLL_FREE, ADVANCED, "STOP", BOTH, BOTH, [], "STOP"),
    (TOLL_FREE, ADVANCED, "CANCEL", NOBODY, {TWILIO}, [TWILIO], "STOP"),
    (TOLL_FREE, ADVANCED, "START", BOTH, NOBODY, [NETWORK, TWILIO], "START"),
    (TOLL_FREE, ADVANCED, "YES", BOTH, BOTH, [], "START"),
    (TOLL_FREE, ADVANCED, "HELP", NOBODY, NOBODY, [TWILIO], "HELP"),
]
SHORT_CODES: list[Row] = [
    *((SHORT, OFF, word, NOBODY, NOBODY, [], "") for word in ("STOP", "HELP", "START")),
    *((SHORT, DEFAULT, word, NOBODY, NOBODY, [], "") for word in ("STOP", "HELP", "START")),
    (SHORT, ADVANCED, "STOP", NOBODY, {TWILIO}, [TWILIO], "STOP"),
    (SHORT, ADVANCED, "STOP", {TWILIO}, {TWILIO}, [], "STOP"),
    (SHORT, ADVANCED, "START", {TWILIO}, NOBODY, [TWILIO], "START"),
    (SHORT, ADVANCED, "HELP", NOBODY, NOBODY, [TWILIO], "HELP"),
]


def _name(row: Row) -> str:
    """Name a row the same in every process: a set has no order of its own."""
    kind, handling, body, before, *_ = row
    return f"{kind}, {handling.value}, {body!r}, {'+'.join(sorted(before)) or 'nobody'}"


@pytest.mark.parametrize("body", STOPS)
def test_words_that_stop(body: str) -> None:
    """Each of the eight, as a whole message in any case."""
    assert read_keyword(body) is Keyword.STOP


@pytest.mark.parametrize("body", ["STOP PLEASE", "opt out", "stop.", "please stop", "", "\u0421TOP"])
def test_words_that_twilio_does_not_know(body: str) -> None:
    """Sentences, the FCC's own "opt out" and lookalikes do nothing at Twilio."""
    assert read_keyword(body) is None


@pytest.mark.parametrize("body", ["YES", "STOPALL", "QUIT", "HELP", "stop.", " STOP", "UNSTOP now", ""])
def test_words_that_the_network_does_not_know(body: str) -> None:
    """The network knows STOP, START and UNSTOP, each alone and with nothing before it."""
    assert read_network_keyword(body) is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *((f"+1{prefix}5550123", TOLL_FREE) for prefix in (800, 833, 844, 855, 866, 877, 888)),
        *((f"+1{prefix}5550123", LONG) for prefix in (202, 500, 801, 822, 889, 900)),
        ("+448005550123", LONG),
        ("+180055501234", LONG),
        ("123", SHORT),
        ("123456", SHORT),
    ],
)
def test_kinds(number: str, kind: Kind) -> None:
    """The seven toll-free prefixes of the North American plan, and nothing that only looks like them."""
    assert read_kind(number) is kind


@pytest.mark.parametrize("row", [*LONG_CODES, *TOLL_FREE_NUMBERS, *SHORT_CODES], ids=_name)
def test_reactions(row: Row) -> None:
    """I23: who blocks, who answers and what the webhook is told, by kind of number and handling."""
    kind, handling, body, before, after, answers, opt_out_type = row
    reaction = react(body, kind=kind, handling=handling, blocked_by=frozenset(before))
    assert reaction.blocked_by == after
    assert [answer.party for answer in reaction.answers] == answers
    assert reaction.opt_out_type == opt_out_type


def test_the_network_s_words() -> None:
    """The network's answers say whose they are, and the second names the word that was sent."""
    gone = react("STOP", kind=TOLL_FREE, handling=OFF, blocked_by=frozenset())
    back = [react(word, kind=TOLL_FREE, handling=OFF, blocked_by=gone.blocked_by) for word in ("Start", "UNSTOP ")]
    words = [answer.words for reaction in (gone, *back) for answer in reaction.answers]
    assert all(said.startswith("NETWORK MSG: ") for said in words)
    assert [word in said for word, said in zip(('"stop"', '"start"', '"unstop"'), words, strict=True)] == [True] * 3


@pytest.mark.parametrize(("kind", "handling", "word"), list(product(Kind, Handling, ["STOP", "START"])))
def test_one_change_one_answer(kind: Kind, handling: Handling, word: str) -> None:
    """I23: a word said again is never answered again, and a STOP never by two."""
    blocked_by = frozenset(BOTH if word == "START" else NOBODY)
    once = react(word, kind=kind, handling=handling, blocked_by=blocked_by)
    again = react(word, kind=kind, handling=handling, blocked_by=once.blocked_by)
    assert (again.answers, again.blocked_by) == ((), once.blocked_by)
    assert len(once.answers) <= (2 if word == "START" else 1)
