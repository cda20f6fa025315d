"""Quotas of requests: taken in any order, of any selection, on a real Redis, held against a model in plain Python."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.store import Store, keys, open_store
from gateway.domain.errors import TooMany
from gateway.domain.quota import DAY, HOUR, MINUTE, Quota
from gateway.domain.secret import Secret

_QUOTAS = [
    Quota(name="key_minute", whose="key_1", most=3, seconds=MINUTE),
    Quota(name="ip_minute", whose="192.0.2.1", most=4, seconds=MINUTE),
    Quota(name="key_day", whose="key_1", most=6, seconds=DAY),
    Quota(name="key_minute", whose="key_2", most=3, seconds=MINUTE),
    Quota(name="byok_key_hour", whose="key_1", most=1, seconds=HOUR),
]
_SOON = 30
_WHICH = st.integers(0, len(_QUOTAS) - 1)
_STEPS = st.one_of(
    st.tuples(st.just("take"), st.lists(_WHICH, min_size=1, max_size=4, unique=True)),
    st.tuples(st.just("take"), st.lists(_WHICH, min_size=1, max_size=4, unique=True)),
    st.tuples(st.just("nearly over"), st.tuples(_WHICH)),
    st.tuples(st.just("over"), st.tuples(_WHICH)),
)


@dataclass(slots=True)
class _Window:
    """One window of a quota: how much of it is used, and how long it lasts at most."""

    used: int = 0
    seconds: int = 0


@dataclass(slots=True)
class _Book:
    """Every window, in plain Python."""

    windows: dict[int, _Window] = field(default_factory=dict)

    def find_spent(self, chosen: list[int]) -> int | None:
        """Find the first of the chosen that is spent."""
        return next((which for which in chosen if self.used(which) >= _QUOTAS[which].most), None)

    def used(self, which: int) -> int:
        """Tell how much of a quota is used in its window."""
        return self.windows.get(which, _Window()).used

    def take(self, chosen: list[int]) -> tuple[int, int]:
        """Take one of each; return which is nearest to its end, and what is left of it."""
        for which in chosen:
            self.windows.setdefault(which, _Window(seconds=_QUOTAS[which].seconds)).used += 1
        left = {which: _QUOTAS[which].most - self.used(which) for which in chosen}
        tightest = min(chosen, key=lambda which: (left[which], chosen.index(which)))
        return tightest, left[tightest]


@given(story=st.lists(_STEPS, min_size=5, max_size=50))
@settings(max_examples=60, deadline=None)
def test_in_any_order(redis_server: Secret, story: list[tuple[str, list[int]]]) -> None:
    """Contract 5: no more than most in a window; a refusal names the spent quota and takes from none.

    When a window ends is said by its first request alone; then it begins anew.
    """
    with asyncio.Runner() as runner:
        runner.run(_tell(redis_server, story))


async def _tell(url: Secret, story: list[tuple[str, list[int]]]) -> None:
    store, book = open_store(url), _Book()
    try:
        await store.connection.flushall()
        for step, chosen in story:
            if step == "take":
                await _take(store, book, chosen)
            else:
                await _let_pass(store, book, chosen[0], is_over=step == "over")
            await _check(store, book)
    finally:
        await store.close()


async def _take(store: Store, book: _Book, chosen: list[int]) -> None:
    quotas, spent = [_QUOTAS[which] for which in chosen], book.find_spent(chosen)
    if spent is not None:
        with pytest.raises(TooMany) as refused:
            await store.quotas.take(quotas)
        assert refused.value.limit == _QUOTAS[spent].name
        assert 1 <= refused.value.wait_seconds <= book.windows[spent].seconds
        return
    taken = await store.quotas.take(quotas)
    tightest, left = book.take(chosen)
    assert (taken.most, taken.left) == (_QUOTAS[tightest].most, left)
    assert 1 <= taken.reset_seconds <= book.windows[tightest].seconds


async def _let_pass(store: Store, book: _Book, which: int, *, is_over: bool) -> None:
    """Bring a window to its end, or near to it."""
    name = keys.quota(_QUOTAS[which].name, _QUOTAS[which].whose)
    await store.connection.pexpire(name, 0 if is_over else _SOON * 1000)
    if is_over:
        book.windows.pop(which, None)
    elif which in book.windows:
        book.windows[which].seconds = _SOON


async def _check(store: Store, book: _Book) -> None:
    for which, quota in enumerate(_QUOTAS):
        name = keys.quota(quota.name, quota.whose)
        assert int(await store.connection.get(name) or 0) == book.used(which) <= quota.most
        if book.used(which):
            assert 0 < await store.connection.pttl(name) <= book.windows[which].seconds * 1000
