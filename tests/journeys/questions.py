"""Questions that are answered in five parts, and STOPs that come meanwhile."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from gateway.adapters.store import keys
from gateway.domain.compliance import Voice, stop_text
from gateway.domain.ids import hash_texter
from gateway.domain.phone import PhoneNumber
from gateway.domain.reply import MAX_PART
from gateway.domain.turn import FENCE_SECONDS, POST_SECONDS
from tests.examples import NUMBER, PEPPER
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until

PARTS = tuple(letter * MAX_PART for letter in "abcde")
CONFIRMATION = stop_text(Voice(brand="Corner Cafe", help_contact=None))
_UNDER_WAY = timedelta(seconds=FENCE_SECONDS + POST_SECONDS)
"""How long a part may still come that was fenced before a STOP."""
_END_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class Question:
    """One texter's question, and how far its answer has come, as Redis and Twilio have it."""

    gateway: Gateway
    texter: PhoneNumber
    sid: str = field(init=False)
    stopped_on: PhoneNumber = NUMBER

    def __post_init__(self) -> None:
        """Ask it."""
        self.sid = self.gateway.phone.text("Tell me everything", texter=self.texter)

    def has_come_to(self, name: str, value: str = "") -> bool:
        """Tell whether its turn has a field, of that value if one is given."""
        found = self._turn().get(name)
        return found == value if value else found is not None

    def wait_for(self, name: str, value: str = "") -> None:
        """Wait until its turn has come to that."""
        wait_until(lambda: self.has_come_to(name, value), _END_SECONDS)

    def stop(self, *, number: PhoneNumber = NUMBER) -> None:
        """Text STOP, and wait for the 200."""
        self.gateway.phone.text("STOP", texter=self.texter, number=number)
        self.stopped_on = number

    def wait_for_end(self) -> None:
        """Wait until nothing more can come of it."""
        wait_until(lambda: self.has_come_to("closed_at"), _END_SECONDS)

    def out(self) -> int:
        """Count the parts that went out, and check that nothing is wrong with them and with the rest (I19)."""
        turn, stopped = self._turn(), self._stopped_at()
        count = list(turn.values()).count("sent")
        assert [turn[f"part:{index}"] for index in range(5)] == ["sent"] * count + ["cancelled"] * (5 - count)
        assert all(at <= stopped for at in self._fences(turn)), (turn, stopped)
        assert self._arrived() == list(PARTS[:count])
        assert all(at <= stopped + _UNDER_WAY for at in self._arrivals())
        assert self._cancelled() == [{"part": part, "reason": "opted out"} for part in range(count, 5)]
        assert turn["outcome"] == ("answered" if count == 5 else "opted_out")
        return count

    def confirmations(self) -> list[str]:
        """Return what reached the phone from the number that STOP was texted to, but the agent's words."""
        messages = self.gateway.phone.messages(texter=self.texter, number=self.stopped_on)
        return [message["body"] for message in messages if message["direction"] == "outbound-reply"]

    def steps(self) -> list[str]:
        """Return the names of what has happened."""
        return [step.name for step in self.gateway.read_trace(self.sid).steps]

    def _turn(self) -> dict[str, str]:
        redis = self.gateway.redis.client
        turn_id = redis.hget(f"{keys.MESSAGE_PREFIX}{self.sid}", "turn_id")
        return cast(dict[str, str], redis.hgetall(f"{keys.TURN_PREFIX}{turn_id}")) if turn_id else {}

    def _stopped_at(self) -> datetime:
        """When the ledger had the STOP, by Redis's clock, which dates the fences, too."""
        standing = keys.consent(self.stopped_on, hash_texter(PEPPER, self.texter))
        return _moment(self.gateway.redis.client.hget(standing, "noted_ms"))

    def _fences(self, turn: dict[str, str]) -> list[datetime]:
        return [_moment(value) for name, value in turn.items() if name.endswith(":fenced_ms")]

    def _arrived(self) -> list[str]:
        return [message["body"] for message in self._taken()]

    def _arrivals(self) -> list[datetime]:
        return [datetime.fromisoformat(message["created_at"]) for message in self._taken()]

    def _taken(self) -> list[dict[str, str]]:
        messages = self.gateway.phone.messages(texter=self.texter)
        return [message for message in messages if message["direction"] == "outbound-api"]

    def _cancelled(self) -> list[object]:
        steps = self.gateway.read_trace(self.sid).steps
        return [step.details for step in steps if step.name == "part.cancelled"]


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
