"""Brevity: answers cut to a ceiling of segments, whose rest waits, and without emoji where they are not wanted."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.dev.twilio import segments as stand_in
from gateway.domain.brevity import HINT, MOST_SEGMENTS, Excerpt, asks_for_more, drop_hint, excerpt
from gateway.domain.emoji import drop_emoji
from gateway.domain.reply import MAX_PART
from gateway.domain.segment import count_segments, count_units, is_gsm
from gateway.domain.typography import fold_typography

_PIECES = ["a", " ", "\n", ". ", "Dr. ", "1. ", "- ", "\u20ac", "[", "\u2019", "\u2026", "\u3002", "\u65e5", "e\u0301"]
_PICTURES = ["\U0001f600", "\U0001f1e9\U0001f1ea", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0915\u094d\u0937"]
_TEXTS = st.builds(
    lambda start, pieces, times: (start + "".join(pieces) * times).strip(),
    st.integers(0, 170).map(lambda letters: "a" * letters),
    st.lists(st.sampled_from([*_PIECES, *_PICTURES, "https://cafe.example/a_(b) "]), max_size=12),
    st.integers(1, 50),
)
_SIGNS = "caf\u00e9 \u20ac5 \u00a9 2026 \u2192 \u00b7 \u201cyes\u201d"
_SENTENCE = "We open at nine in the morning and close at six. "


def _bare(text: str) -> str:
    for smile in _PICTURES[:3]:
        text = text.replace(smile, "")
    return "".join(fold_typography(text).split())


def _read_on(text: str, most: int) -> list[Excerpt]:
    """Ask for more until there is no more."""
    taken = [excerpt(text, most)]
    while taken[-1].rest:
        taken.append(excerpt(taken[-1].rest, most))
    return taken


@settings(deadline=None, max_examples=40)
@given(_TEXTS, st.integers(1, 12))
@example("a" * 152 + "\u20ac" * 200, 2)
@example("\U0001f600" * 300, 1)
def test_no_ceiling_is_passed(text: str, most: int) -> None:
    """I49: whatever an answer holds, its parts have no more segments than wanted, by Twilio's stand-in's own count."""
    for taken in _read_on(text, most):
        assert sum(stand_in.count_segments(part) for part in taken.parts) <= most
        assert all(0 < count_units(part) <= MAX_PART for part in taken.parts)


@settings(deadline=None, max_examples=40)
@given(_TEXTS, st.integers(1, 12))
def test_nothing_is_lost_from_one_more_to_the_next(text: str, most: int) -> None:
    """I49: what is read by asking for more to the end is the answer, but for white space, and smiles after its end."""
    taken = _read_on(text, most)
    read = "".join(drop_hint(part) for each in taken for part in each.parts)
    assert _bare(text).startswith(_bare(read))
    assert not any(map(str.isalnum, _bare(text)[len(_bare(read)) :]))
    assert all(each.parts[-1].endswith("\n" + HINT) for each in taken[:-1])


def test_an_answer_that_fits_has_no_hint() -> None:
    """Contract 5: an answer within its ceiling is sent as it is, and nothing waits."""
    assert excerpt(_SENTENCE.strip(), 1) == Excerpt(parts=(_SENTENCE.strip(),))
    assert excerpt("", 1) == Excerpt(parts=())


def test_a_cut_is_clean() -> None:
    """Contract 5: an answer is cut after a sentence, or after a word, and inside one only if it alone is too long."""
    assert excerpt(_SENTENCE * 10, 1).parts == ((_SENTENCE * 2).rstrip() + "\n" + HINT,)
    assert excerpt("word " * 100, 1).parts == (("word " * 27).rstrip() + "\n" + HINT,)
    assert excerpt("x" * 500, 1).parts == ("x" * 136 + "\n" + HINT,)
    assert is_gsm(HINT)


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("a" * 80 + " end.", " See Dr. " + "b" * 60),
        ("a" * 80 + " end.", " It is 3.5 " + "b" * 60),
        ("a" * 80 + " end.", "\n1. " + "b" * 60),
        ("a" * 80 + " end.", "\n\nSteps:\n" + "b" * 60),
        ("a" * 80 + " end.", "\n\nWhat then?\n" + "b" * 60),
        ("a" * 80 + " end.", " On Jan. 5 or the 3. Mai " + "b" * 60),
        ("a" * 80 + " end.", "\n\nFri\n- Tea\n- Cake\n- " + "b" * 60),
        ("a" * 80 + " see", " https://cafe.example/" + "b" * 60),
        ("a" * 100 + " end. \U0001f600", " " + "b" * 60),
    ],
    ids=["a title", "a number", "a list's number", "a colon", "a heading", "a date", "a list", "an address", "a smile"],
)
def test_where_no_sentence_ends(head: str, tail: str) -> None:
    """I49: no cut after "Dr.", in "3.5", behind a list's number or a heading, inside an address, before a smile."""
    most = 3 if "\U0001f600" in head else 1
    assert excerpt(head + tail + " " + "c" * 500, most).parts[0] == f"{head}\n{HINT}"


def test_an_answer_of_many_parts() -> None:
    """I49: where the ceiling allows several parts each is full, and the last one ends with the hint, within them."""
    taken = excerpt(_SENTENCE * 200, 30)
    assert len(taken.parts) == 3
    assert sum(map(count_segments, taken.parts)) <= 30
    assert [HINT in part for part in taken.parts] == [False, False, True]


def test_the_product_has_a_ceiling_of_its_own() -> None:
    """I41: of an answer of megabytes a hundred segments go out and as many wait; the last of them ends with dots."""
    first, last = _read_on("word " * 800_000, MOST_SEGMENTS)
    assert 90 < sum(map(count_segments, first.parts)) <= MOST_SEGMENTS
    assert 90 < sum(map(count_segments, last.parts)) <= MOST_SEGMENTS
    assert last.parts[-1].endswith("word\n...")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("\u201cYes\u201d \u2013 it\u2019s open\u2026 ", '"Yes" - it\'s open... '),
        (
            "\u201cCze\u015b\u0107\u201d, to \u2013 dzi\u015b\u2026 ",
            "\u201cCze\u015b\u0107\u201d, to \u2013 dzi\u015b\u2026 ",
        ),
    ],
    ids=["English", "Polish"],
)
def test_typography_is_folded_when_that_saves(text: str, sent: str) -> None:
    """Signs are written in the GSM alphabet where an answer takes fewer segments by it, and only there."""
    assert excerpt((text * 6).strip(), 4).parts == ((sent * 6).strip(),)
    assert excerpt(text.strip(), 4).parts == (text.strip(),)


def test_a_whole_answer_is_worth_more_than_a_smile() -> None:
    """Contract 5: emoji go where the answer fits without them and is cut with them, and stay otherwise."""
    long = _SENTENCE * 6
    assert excerpt(f"\u26a0\ufe0f {long}\u2153 \U0001f600", 2).parts == (f"{long}1/3",)
    assert excerpt(f"{long}\U0001f600", 6).parts == (f"{long}\U0001f600",)
    assert "\U0001f600" in excerpt(f"\U0001f600 {long * 6}", 2).parts[0]


@pytest.mark.parametrize(
    "texts",
    [
        ["MORE"],
        ["more"],
        [" More! "],
        ["more please"],
        ["Please, more"],
        ["MORE", "more?"],
        ["Reply MORE"],
        ["send me more"],
        ["Show more!"],
        ["M\u00e1s, por favor"],
        ["plus s'il te pla\u00eet"],
        ["\u201cMORE\u201d"],
    ],
)
def test_who_asks_for_more(texts: list[str]) -> None:
    """A MORE is known in any case, with a please, between any signs, and several in a row."""
    assert asks_for_more(texts)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["more coffee"],
        ["MORE", "and Sunday?"],
        ["no more"],
        ["m\u00e1s caf\u00e9"],
        ["plus tard"],
        ["tell me more about tea"],
        ["any more?"],
    ],
)
def test_who_does_not_ask_for_more(texts: list[str]) -> None:
    """Whatever says anything else is for the agent."""
    assert not asks_for_more(texts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Sure! \U0001f600", "Sure!"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "family"),
        ("Thumbs \U0001f44d\U0001f3fd up", "Thumbs up"),
        ("From \U0001f1e9\U0001f1ea, with love \u2764\ufe0f.", "From, with love."),
        ("Press 1\ufe0f\u20e3 now", "Press 1 now"),
        (_SIGNS, _SIGNS),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\U0001f44d", "\U0001f44d"),
        ("line \u2728\nnext", "line\nnext"),
        ("\u2705 Wi-Fi \u274c\ufe0f Parking\u2716", "(yes) Wi-Fi (no) Parking (no)"),
        ("- \u2714\ufe0f a\n- \u274c No b", "- (yes) a\n- No b"),
        ("Wi-Fi: \u2705\nPool: \u2705; Bar: \u2705 small", "Wi-Fi: yes\nPool: yes; Bar: small"),
        ("\u2705", "\u2705"),
        ("\u274c", "\u274c"),
        ("\u2705 one\n\U0001f4cd two", "one\ntwo"),
        ("if x:\n    \u2705 y\n    z", "if x:\n    y\n    z"),
    ],
)
def test_emoji_go_and_words_stay(text: str, plain: str) -> None:
    """Contract 5: pictures go with all that dresses them; letters, signs and what joins letters stay."""
    assert drop_emoji(text) == plain
