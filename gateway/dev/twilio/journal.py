"""The data file: one JSON value a line, the last word on each record wins."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

Entry = dict[str, Any]


class Journal:
    """An append-only file of entries; without a path it remembers nothing."""

    def __init__(self, path: Path | None) -> None:
        """Name the file; nothing is opened before the first write."""
        self._path = path
        self._file: TextIO | None = None

    def read(self) -> Iterator[Entry]:
        """Yield what the file holds, up to a line that a crash has torn."""
        if not self._path or not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").split("\n"):
            entry = _entry(line)
            if entry is not None:
                yield entry

    def append(self, entry: Entry) -> None:
        """Add one entry and hand it to the kernel, so that killing the process loses nothing."""
        if not self._path:
            return
        if not self._file:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Replace the file by these entries in one step: whoever reads it sees the old or the new."""
        self.close()
        if not self._path:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(self._path.name + ".new")
        draft.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
        draft.replace(self._path)

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None


def _entry(line: str) -> Entry | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
