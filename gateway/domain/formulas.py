"""Formulas: simple LaTeX as people write sums without it."""

import re

_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau
upsilon phi chi psi omega
"""
_GREEK = _LETTERS.split()
_SIGNS = {
    **{name: chr(0x3B1 + index) for index, name in enumerate(_GREEK)},
    **{name.capitalize(): chr(0x391 + index) for index, name in enumerate(_GREEK) if name != "varsigma"},
    "times": "\u00d7",
    "cdot": "\u00d7",
    "div": "\u00f7",
    "pm": "\u00b1",
    "le": "\u2264",
    "leq": "\u2264",
    "ge": "\u2265",
    "geq": "\u2265",
    "ne": "\u2260",
    "neq": "\u2260",
    "approx": "\u2248",
    "equiv": "=",
    "to": "\u2192",
    "rightarrow": "\u2192",
    "Rightarrow": "\u21d2",
    "implies": "\u21d2",
    "infty": "\u221e",
    "sum": "\u2211",
    "int": "\u222b",
    "partial": "\u2202",
    "circ": "\u00b0",
    "degree": "\u00b0",
    "ldots": "...",
    "dots": "...",
    "cdots": "...",
    "quad": " ",
    "qquad": " ",
    "left": "",
    "right": "",
    "displaystyle": "",
    "begin": "",
    "end": "",
}
_BETWEEN = frozenset("\u00d7\u00f7\u00b1\u2264\u2265\u2260\u2248=\u2192\u21d2")
"""Signs that stand between two others."""
_NESTED = 5
"""Braces within braces that are read; what is deeper keeps its letters."""
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]{1,200})\}\s*\{([^{}]{1,200})\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]{1,200})\}")
_STYLES = "text|textbf|textit|mathrm|mathbf|mathit|boxed|operatorname|overline|mathbb"
_WORDS = re.compile(rf"\\(?:{_STYLES})\s*\{{([^{{}}]{{0,500}})\}}")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[a-z*]{1,20}\}")
_INDEX = re.compile(r"([\^_])\{([^{}]{1,100})\}")
_DEGREE = re.compile(r"\^\\circ(?![a-zA-Z])")
_COMMAND = re.compile(r"\\([A-Za-z]{1,20}) ?")
_SPACING = re.compile(r"\\[,;:! ]")
_ATOM = re.compile(r"\d[\d.,]*|[^\W\d]+")


def write_formula(latex: str) -> str:
    """Write a formula of LaTeX as plain text."""
    text = _SPACING.sub(" ", _ENVIRONMENT.sub("", latex).replace("\\\\", "\n").replace("&", ""))
    text = _DEGREE.sub("\u00b0", text)
    for _ in range(_NESTED):
        text = _WORDS.sub(r"\1", text)
        text = _INDEX.sub(_write_index, text)
        text = _ROOT.sub(r"sqrt(\1)", text)
        text = _FRACTION.sub(_write_fraction, text)
    text = re.sub(r"\\([%$#_&{}])", r"\1", _COMMAND.sub(_write_command, text).replace("{", "").replace("}", ""))
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _write_index(found: re.Match[str]) -> str:
    mark, index = found[1], found[2].strip()
    return mark + (index if len(index) == 1 or index.isalnum() or index.lstrip("-").isdigit() else f"({index})")


def _write_fraction(found: re.Match[str]) -> str:
    return "/".join(part if _ATOM.fullmatch(part) else f"({part})" for part in (found[1].strip(), found[2].strip()))


def _write_command(found: re.Match[str]) -> str:
    runs_on = found.string[found.end() : found.end() + 1].isalnum() and found[1] in _SIGNS
    space = " " if found[0].endswith(" ") and not runs_on else ""
    sign = _SIGNS.get(found[1], found[1])
    return f" {sign} " if sign in _BETWEEN else sign + space
