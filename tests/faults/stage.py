"""The stage of a story: a gateway, its texters, what happened to them, and what the rules say of it."""

import asyncio
import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from gateway.adapters.store.records import moment_of
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import parse_time
from tests.examples import message_sid
from tests.faults.consents import Consents
from tests.faults.reckoning import (
    Reckoning,
    is_in_order,
    messages_of,
    read_call,
    read_dead,
    read_fates,
    read_turns,
    token,
)
from tests.faults.texting import Line, Text
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.journeys.stand_ins import Fields

_MOMENT_SECONDS = 2.0
"""How long a story waits for a moment that may never come."""
_LOOK_SECONDS = 0.01
_REST_SECONDS = 180.0
_START_SECONDS = 60.0
_CLOCKS = timedelta(milliseconds=2)
_MOODS: dict[str, dict[str, object]] = {
    "ok": {"seconds": (0, 0.4)},
    "slow": {"seconds": (0.5, 2)},
    "fails": {"status": 400},
}

_T = TypeVar("_T")


class Stage:
    """What a story can do, and what it has done."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._numbers = itertools.count(1)
        self._pool = ThreadPoolExecutor(1)
        self._loop = asyncio.Runner()
        self._line = Line(lambda: gateway.urls, signed_for=gateway.urls[0])
        self.texts: list[Text] = []
        self._admitted: list[Text] = []
        self.consents = Consents()
        self.crashes: list[datetime] = []
        self.worker_crashes = self.redis_crashes = self.faulty_spells = 0
        self._model_failed = False
        self._faults: list[Fields] = []

    def clear(self) -> None:
        """Begin with a gateway that knows nothing but its customer."""
        self._gateway.model.forget()
        self._gateway.model.behave(**_MOODS["ok"])
        self._gateway.phone.forget()
        self._gateway.redis.client.flushall()
        self._gateway.set_up_customer()

    # what texters do

    def text(self, who: PhoneNumber) -> Text:
        """Have someone text; the agent is to answer unless they are out."""
        number = next(self._numbers)
        (text,) = self._bring(who, token(number), number)
        return self._note(text)

    def text_twice(self, who: PhoneNumber) -> list[Text]:
        """Have one text arrive at both web processes at once."""
        number = next(self._numbers)
        both = self._bring(who, token(number), number, times=2)
        self._note(both[0])
        return both

    def stop(self, who: PhoneNumber) -> Text:
        """Have someone opt out."""
        (text,) = self._bring(who, "STOP", next(self._numbers))
        self.consents.note_stop(text)
        self.texts.append(text)
        return text

    def start(self, who: PhoneNumber) -> Text:
        """Have someone opt in."""
        (text,) = self._bring(who, "START", next(self._numbers))
        self.consents.note_start(text)
        self.texts.append(text)
        return text

    def repeat(self, text: Text) -> str:
        """Have a text arrive once more, and return what it met with."""
        again = self._run(self._line.bring(text.words, sid=text.sid, texter=text.texter))
        return again.answer

    def _bring(self, who: PhoneNumber, words: str, number: int, *, times: int = 1) -> list[Text]:
        async def bring() -> list[Text]:
            coming = [self._line.bring(words, sid=message_sid(number), texter=who) for _ in range(times)]
            return await asyncio.gather(*coming)

        return self._run(bring())

    def _note(self, text: Text) -> Text:
        self.texts.append(text)
        if not self.consents.is_out(text.texter):
            self._admitted.append(text)
        return text

    def _run(self, deed: Coroutine[Any, Any, _T]) -> _T:
        return self._submit(deed).result()

    def _submit(self, deed: Coroutine[Any, Any, _T]) -> "Future[_T]":
        return self._pool.submit(self._loop.run, deed)

    # what befalls the machines

    def change_model(self, mood: str) -> None:
        """Have the model answer, think long, or fail."""
        self._model_failed |= mood == "fails"
        self._gateway.model.behave(**_MOODS[mood])

    def trouble_twilio(self, faults: list[Fields]) -> None:
        """Have the next parts meet with faults."""
        self.faulty_spells += 1
        self._faults += faults
        self._gateway.phone.fail_next(*faults)

    def crash_worker(self, which: int, moment: str) -> None:
        """Kill a worker and start another, without waiting for it."""
        self.worker_crashes += 1
        self.reach(moment)
        self._gateway.workers[which].kill()
        self.crashes.append(datetime.now(UTC))
        self._gateway.workers[which] = self._gateway.start_worker()

    def crash_redis(self, who: PhoneNumber, moment: str) -> None:
        """Kill Redis and start it again while a text is on its way."""
        self.redis_crashes += 1
        self.reach(moment)
        number = next(self._numbers)
        coming = self._submit(self._line.bring(token(number), sid=message_sid(number), texter=who))
        self._gateway.redis.kill()
        self.crashes.append(datetime.now(UTC))
        self._gateway.redis.start()
        self._note(coming.result())

    def reach(self, moment: str) -> None:
        """Wait for the next event of a kind, or until there is none to wait for."""
        counts: dict[str, Callable[[], int]] = {
            "when the model is asked": lambda: len(self._gateway.model.calls()),
            "when a reply goes out": lambda: len(self._gateway.phone.all_messages()),
        }
        if moment not in counts:
            return
        before, deadline = counts[moment](), time.monotonic() + _MOMENT_SECONDS
        while counts[moment]() == before and time.monotonic() < deadline and not self._gateway.is_idle():
            time.sleep(_LOOK_SECONDS)

    # how it ends

    def come_to_rest(self) -> None:
        """Let everything that is under way come to its end."""
        self._gateway.model.behave()
        wait_until(lambda: all(worker.has_said("worker.started") for worker in self._gateway.workers), _START_SECONDS)
        wait_until(self._gateway.is_idle, _REST_SECONDS)

    def close(self) -> None:
        """Let go of every connection."""
        self._run(self._line.close())
        self._loop.close()
        self._pool.shutdown()

    def reckon(self) -> Reckoning:
        """Read what became of every text that an agent was to answer."""
        redis = self._gateway.redis.client
        return Reckoning(
            texts=self._admitted,
            fates=read_fates(redis, self._admitted),
            messages=self._gateway.phone.all_messages(),
            dead=read_dead(redis),
        )

    @property
    def redis(self) -> Any:
        """The store, to be looked into."""
        return self._gateway.redis.client

    def summary(self, account: Reckoning) -> str:
        """Sum the story up."""
        ends = ", ".join(f"{outcome} {times}" for outcome, times in sorted(account.outcomes().items()))
        crashes = f"{self.worker_crashes} workers and {self.redis_crashes} Redis killed"
        return (
            f"{len(self.texts)} texts, {crashes}, {len(self._faults)} faults at Twilio: {ends or 'nothing to answer'}"
        )

    def check_outcomes(self, account: Reckoning) -> None:
        """No text comes to an end that nothing in the story explains."""
        busy = sum("status" in fault and not fault.get("accept") for fault in self._faults)
        in_doubt = sum("drop" in fault or "accept" in fault for fault in self._faults)
        explained = {
            "answered": True,
            "apologised": self._model_failed,
            "failed": self._model_failed or len(self.crashes) >= 3 or busy >= 5,
            "unknown": in_doubt >= 2,
        }
        for text in account.texts:
            outcome = account.fates[text.sid].outcome
            stopped = self.consents.has_stopped(text.texter)
            assert explained.get(outcome) or (outcome == "opted_out" and stopped), (outcome, text)

    def check_model_calls(self) -> None:
        """A turn asks the model once, and once more for each crash during it; a conversation is asked in order."""
        calls = [read_call(call) for call in self._gateway.model.calls()]
        counted = Counter(call.asked for call in calls)
        by_sid = {text.sid: text for text in self._admitted}
        for turn in self._turns():
            asked = tuple(by_sid[sid].words for sid in messages_of(turn))
            opened, closed = moment_of(turn["opened_ms"]), parse_time(turn["closed_at"])
            assert opened
            crashes = sum(opened - _CLOCKS <= crash <= closed for crash in self.crashes)
            assert counted.pop(asked, 0) <= 1 + crashes, (asked, self.crashes, turn)
        assert not counted, "no call was about anything but one turn's texts"
        assert all(is_in_order(call.history + call.asked) for call in calls)
        by_words = {text.words: text.texter for text in self._admitted}
        first_asked: dict[PhoneNumber, list[str]] = defaultdict(list)
        for call in calls:
            first_asked[by_words[call.asked[0]]].append(call.asked[0])
        assert all(map(is_in_order, first_asked.values())), first_asked

    def check_consents(self, account: Reckoning) -> None:
        """After a STOP's 200 nothing is fenced, and what was fenced before comes within its time or never (I19)."""
        assert self.consents.fenced_while_out(self._fences()) == []
        assert self.consents.sent_while_out(account.messages) == []

    def _fences(self) -> Iterator[tuple[PhoneNumber, datetime]]:
        by_sid = {text.sid: text for text in self._admitted}
        for turn in self._turns():
            at = moment_of(turn.get("part:0:fenced_ms"))
            if at:
                yield by_sid[messages_of(turn)[0]].texter, at

    def _turns(self) -> list[dict[str, str]]:
        return read_turns(self._gateway.redis.client)
