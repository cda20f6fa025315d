"""count_segments: what carriers bill, predicted before anything is sent."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.dev.twilio import segments as stand_in
from gateway.domain.graphemes import is_inside, split_graphemes
from gateway.domain.segment import count_segments, is_gsm

_FLAG = "\U0001f1e9\U0001f1ea"
_MARKS = ["a", "€", "[", "\f", "\x1b", "\t", "\u00e7", "\u2019", "\u0301", "\ufe0f", "\u200d", "\U0001f600", "\ud83d"]
_CLUSTERS = [_FLAG, _FLAG[0], "\U0001f44d\U0001f3fd", "\U0001f468\u200d\U0001f469\u200d\U0001f467"]
_OTHERS = [
    "\r\n",
    "\r",
    "\u0915\u094d\u0937",
    "\u0e33",
    "\u200c",
    "\U0001f3f4\U000e0067\U000e007f",
    "\udc00",
    "\u20ac\u20ac",
]
_PIECES = st.one_of(st.sampled_from([*_MARKS, *_CLUSTERS, *_OTHERS]), st.characters())
_TEXTS = st.builds(
    lambda start, pieces, times: start + "".join(pieces) * times,
    st.integers(0, 170).map(lambda letters: "a" * letters),
    st.lists(_PIECES, max_size=8),
    st.integers(1, 80),
)


@given(_TEXTS)
@example("a" * 66 + "\U0001f600" * 3)
@example("a" * 152 + "€" * 5)
@example("\u2019" * 66 + "\U0001f3f4\U000e0067\U000e0062\U000e007f" * 9)
@example("\u2019" * 66 + "\r\n" * 40)
@example(_FLAG[0] * 135)
@example("")
def test_the_count_is_twilios(text: str) -> None:
    """I49: whatever is sent, the count is that of Twilio's stand-in, which asks a library of others."""
    assert count_segments(text) == stand_in.count_segments(text)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 7, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("\u2019" * 70, 1),
        ("\u2019" * 71, 2),
        ("\u2019" * 134, 2),
        ("\u2019" * 135, 3),
        ("\U0001f600" * 35, 1),
        ("\U0001f600" * 36, 2),
        ("\U0001f600" * 66, 2),
        ("\U0001f600" * 67, 3),
        ("a" * 160 + "\u2019", 3),
        ("\u2019" * 66 + "\u0915\u094d\u0937" + "\u2019" * 66, 3),
        ("\u2019" * 66 + "\r\n" + "\u2019" * 66, 3),
        ("\u2019" * 66 + "\ud83d" + "\u2019" * 67, 2),
        ("\u2019" * 66 + _FLAG + "\u2019" * 63, 2),
        ("\u2019" * 66 + _FLAG + "\u2019" * 64, 3),
    ],
    ids=lambda value: f"{len(value)} from {value[:1]!a}" if isinstance(value, str) else None,
)
def test_sizes_at_the_border(text: str, segments: int) -> None:
    """I49: 160/153 letters, an extension character for two, 70/67 units; an emoji is not cut, a curly quote costs."""
    assert count_segments(text) == segments


def test_alphabet() -> None:
    """I49: of all characters, exactly those of the GSM alphabet and its extension are plain."""
    plain = [character for character in map(chr, range(0x110000)) if is_gsm(character)]
    assert len(plain) == 128 + 10
    assert not is_gsm("a\u00eab")


_GRAPHEMES = [
    *(
        "a",
        " ",
        "\u2019",
        "\U0001f600",
        "e\u0301",
        "\u2764\ufe0f",
        "\U0001f44d\U0001f3fd",
        "\u0915\u093e",
        _FLAG,
        "\u0646\u200c",
        "\r\n",
    ),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
]


@given(st.lists(st.sampled_from(_GRAPHEMES), max_size=30))
def test_characters_as_people_see_them(graphemes: list[str]) -> None:
    """I49: accents, skin tones, flags, families, syllables and line ends are one character each, anywhere."""
    text = "".join(graphemes)
    assert list(split_graphemes(text)) == graphemes
    borders = {len("".join(graphemes[:index])) for index in range(len(graphemes) + 1)}
    assert {cut for cut in range(len(text) + 1) if not is_inside(text, cut)} == borders
