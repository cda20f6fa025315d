"""What the repository holds: locked requirements, and nothing that is true on one machine only."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.architecture.tree import ROOT, tracked_files

LOCKS = ("requirements.lock", "requirements-dev.lock")
DENIED = {"litellm": {"1.82.7", "1.82.8", "1.107.0", "1.107.1", "1.107.2"}}
"""Malicious releases of 24 March 2026, and versions that are missing from the index without a public reason."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")


def entries(lock: str) -> list[str]:
    """The entries of a lock file, each with its continuation lines."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line and not line.lstrip().startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines))


def pins(lock: str) -> dict[str, str]:
    """The locked version of each requirement."""
    found = (_PIN.match(entry) for entry in entries(lock))
    return {pin[1]: pin[2] for pin in found if pin}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks(lock: str) -> None:
    """I66: every requirement is one exact version with its hashes, and no address to fetch it from."""
    found = entries(lock)
    assert len(found) > 40
    assert [entry for entry in found if not _PIN.match(entry) or "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links| @ ", (ROOT / lock).read_text()) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_denied_versions(lock: str) -> None:
    """I66: no version of the deny list is locked."""
    found = pins(lock)
    assert "litellm" in found
    assert [name for name, versions in DENIED.items() if found.get(name, "") in versions] == []


def test_denied_versions_are_not_allowed() -> None:
    """I66: nor would a new lock take one: the requirement itself rules them out."""
    (line,) = re.findall(r'"(litellm>[^"]*)"', (ROOT / "pyproject.toml").read_text())
    allowed = Requirement(line).specifier
    assert Version("1.106.2") in allowed
    assert [version for version in sorted(DENIED["litellm"]) if Version(version) in allowed] == []


def test_locks_agree() -> None:
    """What tests run against is what production gets: the development lock only adds."""
    production, development = (pins(lock) for lock in LOCKS)
    assert {name: development.get(name) for name in production} == production


def test_no_path_of_one_machine() -> None:
    """No file names a place that only one machine has."""
    # spelled so that this file does not name one itself
    somewhere = re.compile(r"(?<![\w.:/~-])/(?:root|work|home|Users)/\w")
    named = {}
    for path in tracked_files():
        text = _read(path)
        if found := somewhere.findall(text):
            named[str(path)] = found
    assert named == {}


def test_no_secret_of_the_working_copy() -> None:
    """Neither settings nor data of a developer's gateway are kept."""
    kept = [str(path) for path in tracked_files()]
    assert [name for name in kept if name.startswith((".textgate", ".venv")) or Path(name).name == ".env"] == []


def _read(path: Path) -> str:
    try:
        return (ROOT / path).read_text()
    except UnicodeDecodeError:
        return ""


def test_every_file_can_be_read() -> None:
    """What the repository holds was written by people: text, and nothing built, downloaded or drawn elsewhere."""
    unreadable = [path for path in tracked_files() if b"\0" in (ROOT / path).read_bytes()]
    assert unreadable == []
