"""What became of every text: what the gateway says of it, what reached the model, what reached the phones."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from gateway.adapters.store import keys
from gateway.domain.turn import DEAD
from tests.faults.texting import Text
from tests.journeys.stand_ins import Fields

_TOKEN = re.compile(r"\bw\d+\b")
_SILENT = {"opted_out", "stale"}
"""Ends of an admitted text without a reply, on purpose."""
_AT_ONCE = 1000


def token(number: int) -> str:
    """A word that no other text holds: by it a text is recognised in a prompt and at the phone."""
    return f"w{number}"


def read_tokens(words: str) -> list[str]:
    """Find the texts that some words repeat, in order."""
    return _TOKEN.findall(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What the gateway says of one text."""

    outcome: str
    turn_id: str | None


def read_fates(redis: Any, texts: Sequence[Text]) -> dict[str, Fate]:
    """Read the gateway's word on each text, by its SID."""
    traces = _read_fields(redis, [keys.message(text.sid) for text in texts], ["trace_id"])
    ends = _read_fields(redis, [keys.trace(trace or "") for (trace,) in traces], ["outcome", "turn_id"])
    return {
        text.sid: Fate(outcome=outcome or "unheard of", turn_id=turn_id)
        for text, (outcome, turn_id) in zip(texts, ends, strict=True)
    }


def _read_fields(redis: Any, names: Sequence[str], fields: list[str]) -> list[list[str | None]]:
    found: list[list[str | None]] = []
    for first in range(0, len(names), _AT_ONCE):
        with redis.pipeline(transaction=False) as pipe:
            for name in names[first : first + _AT_ONCE]:
                pipe.hmget(name, fields)
            found += pipe.execute()
    return found


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """The whole account of a run that has come to rest."""

    texts: Sequence[Text]
    """Those that an agent was to answer."""
    fates: dict[str, Fate]
    messages: Sequence[Fields]
    """Everything that reached a phone, in order."""
    dead: frozenset[str]
    """The turns on the dead list."""

    @cached_property
    def heard(self) -> dict[str, list[datetime]]:
        """When each text's words came back to a phone, by their token."""
        found: dict[str, list[datetime]] = defaultdict(list)
        for message in self.messages:
            for said in read_tokens(message["body"]):
                found[said].append(datetime.fromisoformat(message["created_at"]))
        return found

    def lost(self) -> list[Text]:
        """The texts that were taken, and neither answered nor accounted for."""
        return [text for text in self.texts if not self._is_settled(text)]

    def _is_settled(self, text: Text) -> bool:
        fate = self.fates[text.sid]
        if fate.outcome in _SILENT:
            return text.words not in self.heard
        if fate.outcome in DEAD:
            return fate.turn_id in self.dead
        return fate.outcome == "answered" and text.words in self.heard

    def doubled(self) -> list[str]:
        """The texts that were answered more than once."""
        return [said for said, times in self.heard.items() if len(times) > 1]

    def out_of_order(self) -> list[str]:
        """The texters who got replies in another order than that of their texts."""
        said: dict[str, list[str]] = defaultdict(list)
        for message in self.messages:
            said[message["to"]] += read_tokens(message["body"])
        return [phone for phone, words in said.items() if not is_in_order(words)]

    def waits(self) -> list[float]:
        """The seconds from each text's 2xx to the reply's acceptance at Twilio, shortest first."""
        return sorted(
            (self.heard[text.words][0] - text.taken_at).total_seconds()
            for text in self.texts
            if text.words in self.heard
        )

    def outcomes(self) -> Counter[str]:
        """How many texts came to each end."""
        return Counter(fate.outcome for fate in self.fates.values())


def is_in_order(words: Iterable[str]) -> bool:
    """Tell whether tokens are in the order in which they were made."""
    numbers = [int(said[1:]) for said in words]
    return numbers == sorted(numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that reached the model."""

    asked: tuple[str, ...]
    """The texts that it was to answer."""
    history: tuple[str, ...]
    """The texts that it was shown before those."""


def read_call(call: Fields) -> Call:
    """Read what the model was asked."""
    said = [words["content"] for words in call["body"]["messages"] if words["role"] == "user"]
    history = [token for words in said[:-1] for token in read_tokens(words)]
    return Call(asked=tuple(read_tokens(said[-1])), history=tuple(history))


def read_turns(redis: Any) -> list[dict[str, str]]:
    """Read every turn there was, its messages as a list of SIDs in JSON among the fields."""
    names = list(redis.scan_iter(f"{keys.TURN_PREFIX}*", count=_AT_ONCE))
    return [redis.hgetall(name) for name in names]


def messages_of(turn: dict[str, str]) -> list[str]:
    """Name the messages that a turn answered."""
    found: list[str] = json.loads(turn["messages"])
    return found


def read_dead(redis: Any) -> frozenset[str]:
    """Name the turns on the dead list."""
    return frozenset(redis.zrange(keys.DEAD, 0, -1))
