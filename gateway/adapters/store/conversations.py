"""Conversations in Redis, for those who look at them: in order of their last use, and what was said in each."""

import json
import re

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.records import Fields, moment_of
from gateway.adapters.store.spending import SPENT, spend_of
from gateway.adapters.store.turns import conversation_of, utterance_of
from gateway.domain.conversation import Entry, Overview
from gateway.domain.errors import InvalidRequest

_CURSOR = re.compile(r"([0-9]{1,16})-(conv_[0-9a-f]{32})")


class Conversations:
    """Who talks to whom."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def find(self, conversation_id: str) -> Overview | None:
        """Find a conversation."""
        (found,) = await self._read([conversation_id])
        return found

    async def read_page(
        self, whose: str | None, *, limit: int, cursor: str | None
    ) -> tuple[list[Overview], str | None]:
        """Read a page of an agent's conversations, an account's or all, those used last first; and the next cursor.

        One that is used meanwhile moves to the first page. InvalidRequest for a cursor that no page ended with.
        """
        index = keys.recent_of(whose) if whose else keys.RECENT
        start, skipped = await self._find_start(index, cursor)
        rows = await self._redis.zrevrangebyscore(index, start, "-inf", start=skipped, num=limit + 1, withscores=True)
        ids = [conversation_id for conversation_id, _ in rows[:limit]]
        shown = [found for found in await self._read(ids) if found]
        return shown, _cursor(*rows[limit - 1]) if len(rows) > limit else None

    async def _find_start(self, index: str, cursor: str | None) -> tuple[str, int]:
        """Tell at which score a page begins, and how many of that score stood on the pages before."""
        if not cursor:
            return "+inf", 0
        place = _CURSOR.fullmatch(cursor)
        if not place:
            raise InvalidRequest(
                "invalid_cursor", "Give the next_cursor that the last page ended with.", field="cursor"
            )
        score, last = place.groups()
        alike = await self._redis.zrangebyscore(index, score, score)
        return score, sum(conversation_id >= last for conversation_id in alike)

    async def _read(self, ids: list[str]) -> list[Overview | None]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for conversation_id in ids:
                pipe.hgetall(keys.conversation(conversation_id))
                pipe.llen(keys.history(conversation_id))
            found = await pipe.execute()
        return [_overview(fields, kept) for fields, kept in zip(found[::2], found[1::2], strict=True)]

    async def read_entries(self, conversation_id: str) -> list[Entry]:
        """Read what is kept of a conversation's history, oldest first."""
        rows = map(json.loads, await self._redis.read_list(keys.history(conversation_id)))
        return [
            Entry(said=utterance_of(row), at=at, turn_id=row.get("turn_id"))
            for row in rows
            if (at := moment_of(str(row["at_ms"])))
        ]


def _cursor(conversation_id: str, score: float) -> str:
    return f"{int(score)}-{conversation_id}"


def _overview(fields: Fields, kept: int) -> Overview | None:
    if "id" not in fields:
        return None
    return Overview(
        conversation=conversation_of(fields),
        created_at=moment_of(fields.get("created_ms")),
        last_at=moment_of(fields.get("used_ms")),
        message_count=kept,
        spend=spend_of({name.removeprefix(SPENT): value for name, value in fields.items() if name.startswith(SPENT)}),
    )
