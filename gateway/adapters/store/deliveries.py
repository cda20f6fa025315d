"""Deliveries in Redis: how far the parts of replies have come, by their own states and Twilio's receipts."""

import json
from collections.abc import Iterable
from itertools import groupby

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.records import Fields
from gateway.adapters.store.turns import parts_of
from gateway.domain.receipt import Delivery, Word, judge_delivery, read_word


class Deliveries:
    """What reached the phones."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def read_all(self, turn_ids: Iterable[str]) -> dict[str, tuple[Delivery, ...]]:
        """Read how far the parts of these turns' replies have come; a turn without parts has none."""
        wanted = list(dict.fromkeys(turn_ids))
        async with self._redis.pipeline(transaction=False) as pipe:
            for turn_id in wanted:
                pipe.hgetall(keys.turn(turn_id))
                pipe.hgetall(keys.receipts(turn_id))
            found = await pipe.execute()
        return {
            turn_id: _deliveries(turn, receipts)
            for turn_id, turn, receipts in zip(wanted, found[::2], found[1::2], strict=True)
        }


def _deliveries(turn: Fields, receipts: Fields) -> tuple[Delivery, ...]:
    words = _words(receipts)
    return tuple(
        judge_delivery(part.index, part.state, words.get(str(part.index), ()), _code(turn, part.index))
        for part in parts_of(turn)
    )


def _words(receipts: Fields) -> dict[str, list[Word]]:
    by_part = groupby(sorted(receipts.items()), key=lambda receipt: receipt[0].partition(":")[0])
    return {part: [read_word(json.loads(step)) for _, step in told] for part, told in by_part}


def _code(turn: Fields, index: int) -> int | None:
    code = turn.get(f"part:{index}:code")
    return int(code) if code else None
