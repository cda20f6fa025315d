"""Every await of the worker by name, and the source rewritten so that each is announced before and after.

One visitor does both, so that a name in the list and a place in the running program can't differ.
"""

import ast
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MODULES = (
    "jobs",
    "answer",
    "lanes",
    "compose",
    "thinking",
    "send",
    "throttle",
    "doubt",
    "carrier",
    "llm",
    "quarantine",
)
"""The modules of `workers` that a turn runs through, from the wake-up taken from the queue to the turn's close."""

_ANNOUNCERS = ("announced", "Each", "Within")


def read_source(module: str) -> str:
    """Read the source of a module of `workers`."""
    return (ROOT / "workers" / f"{module}.py").read_text()


def list_awaits(module: str, source: str) -> list[str]:
    """Name every await of a module, in order: `answer.answer_turn:record_reply`, a second one `…#2`."""
    visitor = _Announcing(module)
    visitor.visit(ast.parse(source))
    return visitor.names


def announce_awaits(module: str, source: str) -> ast.Module:
    """Rewrite a module so that each of its awaits goes through tests.faults.hooks."""
    tree = ast.parse(source)
    _Announcing(module).visit(tree)
    first = 1 if ast.get_docstring(tree) else 0
    aliases = [ast.alias(name=name, asname=_private(name)) for name in _ANNOUNCERS]
    tree.body.insert(first, ast.ImportFrom(module="tests.faults.hooks", names=aliases, level=0))
    return ast.fix_missing_locations(tree)


def _private(name: str) -> str:
    return f"_faults_{name}"


class _Announcing(ast.NodeTransformer):
    """Names awaits by the function they stand in and what they wait for, and wraps what is awaited."""

    def __init__(self, module: str) -> None:
        self.names: list[str] = []
        self._scope = [module]
        self._seen: Counter[str] = Counter()

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            self._scope.append(node.name)
            self.generic_visit(node)
            self._scope.pop()
            return node
        return super().visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        name = self._name(node.value)
        self.generic_visit(node)
        node.value = _wrapped("announced", name, node.value)
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        name = self._name(node.iter, ".next")
        self.generic_visit(node)
        node.iter = _wrapped("Each", name, node.iter)
        return node

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        for item in node.items:
            name = self._name(item.context_expr, ".enter").removesuffix(".enter")
            self.names.append(f"{name}.exit")
            item.context_expr = _wrapped("Within", name, item.context_expr)
        self.generic_visit(node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        if node.is_async:
            raise NotImplementedError("an asynchronous comprehension can't be announced: write it as a loop")
        return self.generic_visit(node)

    def _name(self, awaited: ast.expr, ending: str = "") -> str:
        name = f"{'.'.join(self._scope)}:{_called(awaited)}"
        self._seen[name] += 1
        repeat = f"#{self._seen[name]}" if self._seen[name] > 1 else ""
        self.names.append(name + repeat + ending)
        return self.names[-1]


def _wrapped(announcer: str, name: str, awaited: ast.expr) -> ast.expr:
    function = ast.Name(id=_private(announcer), ctx=ast.Load())
    return ast.Call(func=function, args=[ast.Constant(value=name), awaited], keywords=[])


def _called(awaited: ast.expr) -> str:
    function = awaited.func if isinstance(awaited, ast.Call) else awaited
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
