"""A Redis that is stopped, full, a replica, slow, deaf or dumb: 503 in time, and all is well again by itself."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import httpx
import pytest

from tests.examples import inbound_form, message_sid
from tests.faults.gateways import ProxiedGateway
from tests.faults.slow_proxy import Weather
from tests.journeys.processes import wait_until
from tests.journeys.webhooks import PATH, sign
from tests.setting_up import Customer

_TWILIOS_PATIENCE = 5.0
_RETURN_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
"""An answer that the trouble caught half-way waits for its hold to lapse, and for Twilio's word on it."""
_WORDS = ["one", "two", "three", "four"]
_FORMS = [inbound_form(words, sid=message_sid(number)) for number, words in enumerate(_WORDS)]

Trouble = Callable[[ProxiedGateway], AbstractContextManager[None]]


@contextmanager
def _stopped(gateway: ProxiedGateway) -> Iterator[None]:
    gateway.redis.stop()
    yield
    gateway.redis.start()


@contextmanager
def _full(gateway: ProxiedGateway) -> Iterator[None]:
    gateway.redis.client.config_set("maxmemory", 1)
    yield
    gateway.redis.client.config_set("maxmemory", 0)


@contextmanager
def _replica(gateway: ProxiedGateway) -> Iterator[None]:
    gateway.redis.client.replicaof("127.0.0.1", 1)
    yield
    gateway.redis.client.replicaof("NO", "ONE")


def _storm(weather: Weather) -> Trouble:
    return lambda gateway: gateway.proxy.storm(weather)


_TROUBLES: dict[str, Trouble] = {
    "stopped": _stopped,
    "full": _full,
    "a replica": _replica,
    "3 s late": _storm(Weather(delay_seconds=3)),
    "silent": _storm(Weather(bytes_per_reply=0)),
    "silent in the middle of a word": _storm(Weather(bytes_per_reply=3)),
}


@pytest.mark.parametrize("trouble", _TROUBLES.values(), ids=_TROUBLES.keys())
def test_refused_in_time_and_answered_later(
    troubled: ProxiedGateway, troubled_customer: Customer, trouble: Trouble
) -> None:
    """I16, I38: in every trouble a text is 503 within 5 s and nobody is ready; after it each text is answered once."""
    before = [process.pid for process in (*troubled.webs, *troubled.workers)]
    with trouble(troubled):
        for answer in _all_in_time([partial(_post, troubled, form) for form in _FORMS]):
            assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
        for answer in _all_in_time([partial(_get, f"{url}/readyz") for url in troubled.urls]):
            assert (answer.status_code, answer.json()["ok"]) == (503, False)
    wait_until(lambda: all(troubled.answers(f"{url}/readyz") for url in troubled.urls), _RETURN_SECONDS)
    assert [answer.status for answer in troubled.post(*_FORMS, *_FORMS)] == [200] * 8
    wait_until(lambda: troubled.phone.received() and troubled.is_idle(), _ANSWER_SECONDS)
    assert _heard(troubled) == sorted(_WORDS)
    assert [process.pid for process in (*troubled.webs, *troubled.workers)] == before
    assert all(process.is_running for process in (*troubled.webs, *troubled.workers))


def _post(gateway: ProxiedGateway, form: dict[str, str]) -> httpx.Response:
    url = gateway.urls[0] if form["Body"] in _WORDS[:2] else gateway.urls[1]
    headers = sign(form, gateway.urls[0])
    return httpx.post(url + PATH, data=form, headers=headers, timeout=60, trust_env=False)


def _get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60, trust_env=False)


def _all_in_time(requests: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Send all at once, and return the answers if none took longer than Twilio can be told to wait."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(requests)) as pool:
        answers = list(pool.map(lambda send: send(), requests))
    assert time.monotonic() - began < _TWILIOS_PATIENCE
    return answers


def _heard(gateway: ProxiedGateway) -> list[str]:
    """Return the words of all answers: the offline model repeats what it was asked."""
    said = " ".join(gateway.phone.received()).replace("\n", " ").split()
    return sorted(word for word in said if word in _WORDS)


def test_a_worker_waits_while_nothing_can_be_written(troubled: ProxiedGateway, troubled_customer: Customer) -> None:
    """I16, I38: with a Redis that only reads, a worker waits until it writes, instead of beginning again and again."""
    (worker,) = troubled.workers
    with _full(troubled):
        said = len(worker.read_log())
        wait_until(lambda: "worker.waiting_for_redis" in worker.read_log()[said:])
        assert "worker.started" not in worker.read_log()[said:]
    wait_until(lambda: "worker.started" in worker.read_log()[said:])


def test_a_slow_redis_is_no_outage(troubled: ProxiedGateway, troubled_customer: Customer) -> None:
    """I15, I16: a Redis that takes a fifth of a second for each answer is slow, and texts are taken and answered."""
    with troubled.proxy.storm(Weather(delay_seconds=0.2)):
        assert troubled.post(inbound_form("Hello"))[0].status == 200
        wait_until(lambda: troubled.phone.received() and troubled.is_idle())
    assert troubled.model.asked() == ["Hello"]
