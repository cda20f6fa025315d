"""Where a secret could have been left: Redis, its files, logs, answers, a process's environment and memory."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from redis import Redis

from tests.journeys.processes import Process

_READERS = {
    b"string": "GET",
    b"hash": "HGETALL",
    b"list": "LRANGE {} 0 -1",
    b"set": "SMEMBERS",
    b"zset": "ZRANGE {} 0 -1 WITHSCORES",
    b"stream": "XRANGE {} - +",
}
_WRITABLE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw")


def read_redis(url: str) -> bytes:
    """Return every key and value in Redis, whatever its type; a type not foreseen here is a failed test."""
    with Redis.from_url(url) as client:
        return b"\n".join(key + b" " + _read_value(client, key) for key in client.scan_iter(count=1000))


def _read_value(client: Any, key: bytes) -> bytes:
    kind = client.type(key)
    if kind == b"none":
        return b""  # it has expired since
    command, *rest = _READERS[kind].split()
    return b" ".join(_flatten(client.execute_command(command, key, *rest[1:])))


def _flatten(value: object) -> Iterator[bytes]:
    match value:
        case bytes():
            yield value
        case dict():
            for pair in value.items():
                yield from _flatten(pair)
        case list() | tuple() | set():
            for item in value:
                yield from _flatten(item)
        case _:
            yield str(value).encode()


def read_commands(url: str) -> bytes:
    """Return what Redis remembers of the commands it got; SLOWLOG was told to remember all."""
    with Redis.from_url(url) as client:
        return b"\n".join(b" ".join(_flatten(entry)) for entry in client.slowlog_get(-1))


def read_files(paths: Iterable[Path]) -> bytes:
    """Return what stands in files."""
    return b"\n".join(path.read_bytes() for path in paths if path.is_file())


def read_environment(process: Process) -> bytes:
    """Return the environment that a process was started with."""
    return Path(f"/proc/{process.pid}/environ").read_bytes()


def read_memory(process: Process) -> bytes:
    """Return all that a process has written into its memory."""
    found = []
    with Path(f"/proc/{process.pid}/mem").open("rb", buffering=0) as memory:
        for begin, end in _writable(process.pid):
            memory.seek(begin)
            found.append(memory.read(end - begin))
    return b"".join(found)


def _writable(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        place = _WRITABLE.match(line)
        if place:
            yield int(place[1], 16), int(place[2], 16)
