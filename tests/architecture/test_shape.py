"""The shape of the code: where errors end, how long a file is, what is named how."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from gateway.adapters.store import keys
from tests.architecture.tree import PACKAGES, ROOT, modules, parse, tracked_files

EDGES = {"gateway/web/problems.py", "workers/jobs.py", "gateway/cli/__main__.py"}
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "base", "managers", "manager", "models", "schemas"}
LONGEST = 300


def catches_everything(node: ast.AST) -> bool:
    """Tell whether an except clause takes every Exception, and does more than pass it on."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    takes_all = any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)
    last = node.body[-1]
    return takes_all and not (isinstance(last, ast.Raise) and last.exc is None)


def test_where_errors_end() -> None:
    """`except Exception` stands at the three edges only; elsewhere it may tidy up and raise again."""
    found = {str(path) for path in modules() for node in ast.walk(parse(path)) if catches_everything(node)}
    assert found == EDGES


@pytest.mark.parametrize("path", [*modules(), *modules("tests")], ids=str)
def test_length(path: Path) -> None:
    """No file is longer than 300 lines: it is split by noun before."""
    assert len((ROOT / path).read_text().splitlines()) <= LONGEST


def test_names() -> None:
    """No file or folder has a name that says nothing."""
    paths = [path for path in tracked_files() if path.parts[0] in {*PACKAGES, "tests", "benchmarks"}]
    assert {part for path in paths for part in path.with_suffix("").parts} & NO_NAMES == set()


def test_every_module_says_what_it_is() -> None:
    """Each module of the packages begins with a sentence."""
    assert [str(path) for path in modules() if not ast.get_docstring(parse(path))] == []


def table() -> set[str]:
    """The patterns of the table in keys.py."""
    rows = re.findall(r"^\| (\S+(?: / \S+)?) +\|", str(keys.__doc__), flags=re.MULTILINE)
    return {pattern for row in rows for pattern in row.split(" / ") if pattern.startswith("tg:")}


def made() -> dict[str, str]:
    """What each function and name of keys.py makes, with every argument replaced."""
    functions = {
        name: value for name, value in vars(keys).items() if callable(value) and value.__module__ == keys.__name__
    }
    constants = {
        name: value
        for name, value in vars(keys).items()
        if isinstance(value, str) and value.startswith("tg:") and not name.endswith("_PREFIX")
    }
    calls = {name: value(*["X"] * value.__code__.co_argcount) for name, value in functions.items() if name != "_by"}
    # keys that only scripts make, of a prefix that they get
    scripted = {name: value + "X" for name, value in prefixes().items() if not _begins_any(value, calls.values())}
    return {**calls, **constants, **scripted}


def prefixes() -> dict[str, str]:
    """What scripts get to make keys of."""
    return {name: value for name, value in vars(keys).items() if name.endswith("_PREFIX")}


def _begins_any(prefix: str, names: Iterable[str]) -> bool:
    return any(name.startswith(prefix) for name in names)


def test_every_key_is_in_the_table() -> None:
    """Each key that keys.py can make has a row in its table, and each row is a key that it makes."""
    patterns = {re.sub(r"[+A-Z0-9]+", "X", pattern) for pattern in table()}
    channels = {made()["replies_channel"]}  # published on, never kept
    assert set(made().values()) - channels == patterns


def test_no_key_elsewhere() -> None:
    """No other file spells a key: neither Python nor Lua."""
    allowed = {"gateway/adapters/store/keys.py", "gateway/adapters/store/messages.py"}
    scripts = [path.relative_to(ROOT) for path in (ROOT / "gateway").rglob("*.lua")]
    spelled = {str(path) for path in [*modules(), *scripts] if re.search(r"[\"']tg:", (ROOT / path).read_text())}
    assert scripts
    assert spelled <= allowed
    nowhere = re.findall(r"[\"'](tg:[^\"']*)", (ROOT / "gateway/adapters/store/messages.py").read_text())
    assert nowhere == ["tg:nowhere"]  # stands for a number that is none
