"""Notices in Redis: the newest few thousand, each told once an hour."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.domain.errors import InvalidRequest
from gateway.domain.ids import AccountId, TurnId
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.phone import PhoneNumber

_ID = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
_MOST = 5000
_QUIET_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A notice, and when it was posted."""

    id: str
    """Where a page of them ends."""
    at: datetime
    notice: Notice


class Notices:
    """What operators should hear of."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._post = script(redis, "post_notice")

    async def post(self, notice: Notice) -> bool:
        """Post a notice, and tell whether it is news: the same of one account is posted once an hour."""
        return bool(
            await self._post(
                keys=[keys.NOTICES, keys.noticed(notice.account_id, notice.name)],
                args=[
                    *(_MOST, _QUIET_SECONDS, notice.kind.value, notice.account_id, notice.reason),
                    *(notice.turn_id or "", notice.number or ""),
                ],
            )
        )

    async def read_all(self, *, limit: int, cursor: str | None) -> tuple[list[Posted], str | None]:
        """Read a page of the notices, newest first, and where the next begins; InvalidRequest for a wrong cursor."""
        if cursor and not _ID.fullmatch(cursor):
            raise InvalidRequest("invalid_cursor", "Give the --cursor that the last page ended with.", field="cursor")
        last = f"({cursor}" if cursor else "+"
        rows = await self._redis.xrevrange(keys.NOTICES, last, "-", count=limit + 1)
        posted = [_posted(row_id, fields) for row_id, fields in rows[:limit]]
        return posted, posted[-1].id if len(rows) > limit else None


def _posted(row_id: str, fields: dict[str, str]) -> Posted:
    return Posted(
        id=row_id,
        at=datetime.fromtimestamp(int(row_id.partition("-")[0]) / 1000, UTC),
        notice=Notice(
            kind=NoticeKind(fields["kind"]),
            account_id=AccountId(fields["account_id"]),
            reason=fields["reason"],
            turn_id=TurnId(fields["turn_id"]) if fields["turn_id"] else None,
            number=PhoneNumber(fields["number"]) if fields.get("number") else None,
        ),
    )
