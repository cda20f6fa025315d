"""The books, the purses and Twilio's own list, held against the turns once everything is quiet."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from gateway.adapters.store import keys
from gateway.domain.turn import PartState
from tests.faults.reckoning import read_turns
from tests.journeys.stand_ins import Fields

_SENT = {PartState.SENT, PartState.UNKNOWN, PartState.SENDING}


def check_books(redis: Any, messages: Sequence[Fields]) -> None:
    """Every turn is booked once, at what Twilio has of it, and the purses hold just that (I53)."""
    booked, turns = _read_books(redis), read_turns(redis)
    assert all(turn.get("booked") == "1" for turn in turns)
    costs = [_cost_of(turn) for turn in turns]
    assert booked["segments"] == sum(segments for segments, _ in costs)
    spent = booked["segment_microcents"] + booked["model_microcents"]
    assert spent == sum(microcents for _, microcents in costs)
    assert booked["turns"] == len(turns)
    purses: Counter[str] = Counter()
    for name in redis.scan_iter(f"{keys.PURSE_PREFIX}*", count=1000):
        purses[name.split(":")[2]] += int(redis.hget(name, "microcents") or 0)
    assert set(purses.values()) == {spent}, purses
    at_twilio = sum(int(each["num_segments"]) for each in messages if each["direction"] == "outbound-api")
    in_doubt = sum(_cost_of(turn)[0] for turn in turns if turn["outcome"] == "unknown" or _is_in_doubt(turn))
    assert at_twilio <= booked["segments"] <= at_twilio + in_doubt, (at_twilio, booked, in_doubt)


def _read_books(redis: Any) -> Counter[str]:
    booked: Counter[str] = Counter()
    for name in redis.scan_iter(f"{keys.SPEND_PREFIX}*", count=1000):
        for field, amount in redis.hgetall(name).items():
            booked[field.partition(":")[2]] += int(amount)
    return booked


def _cost_of(turn: dict[str, str]) -> tuple[int, int]:
    """Reckon a turn's segments and microcents by the states that its parts have come to."""
    cost = json.loads(turn.get("cost", '{"parts": [], "model": 0}'))
    sent = [part for index, part in enumerate(cost["parts"]) if turn[f"part:{index}"] in _SENT]
    return sum(segments for segments, _ in sent), sum(price for _, price in sent) + cost["model"]


def _is_in_doubt(turn: dict[str, str]) -> bool:
    return any(turn.get(f"part:{index}") != PartState.SENT for index in range(len(json.loads(turn.get("parts", "[]")))))
