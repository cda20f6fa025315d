"""The stand-in as a real process, a small application for it to call, and Chromium to look at its page."""

import os
import queue
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
TOKEN = "primary-token"
OLD_TOKEN = "secondary-token"
API_KEY = ("SK" + "fedcba9876543210" * 2, "key-secret")
NUMBER = "+15005550006"
PHONE = "+12025550143"
SILENCE = "<Response/>"

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 10.0
_PATIENCE_MS = 20_000
"""A machine that does much else takes seconds to paint the first page."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that the application got."""

    method: str
    target: str
    headers: Mapping[str, str]
    form: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the application says to a path; an answer with a gate waits until the gate is open."""

    status: int = 200
    content_type: str = "text/xml"
    content: str = SILENCE
    gate: threading.Event | None = None


@dataclass(kw_only=True)
class Application:
    """A webhook server of the test's own: remembers what it was asked, answers as it was told."""

    url: str = ""
    calls: "queue.Queue[Call]" = field(default_factory=queue.Queue)
    answers: dict[str, Answer] = field(default_factory=dict)

    def next_call(self) -> Call:
        """Wait for the next request."""
        return self.calls.get(timeout=_PATIENCE_SECONDS)

    def answer(self, path: str, **words: Any) -> None:
        """Say this whenever the path is asked for."""
        self.answers[path] = Answer(**words)


@dataclass(frozen=True, kw_only=True)
class StandInServer:
    """A running stand-in."""

    base: str
    process: "subprocess.Popen[str]"
    client: httpx.Client = field(repr=False)
    """One for all calls: to make a client takes longer than most of them."""

    def path(self, resource: str) -> str:
        """Return the path of a resource of the account."""
        return f"/2010-04-01/Accounts/{ACCOUNT_SID}{resource}"

    def rest(self, method: str, resource: str, **given: Any) -> httpx.Response:
        """Call the REST API with the account's credentials."""
        given.setdefault("auth", (ACCOUNT_SID, TOKEN))
        return self.client.request(method, self.base + self.path(resource), **given)

    def control(self, deed: str, **words: Any) -> dict[str, Any]:
        """Call a control address; it has to succeed."""
        found: dict[str, Any] = self.post(deed, **words).raise_for_status().json()
        return found

    def post(self, deed: str, **words: Any) -> httpx.Response:
        """Call a control address."""
        return self.client.post(f"{self.base}/control/{deed}", json=words)

    def text(self, body: str, *, phone: str = PHONE, number: str = NUMBER) -> dict[str, Any]:
        """Text as a person, and wait for the webhook."""
        return self.control("texts", **{"from": phone, "to": number, "body": body, "wait": True})

    def attach(
        self, content: bytes, kind: str = "image/png", *, body: str = "", number: str = NUMBER
    ) -> dict[str, Any]:
        """Send a picture or something else as a person, and wait for the webhook."""
        media = [{"content_type": kind, "content": b64encode(content).decode()}]
        return self.control("texts", **{"from": PHONE, "to": number, "body": body, "wait": True, "media": media})

    def messages(self, **filters: str) -> list[dict[str, Any]]:
        """Return the messages with their logs."""
        answer = self.client.get(f"{self.base}/control/messages", params=filters)
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def buy(self, phone_number: str = NUMBER, **form: str) -> dict[str, Any]:
        """Buy a number."""
        answer = self.rest("POST", "/IncomingPhoneNumbers.json", data={"PhoneNumber": phone_number, **form})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def lease(self, short_code: str, **settings: Any) -> dict[str, Any]:
        """Own a short code."""
        return self.control("short-codes", short_code=short_code, **settings)

    def received(self, phone: str = PHONE) -> list[dict[str, Any]]:
        """Return the texts that reach a phone, whoever sends them."""
        return [message for message in self.messages(to=phone) if message["status"] != "failed"]

    def send(self, body: str = "hi", *, to: str = PHONE, sender: str = NUMBER, **form: str) -> httpx.Response:
        """Send a text over the REST API."""
        return self.rest("POST", "/Messages.json", data={"To": to, "From": sender, "Body": body, **form})

    def wait_for(self, wanted: Callable[[list[dict[str, Any]]], bool], **filters: str) -> list[dict[str, Any]]:
        """Look at the messages until they are as wanted."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self.messages(**filters)
            if wanted(found):
                return found
        raise AssertionError(f"not in time: {self.messages(**filters)}")


@contextmanager
def run_stand_in(*arguments: str, **environment: str) -> Iterator[StandInServer]:
    """Run a stand-in of its own until the block ends."""
    ours = {
        "TEXTGATE_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TEXTGATE_TWILIO_AUTH_TOKEN": f"{TOKEN},{OLD_TOKEN}",
        "TEXTGATE_TWILIO_API_KEY_SID": API_KEY[0],
        "TEXTGATE_TWILIO_API_KEY_SECRET": API_KEY[1],
    }
    command = [sys.executable, "-m", "gateway.dev.twilio", "--port", "0", *arguments]
    surroundings = {**os.environ, **ours, **environment}
    with (
        httpx.Client(trust_env=False, timeout=30) as client,
        subprocess.Popen(command, cwd=_ROOT, env=surroundings, stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stdout
            base = process.stdout.readline().rpartition(" ")[2].strip()
            yield StandInServer(base=base, process=process, client=client)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def stand_in_server() -> Iterator[StandInServer]:
    with run_stand_in("--pace", "0") as server:
        yield server


@pytest.fixture
def stand_in(stand_in_server: StandInServer) -> StandInServer:
    """A stand-in that remembers nothing of the test before."""
    stand_in_server.control("reset", numbers=True)
    return stand_in_server


@pytest.fixture
def application() -> Iterator[Application]:
    application = Application()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(application))
    server.daemon_threads, server.block_on_close = True, False
    application.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield application
    for answer in application.answers.values():
        if answer.gate:
            answer.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def line(stand_in: StandInServer, application: Application) -> StandInServer:
    """A stand-in whose number is answered by the application."""
    stand_in.buy(SmsUrl=f"{application.url}/sms")
    return stand_in


@pytest.fixture(scope="module")
def browser(chromium: dict[str, Any]) -> Iterator[Browser]:
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that has to stay free of errors and of anything its own policy forbids."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("response", lambda answer: problems.append(answer.url) if answer.status >= 400 else None)
    yield page
    context.close()
    assert problems == []


def _handler(application: Application) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._take(b"")

        def do_POST(self) -> None:
            self._take(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def _take(self, body: bytes) -> None:
            path, _, query = self.path.partition("?")
            form = dict(httpx.QueryParams(body.decode() or query))
            headers = {name.lower(): value for name, value in self.headers.items()}
            application.calls.put(Call(method=self.command, target=self.path, headers=headers, form=form))
            answer = application.answers.get(path, Answer())
            if answer.gate:
                answer.gate.wait()
            # whoever has stopped waiting for a gate is gone
            with suppress(ConnectionError):
                self._say(answer)

        def _say(self, answer: Answer) -> None:
            content = answer.content.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Be quiet."""

    return Handler
