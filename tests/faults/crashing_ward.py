"""A quarantine that takes orders, too: `python -m tests.faults.crashing_ward ERRAND HANDLE`."""

import sys
from pathlib import Path

from tests.faults import hooks
from tests.faults.crashing_worker import announce
from tests.faults.errands import Errand


def main(errand_file: str, handle: str) -> int:
    """Be the quarantine of the worker on that errand."""
    announce()
    from workers.__main__ import main as work

    errand = Errand.read(Path(errand_file).read_bytes())
    hooks.obey(errand.ward_orders, errand.file("notes"))
    return work(["--quarantine", handle])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
