"""A port whose queue is full: whoever connects waits, as at a Twilio that is far away or drowning."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 5.0


@contextmanager
def full_door() -> Iterator[str]:
    """Open a port that takes no connection while the block runs, and refuses none; gives its URL.

    The kernel takes as many connections as the queue holds, one here, and lets every other one ask again and again.
    """
    with socket.socket() as door, socket.socket() as only_one:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        only_one.settimeout(_PATIENCE_SECONDS)
        only_one.connect(door.getsockname())
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
