"""Consent in Redis: standings, the ledger that explains them, and how far an opt-out reaches."""

import json
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import datetime
from functools import partial
from typing import Any

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import moment_of, read_page
from gateway.domain.consent import ConsentChange, ConsentRow, ConsentState, Scope, Source, Standing
from gateway.domain.errors import Conflict
from gateway.domain.ids import ConversationId, TexterHash
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import format_time, parse_time

EVERY_NUMBER = "*"
_PAGE = 500

CONSENT = json.dumps(
    {
        "prefix": keys.CONSENT_PREFIX,
        "ledger": keys.LEDGER_PREFIX,
        "places": keys.PLACES_PREFIX,
        "scopes": keys.CONSENT_SCOPES,
        "ledgers": keys.LEDGERS,
        "aging": keys.aging("consent"),
    }
)
"""How consent is kept, as consent.lua takes it."""


def describe_change(change: ConsentChange) -> dict[str, Any]:
    """Describe a change as `note_consent` in consent.lua takes it."""
    number = change.number or EVERY_NUMBER
    row = ConsentRow(
        version=0,  # the script counts
        at=format_time(change.at),
        number=number,
        texter=change.texter,
        account_id=change.account_id,
        state=change.state,
        source=change.source.value,
        message_sid=change.message_sid,
        wording=change.wording,
        note=change.note,
    )
    return {
        "place": number,
        "account": change.account_id or False,
        "within_account": change.within_account,
        "texter_hash": change.texter_hash,
        "row": row_fields(row),
    }


def row_fields(row: ConsentRow) -> dict[str, Any]:
    """Write a row as it is stored and exported."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


class Consents:
    """Who may be texted, and why."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._change = script(redis, "clock", "consent", "change_consent")
        self._change_every = script(redis, "clock", "consent", "change_every_consent")
        self._read = script(redis, "clock", "consent", "read_consent")

    async def change(
        self, change: ConsentChange, *, known_at: datetime | None = None, within: ConversationId | None = None
    ) -> ConsentRow | None:
        """Note a change that no text brought, and return its row; it is on the disk then.

        None when the texter is out already, or, where it was `known_at` a moment, has opted in since. Who has been
        forgotten since it happened `within` a conversation is not named again.
        """
        description = {**describe_change(change), "again": change.source is Source.OPERATOR}
        since = int(known_at.timestamp() * 1000) if known_at else ""
        where = keys.conversation(within) if within else ""
        run = partial(self._change, args=[json.dumps(description), CONSENT, since, where])
        version = int(await self._redis.to_disk(run))
        return replace(_row_of(description["row"]), version=version) if version else None

    async def change_every(self, change: ConsentChange) -> list[ConsentRow]:
        """Note what an operator says of every number, those to come among them, and return the rows."""
        description = describe_change(change)
        run = partial(self._change_every, args=[json.dumps(description), CONSENT, keys.NUMBER_PREFIX])
        row = _row_of(description["row"])
        return [
            replace(row, number=number, account_id=account, version=int(version))
            for number, account, version in await self._redis.to_disk(run)
        ]

    async def read_standing(self, number: str, texter_hash: TexterHash) -> Standing:
        """Read where a texter stands with a number, or with `*`, every one."""
        owner = keys.number(PhoneNumber(number))
        state, place, version, at, _ = await self._read(keys=[owner], args=[number, texter_hash, CONSENT])
        # not simply the last row there: a START opens its own number, and the STOP before it goes on to reach others;
        # and not by the version alone, which begins anew when the ledger is erased
        rows = await self.read_history(place, texter_hash)
        said = (row for row in rows if (str(row.version), row.at, row.state) == (version, at, state))
        return Standing(number=number, state=ConsentState(state), row=next(said, None))

    async def read_last_word(self, number: str, texter_hash: TexterHash) -> tuple[ConsentState, datetime | None]:
        """Read what decides a texter's standing with a number, wherever they said it, and when they said it last."""
        owner = keys.number(PhoneNumber(number))
        state, _, _, _, at = await self._read(keys=[owner], args=[number, texter_hash, CONSENT])
        return ConsentState(state), parse_time(at) if at else None

    async def read_places(self, texter_hash: TexterHash) -> list[str]:
        """Read the numbers, `*` among them, with which a texter has a standing of their own."""
        places = await self._redis.read_members(keys.places(texter_hash))
        return sorted(place for place in places if not place.startswith(("acct_", "all")))

    async def read_history(self, number: str, texter_hash: TexterHash) -> list[ConsentRow]:
        """Read a ledger, oldest row first."""
        return [_row_of(json.loads(row)) for row in await self._redis.read_list(keys.ledger(number, texter_hash))]

    async def read_ledgers(self, number: str | None = None) -> AsyncIterator[ConsentRow]:
        """Read every row of every ledger, or of those of one number: by number and texter, oldest first."""
        cursor: str | None = f"{number}:" if number else None
        while True:
            page = await read_page(self._redis, keys.LEDGERS, limit=_PAGE, cursor=cursor)
            for pair in page.ids:
                place, _, texter_hash = pair.rpartition(":")
                if number and place != number:
                    return
                for row in await self.read_history(place, TexterHash(texter_hash)):
                    yield row
            cursor = page.next_cursor
            if cursor is None:
                return

    async def read_scopes(self) -> list[tuple[Scope, datetime]]:
        """Read how far opt-outs reach, from when on; the last one that has begun counts, and `number` before all."""
        found = await self._redis.zrange(keys.CONSENT_SCOPES, 0, -1, withscores=True)
        return [(Scope(name), begins) for name, score in found if (begins := moment_of(str(int(score))))]

    async def set_scope(self, scope: Scope, begins_at: datetime) -> None:
        """Have opt-outs reach so far from a moment on, whatever was said for that moment before.

        Conflict when it would put off what has begun, and so open again what it has closed.
        """
        moment = int(begins_at.timestamp() * 1000)
        seconds, _ = await self._redis.time()
        begun = await self._redis.zscore(keys.CONSENT_SCOPES, scope.value)
        if begun is not None and begun <= seconds * 1000 < moment:
            words = f"{scope.value} is in force already. To have opt-outs reach less far, name another scope."
            raise Conflict("scope_in_force", words)
        async with self._redis.pipeline() as pipe:
            pipe.zremrangebyscore(keys.CONSENT_SCOPES, moment, moment)
            pipe.zadd(keys.CONSENT_SCOPES, {scope.value: moment})
            await pipe.execute()


def _row_of(stored: dict[str, Any]) -> ConsentRow:
    return ConsentRow(**{**stored, "state": ConsentState(stored["state"])})
