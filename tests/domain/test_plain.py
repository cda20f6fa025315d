"""plain_text: Markdown as a phone can show it, and nothing else changed."""

import re
import time
from html.entities import html5

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.domain.brevity import shape_answer
from gateway.domain.plain import plain_text

_PROSE = [
    "snake_case and other_snake_case",
    "2 * 3 * 4 and 2*3*4",
    "5 > 3, a < b and c > d, I <3 you",
    "#1, C# and #a_b_c",
    "x**2 + y**2",
    "f(*args, **kwargs)",
    "f(**kwargs) is x**2",
    "https://en.wikipedia.org/wiki/Foo_(bar)",
    "(see https://cafe.example/a_b_c*d*e_(f))",
    "$5 or $10, even $5-$7",
    "first_last@my_company.example, @corner_cafe_",
    "~5 to ~10 min, at 10:30",
    "____ of ___, signed",
    "4* and 5* hotels",
    "$5*\n*Terms apply",
    "- a\n- b",
    "1. a\n2. b",
    "100\n+ 50\n- 20",
    "__init__ of List<int>, arr[0] (x), [a]",
    "&copy 2026 &region=1 &notit; &notes=2",
    "AT&T; R&D, 5% & 6%",
    "****1234",
    "\\o/ C:\\Users\\me",
    "C:\\Users\\*.txt",
    ">:( wait\u2026",
    "*",
    "`",
]
_MARKED = {
    "emphasis": ("**a** *b* ***c*** _d_ __e__ `g*h*` ``a`b``", "a b c d e g*h* a`b"),
    "emphasis in words": (
        "\u3053\u308c\u306f**\u91cd\u8981**\u3067\u3059, **Note**s",
        "\u3053\u308c\u306f\u91cd\u8981\u3067\u3059, Notes",
    ),
    "emphasis over lines": ("*Roses are red,\nViolets are blue*", "Roses are red,\nViolets are blue"),
    "struck out": ("~~Monday~~ Tuesday", "(Monday) Tuesday"),
    "struck price": ("~~$120~~ **$79** now, ~~5~~ 4.", "$79 (was $120) now, 4 (was 5)."),
    "variables": (
        "$HOME and $PATH, $MY_A and ($B_C, $PATH=$PATH:$HOME",
        "$HOME and $PATH, $MY_A and ($B_C, $PATH=$PATH:$HOME",
    ),
    "formula of capitals": ("$KE = \\frac{1}{2}mv^2$", "KE = 1/2mv^2"),
    "link in parentheses": (
        "([b.example](https://b.example/?u=c)) ([the FAQ](https://b.example/f))",
        "(https://b.example/?u=c) (the FAQ: https://b.example/f)",
    ),
    "table that speaks for itself": ("| Day | Hours |\n|-|-|\n| Mon | 9 AM |", "Mon: 9 AM"),
    "table of bare numbers": ("| Day | Time |\n|-|-|\n| Mon | 9 |", "Day / Time:\nMon: 9"),
    "paragraph of an item": ("1. a\n\n   b\n\nc", "1. a\n\n  b\n\nc"),
    "headings": ("# One\n\ntext\n## Two ##\ntext\n\nThree\n---\ntext", "One\ntext\n\nTwo\ntext\n\nThree\ntext"),
    "bullets": ("* a\n  * b\n    + c\n\u2022 d", "- a\n  - b\n    - c\n- d"),
    "tasks": ("- [x] a\n- [ ] b", "- (done) a\n- b"),
    "quotation": ("> a\n> > b\n\n> [!NOTE]\n> c", "a\nb\n\nNote:\nc"),
    "rules": ("a\n\n---\n\nb\n***\nc", "a\n\nb\n\nc"),
    "link": ('[a](https://b.example/c_(d) "e")', "a (https://b.example/c_(d))"),
    "link that says itself": ("[b.example](https://www.b.example/)", "https://www.b.example/"),
    "mail and phone": (
        "[a@b.c](mailto:a@b.c) [(202) 555-0100](tel:+12025550100) <a@b.c>",
        "a@b.c (202) 555-0100 a@b.c",
    ),
    "link within a page": ("[a](#b)", "a"),
    "autolink": ("<https://b.example/a_b>", "https://b.example/a_b"),
    "picture": ("![a](https://b.example/c.png)", "a (https://b.example/c.png)"),
    "reference": ("[a][b] [b]\n\n[b]: <https://b.example> 'c'", "a (https://b.example) b (https://b.example)"),
    "footnote": ("a[^1]\n\n[^1]: b", "a (1)\n\n(1) b"),
    "table of two": ("| A | B |\n|---|:-:|\n| 1 | `2` |", "A / B:\n1: 2"),
    "table of three": ("|A|B|C|\n|-|-|-|\n|1|2|3|\n|4||5|", "1 - B: 2; C: 3\n4 - C: 5"),
    "code": ("```py\nif a:\n\tb = '**'\n```", "if a:\n  b = '**'"),
    "code that is indented": ("a\n\n    b\n      c_d_", "a\n\nb\n  c_d_"),
    "unclosed fence": ("a\n```\n# b", "a\n# b"),
    "fence of Markdown": ("```markdown\n# a\n**b**\n```", "a\nb"),
    "fences of Markdown": (
        "```md\n# a\n```py\n__b__\n```\n**c**\n```\n\n~~~~md\n*d*\n~~~\n**e**\n~~~\n~~~~\n_f_",
        "a\n__b__\nc\n\nd\n**e**\nf",
    ),
    "HTML": ("a<br>b &amp; <b>c</b> <a href='https://d.example'>d</a><!-- e -->", "a\nb & c d (https://d.example)"),
    "escapes": ("\\*a\\* 1\\. b", "*a* 1. b"),
    "formula": (r"\(x^{2}\) $\frac{a}{2b} \le 3$ $2x = 8$", "x^2 a/(2b) \u2264 3 2x = 8"),
    "formula of lines": ("$$\na &= \\alpha + b \\\\\nc &= \\pi r\n$$", "a = \u03b1 + b\nc = \u03c0r"),
    "HTML table": ("<tr><td>a</td><td>b</td></tr>", "a b"),
    "address that says itself in part": ("[https://b.example/c](https://b.example/c?d=e)", "https://b.example/c"),
    "thoughts": ("<think>\nhm\n</think>\n\na", "a"),
    "thoughts by other names": ("<Thinking>hm</Thinking> <reasoning>\nhm</reasoning>\na", "a"),
    "thoughts without a beginning": ("hm, **so**\n</think>\n\na", "a"),
    "thoughts without an end": ("<think>\nhm, a", ""),
    "thoughts that are spoken of": (
        "It ends with `</think>`:\n```\nb</think>\n```",
        "It ends with </think>:\nb</think>",
    ),
    "citations": (
        "a\u30101\u2020s\u3011\u30103:0\u2020h\u3011\u30104:1\u3011 \u301012\u6708\u306e\u3011\u301010:30\u3011 c[^3^]",
        "a \u301012\u6708\u306e\u3011\u301010:30\u3011 c (3)",
    ),
    "white space": ("a\u00a0b\u200b \r\n\r\n\r\n\r\nc  d\t\n", "a b\n\nc d"),
}
_MOST = 16_000
"""Characters of a hostile answer; a quarter of them takes about a quarter of the time."""
_HOSTILE = [
    *("[", "*", "_", "`", "* ", "**a", "_a ", "| ", "|-", "|a|\n|-|\n", "```\n", "` ", "[a](", "[a](b(", "<a ", "<!--"),
    *("\\(", "$a", "$$", "&#", "> ", ">", "- ", "- - ", "-", "#", "# ", "1. ", "https://", "[^", "[a]: b\n", "[a][a]"),
    *(
        "![",
        "~~a",
        "\n",
        " ",
        "\t",
        "<think>",
        "    a\n",
        "\\frac{",
        "[[a](b)",
        "[a](<",
        '[a](x "',
        "<a href='x'>",
        "\u30101",
    ),
    *("```md\n", "````md\n", "~~~md\n", "> ```md\n", "  ```markdown\n", "```md\n```\n", "```md\n```py\n", "```py\n"),
    *(
        "```md\n~~~md\n",
        "```md\na\n~~~\n",
        "~~~\n````\n",
        "- ```md\n",
        "    ```\n",
        "`````",
        "~~~~~",
        "`" * 40 + "md\n",
    ),
    *("<think></think>", "</think>", "<thinking>", "</a>", "<a href='x'></a>", "\u2705 ", "\u274c", "\u3010", "~~$1~~"),
    *("C:\\", "$A", "[^1^]", "([a](", "&a;", "&amp", "~~~ a\n", "\u274c\u2705 No ", "\u00ab ", "```\n    a"),
    "```md\n" + "```\n" * 3,
    "www.",
    "(https://a)",
]


@pytest.mark.parametrize("prose", _PROSE)
def test_what_is_no_markdown_stays(prose: str) -> None:
    """I49: names, sums, prices, addresses and signs that only look like marks are sent as they were written."""
    assert plain_text(prose) == prose


@pytest.mark.parametrize(("markdown", "plain"), _MARKED.values(), ids=_MARKED)
def test_marks_go(markdown: str, plain: str) -> None:
    """I49: no mark is left on the phone, and what it meant still reads."""
    assert plain_text(markdown) == plain


_MARKS = [
    "a",
    " ",
    "\n",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "``",
    "# ",
    "> ",
    "- ",
    "1. ",
    "(",
    ")",
    "[",
    "]",
    "!",
    "|",
    "\u65e5",
]


_NAMES = sorted({name.rstrip(";") for name in html5} - {"amp", "AMP"})
_WAYS = ["{}", "<{}>", "[a]({})", "[a](<{}>)", "<a href='{}'>a</a>", "![a]({})", "[a][b]\n\n[b]: {}"]


@given(
    st.sampled_from(_WAYS), st.lists(st.sampled_from(_NAMES), min_size=1, max_size=5), st.sampled_from(["=1", "", ";"])
)
def test_an_address_stays(way: str, names: list[str], value: str) -> None:
    """I49: an address comes out as it went in, whatever HTML calls its parameters; only &amp; is an ampersand."""
    address = "https://shop.example/?a" + "".join(f"&{name}{value}" for name in names) + "&b=1"
    assert address in plain_text(way.format(address))
    assert address in plain_text(way.format(address.replace("&", "&amp;")))


@given(st.lists(st.sampled_from(_MARKS), max_size=40).map("".join))
def test_words_stay(markdown: str) -> None:
    """I49: whatever marks stand between them, the letters stay, in their order."""
    assume("```" not in markdown and "~~~" not in markdown)  # behind a fence a language is named
    assert re.findall("[a\u65e5]", plain_text(markdown)) == re.findall("[a\u65e5]", markdown)


def _grows(short: str, long: str, *, most: int = 9) -> bool:
    """Tell whether shaping one answer takes so many times as long as another, however often it is tried."""
    return all(_run(long) > most * _run(short) for _ in range(3))


def _run(answer: str) -> float:
    begun = time.process_time()
    shape_answer(answer, most=4, emoji=False)
    return max(time.process_time() - begun, 0.004)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", _HOSTILE, ids=ascii)
def test_a_hostile_answer_takes_no_time(piece: str) -> None:
    """I41: four times as much of any mark takes about four times as long, not sixteen, whatever never ends in it."""
    assert not _grows(piece * (_MOST // 4 // len(piece)), piece * (_MOST // len(piece)))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("end", ["a", "\n"], ids=ascii)
@pytest.mark.parametrize("gap", [" ", "\t", " \n", ". "], ids=ascii)
@pytest.mark.parametrize("before", ["a", "```\na", "> ", "|"], ids=ascii)
def test_a_hostile_gap_takes_no_time(before: str, gap: str, end: str) -> None:
    """I41: nor does a gap without end, in code, in a table or before a word."""
    assert not _grows(*(before + gap * (size // len(gap)) + end for size in (_MOST // 4, _MOST)))


def test_megabytes_take_no_time() -> None:
    """I41: of four megabytes no more is read than a phone can ever get."""
    assert not _grows("```md\n**a** " * 6000, "```md\n**a** " * 350_000, most=3)
