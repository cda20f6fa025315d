"""shape_reply: from the model's words to parts that Twilio takes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.reply import MAX_PART, shape_reply

_ZWJ = "\u200d"
_FAMILY = _ZWJ.join(["\U0001f468", "\U0001f469", "\U0001f467"])
_FLAG = "\U0001f1e9\U0001f1ea"
_WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n.!?a\u00e9\u2019\U0001f600" + _ZWJ + "\ufe0f\u0301"),
        st.characters(exclude_categories=["Cc", "Cs"]),
    ),
    max_size=300,
)
_DRAFTS = st.builds(lambda words, times: "".join(words) * times, st.lists(_WORDS, max_size=6), st.integers(1, 40))


def _flag_letters(text: str) -> int:
    return sum("\U0001f1e6" <= letter <= "\U0001f1ff" for letter in text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _bare(text: str) -> str:
    return "".join(text.split())


@given(_DRAFTS)
def test_nothing_is_lost_but_space_at_the_cuts(draft: str) -> None:
    """I49: the parts in their order hold every character of the draft but white space."""
    assert _bare("".join(shape_reply(draft))) == _bare(draft)


@given(_DRAFTS)
def test_every_part_fits(draft: str) -> None:
    """I49: no part is empty, padded, or longer than Twilio takes, in UTF-16 units."""
    for part in shape_reply(draft):
        assert 0 < _units(part) <= MAX_PART
        assert part == part.strip()


@given(_DRAFTS)
def test_every_part_is_a_piece_of_the_draft(draft: str) -> None:
    """I49: a part is a stretch of the draft, with its inner spaces and lines as they were."""
    rest = draft
    for part in shape_reply(draft):
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]


@pytest.mark.parametrize(
    ("draft", "sizes"),
    [
        ("", []),
        (" \n ", []),
        ("a", [1]),
        ("a" * 1600, [1600]),
        ("a" * 1601, [1600, 1]),
        ("a" * 3200, [1600, 1600]),
        ("\u2019" * 1601, [1600, 1]),
        ("\U0001f600" * 800, [1600]),
        ("\U0001f600" * 801, [1600, 2]),
        ("a" + "\U0001f600" * 800, [1599, 2]),
        ("[" * 1601, [1600, 1]),
        ("a" * 1600 + " b", [1600, 1]),
        ("a" * 1599 + " b", [1599, 1]),
    ],
    ids=[
        "nothing",
        "space",
        "one",
        "1600",
        "1601",
        "3200",
        "smart quotes",
        "emoji that fit",
        "emoji too many",
        "emoji over the border",
        "GSM extension characters",
        "a space at the border",
        "a space before the border",
    ],
)
def test_sizes_at_the_border(draft: str, sizes: list[int]) -> None:
    """I49: 1600 UTF-16 units are one part, one more makes two, and no surrogate pair is torn."""
    assert [_units(part) for part in shape_reply(draft)] == sizes


@pytest.mark.parametrize(
    ("first", "border", "second"),
    [
        ("a" * 900 + ". " + "b" * 300, "\n\n", "c" * 900),
        ("a" * 900 + " " + "b" * 300, "\n", "c d " * 300),
        ("a" * 1200 + ".", " ", "b" * 900),
        ("a" * 1201 + "!", " ", "b" * 900),
        ("a" * 1202 + "?", " ", "b" * 900),
        ("a" * 1200, " ", "b" * 900),
        ("a" * 1500, " ", "https://cafe.example/" + "x" * 200),
    ],
    ids=["paragraph", "line", "sentence", "exclamation", "question", "word", "URL"],
)
def test_cuts_fall_where_something_ends(first: str, border: str, second: str) -> None:
    """I49: a part ends at a paragraph, line, sentence or word; a URL at the cut stays whole."""
    assert shape_reply(first + border + second) == (first, second.strip())


_LONG_ONES = st.sampled_from([*"ab .!?\n", "word ", "Dr. Who ", "1. one\n", "caf\u00e9 "])
_URLS = st.integers(1, 1500).map(lambda letters: "https://cafe.example/" + "x" * letters)
_PROSE = st.builds(
    lambda words, urls, times: " ".join(f"{''.join(words) * times} {url}" for url in urls),
    st.lists(_LONG_ONES, min_size=1, max_size=8),
    st.lists(_URLS, min_size=1, max_size=4),
    st.integers(1, 90),
)


@given(_PROSE)
def test_no_word_is_cut_that_fits_into_a_part(prose: str) -> None:
    """I49: every word and every address that is no longer than a part stands whole in one of them."""
    words = {word for part in shape_reply(prose) for word in part.split()}
    assert {word for word in prose.split() if len(word) <= MAX_PART} <= words


@pytest.mark.parametrize("letters", [90, 700, 1300])
def test_an_address_between_ideographs_is_whole(letters: int) -> None:
    """I49: in a script without spaces an address is no place to cut, and no line begins with a full stop."""
    url = "https://cafe.example/" + "x" * letters
    for start in range(1560, 1600, 3):
        parts = shape_reply("\u65e5\u672c" * (start // 2) + url + "\u3067\u3059\u3002" * 30)
        assert sum(url in part for part in parts) == 1
    assert shape_reply("\u65e5" * MAX_PART + "\u3002\u672c")[1] == "\u65e5\u3002\u672c"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", chr(0xD800), chr(0xDFFF)])
def test_what_no_phone_shows_is_taken_out(character: str) -> None:
    """I49: control characters and lone surrogates, which no HTTP request could carry, are dropped."""
    (part,) = shape_reply(f"a{character}b")
    assert part == "ab"
    assert part.encode()


@pytest.mark.parametrize("letters", range(1590, 1601))
@pytest.mark.parametrize(
    "cluster",
    [_FAMILY, "e\u0301", "\U0001f44d\U0001f3fd", "\u2764\ufe0f", _FLAG],
    ids=["ZWJ family", "combining accent", "skin tone", "variation selector", "flag"],
)
def test_no_part_begins_inside_a_character(cluster: str, letters: int) -> None:
    """I49: a family of emoji, an accented letter or a toned hand at the border goes whole into one part."""
    for part in shape_reply("a" * letters + cluster * 3)[1:]:
        assert not unicodedata.combining(part[0])
        assert part[0] not in (_ZWJ, "\ufe0f", "\U0001f3fd")
    assert all(not part.endswith(_ZWJ) for part in shape_reply("a" * letters + cluster * 3))
    assert all(_flag_letters(part) % 2 == 0 for part in shape_reply("a" * letters + cluster * 3))


@pytest.mark.parametrize("letters", [0, 1, 2, 3])
def test_a_row_of_flags_is_cut_between_flags(letters: int) -> None:
    """I49: even where nothing but flags stands, a cut leaves every one whole."""
    parts = shape_reply("a" * letters + _FLAG * 900)
    assert all(_flag_letters(part) % 2 == 0 for part in parts)


@pytest.mark.timeout(10)
def test_a_long_reply_is_shaped_quickly() -> None:
    """I41: two megabytes, half of what a provider may answer, are cut in linear time, without a space in them."""
    assert len(shape_reply("x" * 2_000_000)) == 1250
