"""Rallies in Redis: when a texter and a number have lately spoken, without the words, to know a loop by."""

from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import moment_of
from gateway.domain.ids import TexterHash
from gateway.domain.loop import PAUSE, REMEMBERED, Heard, Hearing, Rally
from gateway.domain.phone import PhoneNumber

KEEP_MS = int(PAUSE.total_seconds() * 1000)
_FLAGS = ("is_reply", "is_echo", "is_automatic")


class Rallies:
    """Who talks to which number right now."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._pause = script(redis, "pause_rally")

    async def find_pause(self, number: PhoneNumber, texter_hash: TexterHash, *, now: datetime) -> datetime | None:
        """Find since when a conversation rests because it was a loop; None when it does not."""
        rally = rally_of(await self._redis.read_hash(keys.rally(number, texter_hash)))
        return rally.paused_at if rally.is_paused(now) else None

    async def pause(self, number: PhoneNumber, texter_hash: TexterHash, *, now: datetime) -> None:
        """Stop a conversation as a loop, unless it rests already; its texter is not told."""
        await self._pause(keys=[keys.rally(number, texter_hash)], args=[_milliseconds(now), KEEP_MS])

    async def resume(self, number: PhoneNumber, texter_hash: TexterHash) -> bool:
        """Have a conversation go on that was stopped as a loop; False when none was."""
        return bool(await self._redis.execute_command("DEL", keys.rally(number, texter_hash)))


def rally_of(fields: Mapping[str, str]) -> Rally:
    """Read a rally; one that nobody remembers is empty."""
    return Rally(
        heard=tuple(map(_read_heard, fields.get("heard", "").split())),
        has_replied="said" in fields,
        said=fields.get("said", ""),
        paused_at=moment_of(fields.get("paused_ms")),
        pauses=int(fields.get("pauses", 0)),
    )


def describe_hearing(hearing: Hearing, *, number: str, texter_hash: TexterHash) -> dict[str, object]:
    """Write what a text does to its rally, as the script takes it."""
    return {
        "key": keys.rally(number, texter_hash),
        "heard": _write_heard(hearing.heard),
        "most": REMEMBERED,
        "said": hearing.said,
        "had_said": hearing.rally.said if hearing.rally.has_replied else False,
        "rested": hearing.rally.paused_at is not None,
        "pauses": hearing.rally.pauses,
        "paused_ms": _milliseconds(hearing.paused_at) if hearing.paused_at else False,
        "resumes": hearing.resumes,
        "keep_ms": KEEP_MS,
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _write_heard(heard: Heard) -> str:
    flags = "".join(name[3] for name in _FLAGS if getattr(heard, name))
    return f"{_milliseconds(heard.at)}:{heard.print}:{heard.length}:{flags}"


def _read_heard(written: str) -> Heard:
    at_ms, words, length, flags = written.split(":")
    return Heard(
        at=datetime.fromtimestamp(int(at_ms) / 1000, UTC),
        print=words,
        length=int(length),
        is_reply="r" in flags,
        is_echo="e" in flags,
        is_automatic="a" in flags,
    )
