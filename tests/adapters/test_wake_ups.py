"""Wake-ups: jobs that name a conversation and nothing else, in JSON."""

import json
import pickle
from collections.abc import Iterator

import pytest
from arq.jobs import DeserializationError, deserialize_job, deserialize_job_raw

from gateway.adapters.queue import WAKE, deserialize
from gateway.adapters.store import Store
from tests.adapters.texts import CONVERSATION, NOWHERE, a_conversation, save_texts
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
    function, args, kwargs, _, _ = deserialize_job_raw(job.encode(), deserializer=deserialize)
    assert (function, list(args), kwargs) == (WAKE, [CONVERSATION], {})
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


async def test_a_wake_up_does_not_stay_for_ever(store: Store) -> None:
    """I39: a job that nobody takes is gone after a day, and what waits is found by the sweeper anyway."""
    await save_texts(store, NOWHERE, "Hello")
    for name in await store.connection.keys("arq:job:*"):
        assert 0 < await store.connection.ttl(name) <= 86_400
