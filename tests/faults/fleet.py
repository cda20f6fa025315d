"""The gateway's web and worker processes, replaced one by one while the others serve.

Only the main thread may do so: the kernel ends a process with the thread that started it.
"""

from tests.journeys.gateway import Gateway
from tests.journeys.processes import Process, wait_until

_START_SECONDS = 60.0


class Fleet:
    """Two web processes and two workers, and what became of those before them."""

    def __init__(self, gateway: Gateway, *, workers: int = 2) -> None:
        self._gateway = gateway
        self.exit_codes: list[int] = []
        """How those ended that were told to stop."""
        while len(gateway.workers) < workers:
            gateway.add_worker()

    def replace_worker(self, index: int, *, first_start: bool) -> None:
        """Replace a worker in order: the new one started before the old one is told to stop, or after."""
        old = self._gateway.workers[index]
        if not first_start:
            old.terminate()
        new = self._gateway.workers[index] = self._gateway.start_worker()
        self.wait_for_worker(new)
        if first_start:
            old.terminate()
        self.exit_codes.append(old.wait_for_exit())

    def replace_web(self, index: int) -> None:
        """Replace a web process in order; until the new one listens, its address refuses connections."""
        old = self._gateway.webs[index]
        old.terminate()
        self._start_web(index)
        self.exit_codes.append(old.wait_for_exit())

    def kill_worker(self, index: int) -> None:
        """Kill a worker, and start another."""
        self._gateway.workers[index].kill()
        new = self._gateway.workers[index] = self._gateway.start_worker()
        self.wait_for_worker(new)

    def kill_web(self, index: int) -> None:
        """Kill a web process, and start another."""
        self._gateway.webs[index].kill()
        self._start_web(index)

    def _start_web(self, index: int) -> None:
        self._gateway.webs[index] = self._gateway.start_web(index)
        url = f"{self._gateway.urls[index]}/healthz"
        wait_until(lambda: self._gateway.answers(url), _START_SECONDS)

    def wait_for_worker(self, worker: Process) -> None:
        """Wait until a worker takes jobs."""
        wait_until(lambda: worker.has_said("worker.started"), _START_SECONDS)
