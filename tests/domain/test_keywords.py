"""Keywords: which whole messages a texter says to the gateway itself."""

import time
from collections.abc import Callable

import pytest

from gateway.domain.compliance import Keyword, read_keyword
from gateway.domain.consent import ConsentState

_STOP_WORDS = [
    # 47 CFR 64.1200(a)(10): per se valid
    "stop",
    "quit",
    "end",
    "revoke",
    "opt out",
    "cancel",
    "unsubscribe",
    # Twilio's defaults; REVOKE and OPTOUT since 14 May 2025
    "stopall",
    "optout",
    # spellings of the same words
    "opt-out",
    "stop all",
    "stop-all",
    "arret",
    "arr\u00eat",
]
_HELP_WORDS = ["help", "info", "ayuda", "aide"]
_START_WORDS = ["start", "unstop"]

_DRESSES = {
    "plain": "{}",
    "spaces around": "  {} \t",
    "dot": "{}.",
    "bang": "{}!!!",
    "question": "{}?",
    "double quotes": '"{}"',
    "single quotes": "'{}'",
    "curly quotes": "\u201c{}\u201d",
    "brackets": "[{}]",
    "newline": "\n{}\r\n",
    "zero-width": "\u200b{}\u200d\ufeff",
    "bidi marks": "\u202a{}\u202c",
    "no-break space": "\u00a0{}\u00a0",
    "emoji": "{} \U0001f6d1",
    "emoji with a joiner": "\U0001f64f\U0001f3fd {} \u2764\ufe0f",
}


def _full_width(word: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)


def _spaced(word: str) -> str:
    return " ".join(word)


def _dotted(word: str) -> str:
    return ".".join(word) + "."


def _accented(word: str) -> str:
    return "\u0301".join(word)


def _split_by_zero_width(word: str) -> str:
    return "\u200c".join(word)


@pytest.mark.parametrize("dress", _DRESSES.values(), ids=_DRESSES.keys())
@pytest.mark.parametrize("word", _STOP_WORDS)
@pytest.mark.parametrize("state", ConsentState)
def test_every_opt_out_word_stops(word: str, dress: str, state: ConsentState) -> None:
    """I21: every FCC phrase and Twilio keyword opts out, however it is dressed and whoever says it."""
    assert read_keyword(dress.format(word), state) is Keyword.STOP


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        str.swapcase,
        _full_width,
        _spaced,
        _dotted,
        _accented,
        _split_by_zero_width,
    ],
)
@pytest.mark.parametrize("word", _STOP_WORDS)
def test_letters_in_another_form_are_the_same_word(word: str, change: Callable[[str], str]) -> None:
    """I21: case, full-width letters, accents and what stands between the letters make no difference."""
    assert read_keyword(change(word), ConsentState.UNSET) is Keyword.STOP


@pytest.mark.parametrize("dress", _DRESSES.values(), ids=_DRESSES.keys())
@pytest.mark.parametrize("state", ConsentState)
@pytest.mark.parametrize(
    ("word", "keyword"),
    [(word, Keyword.HELP) for word in _HELP_WORDS] + [(word, Keyword.START) for word in _START_WORDS],
)
def test_help_and_start_are_heard_in_every_state(word: str, keyword: Keyword, dress: str, state: ConsentState) -> None:
    """I24, I25: HELP, INFO, AYUDA, AIDE, START and UNSTOP mean the same whether the texter is in, out or unknown."""
    assert read_keyword(dress.format(word), state) is keyword
    assert read_keyword(dress.format(word.upper()), state) is keyword


@pytest.mark.parametrize(
    ("state", "keyword"),
    [(ConsentState.OUT, Keyword.START), (ConsentState.IN, None), (ConsentState.UNSET, None)],
)
@pytest.mark.parametrize("body", ["yes", "YES", " Yes. ", "\uff39\uff25\uff33"])
def test_yes_is_a_keyword_only_from_who_is_out(body: str, state: ConsentState, keyword: Keyword | None) -> None:
    """I25: YES opts in who opted out, and is an answer like any other from everyone else."""
    assert read_keyword(body, state) is keyword


@pytest.mark.parametrize(
    "body",
    [
        "stop by at 5",
        "cancel my order",
        "don't stop",
        "bus stop",
        "nonstop",
        "stop please",
        "the end",
        "endless",
        "I quit my job",
        "please help me",
        "information",
        "start over",
        "unstoppable",
        "stop 5",
        "stop2",
        "yes please",
        "no",
        "",
        " ",
        "\u200b",
        "\U0001f6d1",
        "stop\nby at 5",
        "st\u03bfp",  # a Greek omicron: another word, and no accent of ours
    ],
)
@pytest.mark.parametrize("state", ConsentState)
def test_other_texts_are_no_keywords(body: str, state: ConsentState) -> None:
    """I22: a keyword is the whole message; a sentence that holds one goes to the agent."""
    assert read_keyword(body, state) is None


@pytest.mark.parametrize(
    "body",
    ["s" * 60_000, "stop" * 15_000, "." * 60_000, "a\u0301" * 30_000, "\ufdfa" * 60_000, "\u200b" * 59_996 + "stop"],
    ids=["letters", "keywords", "dots", "accents", "ligatures", "zero-widths"],
)
def test_long_texts_are_not_worth_a_look(body: str) -> None:
    """I22: an adversarial text of any length is put aside in well under a millisecond."""
    began = time.perf_counter()
    for _ in range(100):
        assert read_keyword(body, ConsentState.OUT) is None
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize("letters", [16, 40, 150])
def test_a_dressed_up_keyword_may_be_long(letters: int) -> None:
    """I21: STOP followed by a row of exclamation marks or hearts is still STOP."""
    assert read_keyword("STOP" + "!" * letters, ConsentState.IN) is Keyword.STOP
