"""The `textgate` command as a person or a script calls it: a process of its own, in a directory of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)


@dataclass(slots=True, kw_only=True)
class Tool:
    """`textgate` in a directory, with nothing in its environment but what is given."""

    directory: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of a command."""
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.variables}

    def run(self, *arguments: str, given: str = "", **changes: str) -> Said:
        """Run a command with `given` on its standard input."""
        done = subprocess.run(
            command(*arguments),
            check=False,
            cwd=self.directory,
            env={**self.environment, **changes},
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        return Said(code=done.returncode, out=done.stdout, err=done.stderr)

    def ask(self, *arguments: str, given: str = "") -> Any:
        """Run a command that has to succeed, and return its JSON."""
        said = self.run(*arguments, "--json", given=given)
        assert said.code == 0, said
        return said.value


def command(*arguments: str) -> list[str]:
    """The command line of a textgate command."""
    return [sys.executable, "-m", "gateway.cli", *arguments]


def has(value: Mapping[str, Any], *names: str) -> bool:
    """Tell whether an object has at least these keys."""
    return set(names) <= set(value)
