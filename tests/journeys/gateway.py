"""A whole gateway in real processes: Valkey, two web processes, workers, a Twilio stand-in, an offline model."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx

from gateway.adapters.store import Store, open_store
from gateway.adapters.store.notices import Posted
from gateway.dev.children import inherited_environment
from gateway.dev.seed import buy_number
from gateway.domain.secret import Secret
from gateway.domain.texting import Texting
from gateway.domain.trace import Trace
from tests.examples import environment
from tests.journeys.idleness import is_idle, wake_ups
from tests.journeys.processes import Process, find_port, wait_until
from tests.journeys.stand_ins import Model, Phone, open_client
from tests.journeys.valkey import Valkey
from tests.journeys.webhooks import Answer, post_all_at_once
from tests.setting_up import QUIET, Customer, set_up_customer

OPERATORS_KEY = "sk-canary-operators-own-b6d767d2f8ed5d21"
SEEING_MODEL = "test-model"
_CLI_SECONDS = 60
_WEB_PROCESSES = 2

_T = TypeVar("_T")
_G = TypeVar("_G", bound="Gateway")


class Gateway:
    """Everything that runs, and what an operator, a developer and a texter do with it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.heard: list[str] = []
        self._client = open_client()
        self._started = 0
        self._model_port, self._twilio_port = find_port(), find_port()
        self.web_ports = [find_port() for _ in range(_WEB_PROCESSES)]
        self.redis = Valkey(directory / "redis")
        self.webs: list[Process] = []
        self.workers: list[Process] = []
        self.model_process = self._start("model", "gateway.dev.model", "--port", str(self._model_port))
        self.twilio = self._start_twilio()
        self.model = Model(f"http://127.0.0.1:{self._model_port}", self._client)
        self.phone = Phone(self.twilio_url, self._client)

    @property
    def urls(self) -> list[str]:
        """Where the web processes are."""
        return [f"http://127.0.0.1:{port}" for port in self.web_ports]

    @property
    def twilio_url(self) -> str:
        """Where the Twilio stand-in is."""
        return f"http://127.0.0.1:{self._twilio_port}"

    @property
    def model_base_url(self) -> str:
        """Where the offline model speaks OpenAI's language."""
        return f"http://127.0.0.1:{self._model_port}/v1"

    @property
    def redis_url(self) -> Secret:
        """Where its processes look for Redis."""
        return self.redis.url

    @property
    def environment(self) -> dict[str, str]:
        """The settings that an operator has: for every process the same file, the private keys included."""
        settings = environment(
            TEXTGATE_REDIS_URL=self.redis_url.reveal(),
            TEXTGATE_PUBLIC_URL=",".join(self.urls),
            TEXTGATE_TWILIO_API_URL=self.twilio_url,
            TEXTGATE_ALLOWED_PRIVATE_HOSTS=f"127.0.0.1:{self._model_port}",
            TEXTGATE_SEEING_MODELS=SEEING_MODEL,
        )
        return {**inherited_environment(), **settings, **self._traps}

    @property
    def _traps(self) -> dict[str, str]:
        """The operator's own provider keys, leading to the model that writes every key down."""
        return {
            "OPENAI_API_KEY": OPERATORS_KEY,
            "OPENAI_BASE_URL": self.model_base_url,
            "OPENAI_API_BASE": self.model_base_url,
            "ANTHROPIC_API_KEY": OPERATORS_KEY,
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self._model_port}",
            "LITELLM_API_KEY": OPERATORS_KEY,
        }

    def start(self) -> None:
        """Bring up what does not run yet: both web processes and one worker."""
        self.redis.start()
        while len(self.webs) < _WEB_PROCESSES:
            self.webs.append(self.start_web(len(self.webs)))
        if not self.twilio.is_running:
            self.twilio = self._start_twilio()
        if not self.workers:
            self.add_worker()
        pages = [*[f"{url}/readyz" for url in self.urls], f"{self.twilio_url}/"]
        wait_until(lambda: all(map(self.answers, pages)))
        buy_number(self.environment, phone_url=self.twilio_url, gateway_url=self.urls[0])

    def reset(self) -> None:
        """Make it as new for the next test, with as few new processes as can be."""
        self.twilio.thaw()
        self.workers = [worker for worker in self.workers if worker.is_running]
        while len(self.workers) > 1:
            self.workers.pop().stop()
        self.start()
        self.model.forget()
        self.phone.forget()
        self.redis.client.flushall()

    def add_worker(self) -> Process:
        """Start one more worker, and wait until it takes jobs."""
        worker = self.start_worker()
        self.workers.append(worker)
        wait_until(lambda: worker.has_said("worker.started"), 60)
        return worker

    def wait_for_worker(self) -> None:
        """Wait until a worker has been heard of in a Redis that may have been emptied: without one no key is tried."""
        wait_until(lambda: self.redis.client.zcard("tg:workers"))

    def start_worker(self) -> Process:
        """Start a worker, and leave it to the caller to wait for it and to keep it."""
        return self._start("worker", "gateway.cli", "work")

    def start_web(self, index: int) -> Process:
        """Start a web process at one of the two addresses, and leave it to the caller to wait for it and to keep it."""
        return self._start("web", "gateway.cli", "serve", "--port", str(self.web_ports[index]))

    def start_twilio(self) -> None:
        """Start the Twilio stand-in again, with all that it knew."""
        self.twilio = self._start_twilio()
        wait_until(lambda: self.answers(f"{self.twilio_url}/"))

    def stop_all(self) -> None:
        """Stop every process of the gateway in order, Valkey too; the stand-ins stay."""
        for process in (*self.webs, *self.workers):
            process.stop()
        self.webs, self.workers = [], []
        self.redis.stop()

    def close(self) -> None:
        """End everything."""
        self.stop_all()
        self.twilio.stop()
        self.model_process.stop()
        self.redis.close()
        self._client.close()

    def _start_twilio(self) -> Process:
        data = str(self.directory / "twilio.jsonl")
        port = str(self._twilio_port)
        return self._start("twilio", "gateway.dev.twilio", "--port", port, "--pace", "0", "--data", data)

    def _start(self, name: str, *arguments: str, **changes: str) -> Process:
        self._started += 1
        name = f"{self._started:02}-{name}"
        return Process(name, *arguments, environment=self.environment | changes, directory=self.directory)

    def start_with(self, changes: dict[str, str], *arguments: str) -> Process:
        """Start a program with some settings changed; it is the test's own to stop."""
        return self._start("changed", *arguments, **changes)

    def answers(self, url: str) -> bool:
        """Tell whether somebody answers there, and well."""
        with suppress(httpx.TransportError):
            return self._client.get(url).is_success
        return False

    def post(self, *forms: dict[str, str]) -> list[Answer]:
        """Post signed webhooks at once, as if a balancer stood before the web processes."""
        answers = post_all_at_once(forms, signed_for=self.urls[0], urls=self.urls)
        self.heard += [answer.body for answer in answers]
        return answers

    def call(self, method: str, path: str, api_key: str, body: object = None, *, web: int = 0) -> httpx.Response:
        """Call the developer API of one web process."""
        headers = {"authorization": f"Bearer {api_key}"}
        answer = self._client.request(method, self.urls[web] + path, headers=headers, json=body, timeout=90)
        self.heard += [answer.text, str(answer.headers)]
        return answer

    def run(self, *arguments: str, typed: str = "", exit_code: int = 0) -> Any:
        """Run a command of the operator's tool, expect it to end so, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments, "--json"],
            env=self.environment,
            cwd=self.directory,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=_CLI_SECONDS,
        )
        assert done.returncode == exit_code, done.stderr
        return json.loads(done.stdout)

    def set_up_customer(self, texting: Texting = QUIET) -> Customer:
        """Make a customer whose agent answers on the number."""
        place = f"127.0.0.1:{self._model_port}"
        return self.look(lambda store: set_up_customer(store, model_place=place, texting=texting))

    def read_trace(self, name: str) -> Trace:
        """Read how a text or an API request fared."""
        return self.look(lambda store: store.traces.read(name))

    def has_outcome(self, name: str, outcome: str) -> bool:
        """Tell whether a text or an API request has come to that end."""
        return self.read_trace(name).outcome == outcome

    def look(self, deed: Callable[[Store], Awaitable[_T]]) -> _T:
        """Do something with the store, as a command of the operator's tool would."""

        async def with_store() -> _T:
            store = open_store(self.redis.url)
            try:
                return await deed(store)
            finally:
                await store.close()

        return asyncio.run(with_store())

    def read_notices(self) -> list[Posted]:
        """Read what the operator should hear of, newest first."""
        notices, _ = self.look(lambda store: store.notices.read_all(limit=100, cursor=None))
        return notices

    def wake_ups(self) -> list[str]:
        """Return the jobs that nobody has begun."""
        return wake_ups(self.redis.client)

    def is_idle(self) -> bool:
        """Tell whether nothing waits, nothing is queued and nobody is at work: nothing more can come."""
        return is_idle(self.redis.client)


@contextmanager
def running_gateway(gateway: _G) -> Iterator[_G]:
    """Run a gateway, of whichever kind, until the block ends."""
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.close()
