"""Random mischief: processes killed, told to stop and frozen, Redis killed, Twilio at odds; each put right after."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

from tests.journeys.gateway import Gateway
from tests.journeys.processes import Process, wait_until
from tests.journeys.stand_ins import Fields

_PAUSE_SECONDS = (5.0, 10.0)
_REDIS_SECONDS = (60.0, 120.0)
_REDIS_AWAY_SECONDS = (0.2, 2.0)
_FREEZE_SECONDS = (1.0, 12.0)
_START_SECONDS = 120.0
_FAULTS: dict[str, Fields] = {
    "Twilio busy": {"status": 429, "code": 20429},
    "Twilio drops an answer": {"accept": True, "drop": True},
    "Twilio drops a request": {"drop": True},
    "Twilio errs on a text it took": {"accept": True, "status": 500},
}


class Mischief:
    """What goes wrong, and when; the same seed does the same in the same order."""

    def __init__(self, gateway: Gateway, *, seed: int, lasts_seconds: float) -> None:
        self.done: Counter[str] = Counter()
        """How often each kind of it was done."""
        self.exit_codes: Counter[int] = Counter()
        """How those ended that were told to stop."""
        self._gateway = gateway
        self._chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._stopping: list[Process] = []
        self._later: list[tuple[float, Callable[[], object]]] = []
        self._scale = min(1.0, lasts_seconds / 60)  # a short run sees some of everything, too
        self._next = time.monotonic() + self._pause(_PAUSE_SECONDS)
        self._next_redis = time.monotonic() + self._pause(_REDIS_SECONDS) / 2
        self._bag: list[Callable[[], None]] = []

    def go_on(self) -> None:
        """Do what is due now."""
        now = time.monotonic()
        for due in [deed for at, deed in self._later if at <= now]:
            due()
        self._later = [(at, deed) for at, deed in self._later if at > now]
        self._collect()
        if now >= self._next_redis:
            self._next_redis = now + self._pause(_REDIS_SECONDS)
            self._crash_redis()
        if now >= self._next:
            self._next = now + self._pause(_PAUSE_SECONDS)
            self._draw()()

    def put_right(self) -> None:
        """Wait until everything that was broken is whole again."""
        wait_until(self._is_whole, _START_SECONDS)

    def _is_whole(self) -> bool:
        for _, deed in self._later:
            deed()
        self._later = []
        self._collect()
        workers = all(worker.has_said("worker.started") for worker in self._gateway.workers)
        return (
            workers and not self._stopping and all(self._gateway.answers(f"{url}/readyz") for url in self._gateway.urls)
        )

    def _pause(self, seconds: tuple[float, float]) -> float:
        return self._chance.uniform(*seconds) * self._scale

    def _draw(self) -> Callable[[], None]:
        """Draw one deed without putting it back: each comes once before any comes again."""
        if not self._bag:
            deeds = [
                *(self._kill_worker, self._kill_web, self._stop_worker, self._stop_web),
                *(self._freeze_worker, self._freeze_web, self._trouble_twilio),
            ]
            self._bag = self._chance.sample(deeds, len(deeds))
        return self._bag.pop()

    def _collect(self) -> None:
        for process in [process for process in self._stopping if not process.is_running]:
            self.exit_codes[process.wait_for_exit()] += 1
            self._stopping.remove(process)

    def _kill_worker(self) -> None:
        for index in self._draw_one(self._gateway.workers, "worker.started"):
            self.done["SIGKILL of a worker"] += 1
            self._gateway.workers[index].kill()
            self._gateway.workers[index] = self._gateway.start_worker()

    def _kill_web(self) -> None:
        for index in self._draw_one(self._gateway.webs, "web.started"):
            self.done["SIGKILL of a web process"] += 1
            self._gateway.webs[index].kill()
            self._gateway.webs[index] = self._gateway.start_web(index)

    def _stop_worker(self) -> None:
        for index in self._draw_one(self._gateway.workers, "worker.started"):
            self.done["SIGTERM of a worker"] += 1
            self._stop(self._gateway.workers[index])
            self._gateway.workers[index] = self._gateway.start_worker()

    def _stop_web(self) -> None:
        for index in self._draw_one(self._gateway.webs, "web.started"):
            self.done["SIGTERM of a web process"] += 1
            self._stop(self._gateway.webs[index])
            self._gateway.webs[index] = self._gateway.start_web(index)

    def _draw_one(self, processes: Sequence[Process], words: str) -> list[int]:
        """Draw one of those that are up; a failed soak when one has ended of itself."""
        up = [index for index, process in enumerate(processes) if process.has_said(words)]
        return self._chance.sample(up, min(1, len(up)))

    def _stop(self, process: Process) -> None:
        process.thaw()
        process.terminate()
        self._stopping.append(process)

    def _freeze_worker(self) -> None:
        self.done["SIGSTOP of a worker"] += 1
        self._freeze(self._chance.choice(self._gateway.workers))

    def _freeze_web(self) -> None:
        self.done["SIGSTOP of a web process"] += 1
        self._freeze(self._chance.choice(self._gateway.webs))

    def _freeze(self, process: Process) -> None:
        process.freeze()
        self._later.append((time.monotonic() + self._chance.uniform(*_FREEZE_SECONDS), process.thaw))

    def _crash_redis(self) -> None:
        self.done["SIGKILL of Redis"] += 1
        self._gateway.redis.kill()
        self._later.append((time.monotonic() + self._chance.uniform(*_REDIS_AWAY_SECONDS), self._gateway.redis.start))

    def _trouble_twilio(self) -> None:
        names = self._chance.choices(sorted(_FAULTS), k=4)
        self.done.update(names)
        self._gateway.phone.fail_next(*(_FAULTS[name] for name in names))
