"""Wake-ups: jobs that name a conversation and nothing else, in JSON; and the sweeper that finds what waits."""

import json
import pickle
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from arq.jobs import DeserializationError, deserialize_job, deserialize_job_raw

from gateway.adapters.queue import QUEUE, WAKE, deserialize, serialize, wake_up
from gateway.adapters.store import Store
from gateway.domain.ids import ConversationId
from tests.adapters.texts import CONVERSATION, NOWHERE, a_conversation, hold_of, save_texts
from tests.examples import NUMBER, TEXTER
from tests.setting_up import set_up_customer

_TEXT = "canary-text-1679091c"


class _Bomb:
    went_off = False

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return setattr, (_Bomb, "went_off", True)


@pytest.fixture
def _harmless() -> Iterator[None]:
    _Bomb.went_off = False
    yield
    _Bomb.went_off = False


async def _jobs(store: Store) -> list[str]:
    return [await store.connection.get(name) or "" for name in await store.connection.keys("arq:job:*")]


async def test_a_job_names_a_conversation_and_nothing_else(store: Store) -> None:
    """I65: the job of a text is JSON with one opaque id: no phone, no text, no account."""
    customer = await set_up_customer(store)
    await save_texts(store, a_conversation(customer), _TEXT)
    (job,) = await _jobs(store)
    assert json.loads(job)["a"] == [CONVERSATION]
    for secret in (_TEXT, NUMBER, TEXTER, customer.account.id, customer.agent.id):
        assert secret not in job
        assert secret.lstrip("+") not in job


async def test_arq_reads_the_job_that_a_script_wrote(store: Store) -> None:
    """I65: what our script stores is a job to arq itself: the worker's function and the conversation's id."""
    await save_texts(store, NOWHERE, _TEXT)
    (job,) = await _jobs(store)
    function, args, kwargs, _, enqueued = deserialize_job_raw(job.encode(), deserializer=deserialize)
    assert (function, list(args), kwargs) == (WAKE, [CONVERSATION], {})
    assert enqueued > 0
    assert deserialize_job(job.encode(), deserializer=deserialize).function == WAKE


@pytest.mark.usefixtures("_harmless")
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_refused_unread(protocol: int) -> None:
    """I65: a pickle put into arq:job is refused by our deserializer, and what it would do does not happen."""
    bomb = pickle.dumps({"t": None, "f": WAKE, "a": (_Bomb(),), "k": {}, "et": 0}, protocol)
    with pytest.raises(DeserializationError):
        deserialize_job_raw(bomb, deserializer=deserialize)
    assert not _Bomb.went_off


@pytest.mark.parametrize(
    "stored",
    [b"", b"[]", b'"wake"', b"null", b"1", b"{", b"\xff\xfe", b"{}", b'{"f": "wake_conversation"}', b"[" * 9_000],
)
def test_what_is_no_job_is_refused(stored: bytes) -> None:
    """I65: any other bytes in arq:job are a DeserializationError, which arq buries, and no crash."""
    with pytest.raises(DeserializationError):
        deserialize_job_raw(stored, deserializer=deserialize)


def test_wake_ups_are_apart_unless_named() -> None:
    """A wake-up has an id of its own, so that none is lost to one that is just running; a named one is one."""
    first, second = wake_up(CONVERSATION), wake_up(CONVERSATION)
    assert first.job_id != second.job_id
    assert wake_up(CONVERSATION, job_id="x").job_key == "arq:job:x"
    assert json.loads(serialize({"a": 1})) == {"a": 1}


async def test_what_waits_unheld_is_forgotten(store: Store) -> None:
    """I3, I33: a conversation that has waited long enough, unheld, is found; a held or young one is not."""
    await save_texts(store, NOWHERE, "Hello")
    assert await store.waiting.find_forgotten(seconds=60) == []
    await store.connection.zadd("tg:waiting", {CONVERSATION: 1000})
    assert await store.waiting.find_forgotten(seconds=60) == [CONVERSATION]
    await hold_of(store)
    assert await store.waiting.find_forgotten(seconds=60) == []


async def test_waiting_counts_from_the_first_message(store: Store) -> None:
    """I39: a conversation's age is that of its oldest waiting text; later ones don't make it young again."""
    await save_texts(store, NOWHERE, "one")
    first = await store.connection.zscore("tg:waiting", CONVERSATION)
    await store.connection.zadd("tg:waiting", {CONVERSATION: 1000})
    await save_texts(store, NOWHERE, "two", first=2)
    assert await store.connection.zscore("tg:waiting", CONVERSATION) == 1000
    now, _ = await store.connection.time()
    assert first is not None
    assert abs(first / 1000 - now) < 5


async def test_the_sweeper_wakes_once_in_a_window(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """I3: however many sweepers look, a forgotten conversation is woken once in a window, and again in the next."""
    moment = 1_000_000.0
    monkeypatch.setattr("gateway.adapters.store.waiting.time", SimpleNamespace(time=lambda: moment))
    woken = [await store.waiting.wake(CONVERSATION, every_seconds=10) for _ in range(5)]
    assert woken == [True, False, False, False, False]
    moment += 10
    assert await store.waiting.wake(CONVERSATION, every_seconds=10) is True
    assert await store.waiting.wake(ConversationId("conv_" + "d" * 32), every_seconds=10) is True
    assert await store.connection.zcard(QUEUE) == len(await _jobs(store)) == 3


async def test_a_wake_up_does_not_stay_for_ever(store: Store) -> None:
    """I39: a job that nobody takes is gone after a day, and what waits is found by the sweeper anyway."""
    await save_texts(store, NOWHERE, "Hello")
    await store.waiting.wake(CONVERSATION, every_seconds=10)
    for name in await store.connection.keys("arq:job:*"):
        assert 0 < await store.connection.ttl(name) <= 86_400
