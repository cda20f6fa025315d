"""Plain text, made of the Markdown that models write: a phone shows every mark of it."""

import re
from collections.abc import Iterator

from gateway.domain.inline import read_inline
from gateway.domain.links import DEFINITION
from gateway.domain.tables import is_row, is_rule, write_table
from gateway.domain.thoughts import drop_thoughts

_MOST_READ = 64_000
"""Characters of an answer that are read: twice what a phone ever gets."""
_DEEPEST = 3
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f]")
_NO_WIDTH = re.compile(r"[\u200b\u2060\ufeff\u00ad]")
_FENCE = re.compile(r"\s*(?:(`{3,})([^`]*)|(~{3,})(.*))")
_QUOTE = re.compile(r" {0,3}>(?=[\s>]|$|[A-Za-z*\"'\u201c])(?!>> ) ?")
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*?)(?:[ \t]+#+)?)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:={3,}|-{3,})\s*")
_RULE = re.compile(
    r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}|[\u2014\u2500\u2501\u2550]{3,})\s*"
)
_ITEM = re.compile(
    r"(\s*)(?:(?P<bullet>[*+\-\u2022\u25e6\u25aa\u2023\u25cf\u25cb\u25a0\u00b7](?=[ \t])|[\u2022\u25cf\u25aa\u25e6])"
    r"|(?P<number>\d{1,9}[.)])(?=[ \t]|$))[ \t]*(.*)"
)
_TASK = re.compile(r"\[([ xX])\][ \t]+(.*)")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,40})\]:[ \t]*(.*)")
_MARKDOWN = frozenset({"markdown", "md"})


def plain_text(markdown: str) -> str:
    """Write Markdown as plain text that reads well on a phone; what is no Markdown stays as it is."""
    text = _straighten(_LINE_ENDS.sub("\n", drop_thoughts(markdown)[:_MOST_READ]))
    return "\n".join(_tidy(_Blocks(text.split("\n")).read())).strip("\n")


def _straighten(text: str) -> str:
    """Make odd spaces plain ones, and take out those without a width."""
    return _NO_WIDTH.sub("", _SPACES.sub(" ", text))


def _tidy(lines: list[str]) -> Iterator[str]:
    """Leave at most one empty line between two others, and none behind a heading."""
    before = ""
    for line in lines:
        if line or before:
            yield line.rstrip()
        before = line


class _Blocks:
    """The lines of an answer, as they are read: headings, lists, tables, quotations, code, paragraphs."""

    def __init__(self, lines: list[str]) -> None:
        self._lines, self._at = lines, 0
        self._written: list[str] = []
        self._prefix, self._waiting = "", list[str]()
        self._indents: list[int] = []
        self._fences: list[str] = []
        self._after_heading = False
        self._definitions = {
            found[1].lower(): found[2] for line in lines if "]:" in line and (found := DEFINITION.fullmatch(line))
        }

    def read(self) -> list[str]:
        while self._at < len(self._lines):
            line = self._unquote(self._lines[self._at])
            self._at += 1
            if not (self._read_code(line) or self._read_table(line) or self._read_border(line)):
                self._read_words(line)
        self._flush()
        return self._written

    def _unquote(self, line: str) -> str:
        for _ in range(_DEEPEST):
            found = _QUOTE.match(line)
            if not found:
                break
            line = line[found.end() :]
        return _ALERT.sub(lambda found: f"{found[1].capitalize()}:", line) if line.startswith("[!") else line

    def _read_code(self, line: str) -> bool:
        """Read what stands between fences as it is; Markdown in fences of its own is Markdown."""
        fence = _FENCE.fullmatch(line)
        if not fence:
            return self._read_indented(line)
        self._flush()
        run, info = fence[1] or fence[3], (fence[2] or fence[4] or "").strip().lower()
        if info in _MARKDOWN:
            self._fences.append(run)  # no close is looked for: many may lack it
        elif not info and self._fences and _closes(line, self._fences[-1]):
            self._fences.pop()
        else:
            self._write(*_dedent(self._read_to_close(run)))
        return True

    def _read_to_close(self, run: str) -> list[str]:
        content: list[str] = []
        while self._at < len(self._lines):
            line = self._unquote(self._lines[self._at])
            self._at += 1
            if _closes(line, run):
                break
            content.append(line)
        return content

    def _read_indented(self, line: str) -> bool:
        is_first = not self._waiting and not self._indents and not (self._written and self._written[-1].strip())
        if not (is_first and line.startswith(("    ", "\t")) and line.strip()) or _ITEM.fullmatch(line):
            return False
        first = self._at - 1
        while self._at < len(self._lines) and self._lines[self._at].startswith(("    ", "\t")):
            self._at += 1
        self._write(*_dedent(self._lines[first : self._at]))
        return True

    def _read_table(self, line: str) -> bool:
        rows = []
        if not is_row(line) or self._at >= len(self._lines) or not is_rule(self._unquote(self._lines[self._at])):
            return False
        self._flush()
        self._at += 1
        while self._at < len(self._lines) and is_row(row := self._unquote(self._lines[self._at])) and row.strip():
            rows.append(row)
            self._at += 1
        self._write(*write_table(line, rows, self._words), "")
        return True

    def _read_border(self, line: str) -> bool:
        """Read what only parts or names what others say: empty lines, rules, headings, definitions of links."""
        heading = _HEADING.fullmatch(line)
        if self._waiting and not self._prefix and _UNDERLINE.fullmatch(line):
            self._write("")
            self._flush()
            self._after_heading = True
        elif heading:
            self._flush()
            self._indents.clear()
            self._write("", self._words(heading[1] or ""))
            self._after_heading = True
        elif not line.strip() or _RULE.fullmatch(line):
            self._flush()
            if not self._after_heading:
                self._write("")
        elif not DEFINITION.fullmatch(line):
            return False
        return True

    def _read_words(self, line: str) -> None:
        item, note = _ITEM.fullmatch(line), _NOTE.fullmatch(line)
        if note:
            self._begin(f"({note[1]}) ", note[2])
        elif item and not _is_sum(item):
            self._begin(*self._read_item(item))
        elif self._waiting:
            self._waiting.append(line.strip())
        else:
            if not line.startswith(" "):
                self._indents.clear()
            self._begin("  " * min(len(self._indents), _DEEPEST) if line.startswith("  ") else "", line.strip())

    def _read_item(self, item: re.Match[str]) -> tuple[str, str]:
        indent = len(item[1].expandtabs(4))
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents or indent > self._indents[-1] + 1:
            self._indents.append(indent)
        inward = "  " * min(len(self._indents) - 1, _DEEPEST)
        words = item[4]
        task = _TASK.fullmatch(words)
        if task:
            words = task[2] if task[1] == " " else f"(done) {task[2]}"
        return f"{inward}{item['number'] or '-'} ", words

    def _begin(self, prefix: str, words: str) -> None:
        self._flush()
        self._prefix, self._waiting = prefix, [words]

    def _flush(self) -> None:
        """Write the paragraph, or the item of a list, that was read."""
        if not self._waiting:
            return
        words = self._words("\n".join(map(_drop_break, self._waiting)))
        self._write(*(self._prefix + words).split("\n"))
        self._prefix, self._waiting = "", []

    def _write(self, *lines: str) -> None:
        self._written += lines
        self._after_heading = False

    def _words(self, markdown: str) -> str:
        lines = _straighten(read_inline(markdown, self._definitions)).split("\n")
        return "\n".join(re.sub(r"[ \t]{2,}|\t", " ", line).strip() for line in lines)


def _drop_break(line: str) -> str:
    """Drop the backslash that breaks a line; two of them break one of a formula."""
    return line if line.endswith("\\\\") else line.removesuffix("\\")


def _closes(line: str, run: str) -> bool:
    """Tell whether a line is the fence that ends what such a run began."""
    line = line.strip()
    return len(line) >= len(run) and not line.strip(run[0])


def _is_sum(item: re.Match[str]) -> bool:
    """Tell whether a plus sign adds instead of standing before an item."""
    return item["bullet"] == "+" and not item[4][:1].isalpha()


def _dedent(lines: list[str]) -> list[str]:
    """Take away the space that all lines of code begin with, and write tabs as two spaces."""
    lines = [line.replace("\t", "  ").rstrip() for line in lines]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return [line[indent:] for line in lines]
