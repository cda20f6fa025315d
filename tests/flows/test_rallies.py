"""Rallies, on a real Redis: none of many texts at once is lost to them, and a loop is stopped once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.brake import PAUSED_TEXT
from gateway.domain.loop import REMEMBERED, make_print
from gateway.flows.receive import Received
from tests.examples import NOW, NUMBER, TEXTER_HASH
from tests.flows.sandbox_texts import text
from tests.setting_up import set_up_customer

_DRIVING = "I'm driving with Do Not Disturb While Driving turned on."
_RALLY = keys.rally(NUMBER, TEXTER_HASH)
_MANY = 20


@pytest.fixture(autouse=True)
async def _customer(store: Store) -> None:
    await set_up_customer(store)


async def _say(store: Store, words: str) -> None:
    """Send a part, as the fence notes it."""
    await store.connection.execute_command("HSET", _RALLY, "said", make_print(words))


async def _heard(store: Store) -> list[str]:
    return (await store.connection.read_field(_RALLY, "heard") or "").split()


async def _text_at_once(store: Store, body: str, monkeypatch: pytest.MonkeyPatch) -> list[Received]:
    """Text so often that every text is decided on before any is saved."""
    read_line, all_read, left = store.messages.read_line, asyncio.Event(), list(range(_MANY))

    async def read_together(*args: Any) -> object:
        line = await read_line(*args)
        if left:
            left.pop()
        if not left:
            all_read.set()
        await all_read.wait()
        return line

    monkeypatch.setattr(store.messages, "read_line", read_together)
    return await asyncio.gather(*(text(store, body, to=NUMBER) for _ in range(_MANY)))


async def test_a_burst_is_heard_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """I1, I52: of many texts of one texter that are handled at the same moment each is saved, and remembered."""
    received = await _text_at_once(store, "Hello", monkeypatch)
    assert [each.outcome for each in received] == ["admitted"] * _MANY
    assert len(await _heard(store)) == _MANY


async def test_the_oldest_are_forgotten(store: Store) -> None:
    """I52: so many texts are looked back on, and no more."""
    bodies = [f"{'x' * length}" for length in range(1, REMEMBERED + 3)]
    for body in bodies:
        await text(store, body, to=NUMBER)
    lengths = [int(each.split(":")[2]) for each in await _heard(store)]
    assert lengths == list(range(3, REMEMBERED + 3))


async def test_one_of_many_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """I52: where many texts at the same moment show a loop, the brake says its word once, and counts one pause."""
    await text(store, "Hi", to=NUMBER)
    for _ in range(2):
        await _say(store, "We open at eight.")
        await text(store, _DRIVING, to=NUMBER)
    await _say(store, "We open at eight.")
    received = await _text_at_once(store, _DRIVING, monkeypatch)
    assert sorted(each.say for each in received) == [""] * (_MANY - 1) + [PAUSED_TEXT]
    assert [each.reason for each in received].count("paused: a loop") == _MANY - 1
    assert await store.connection.read_field(_RALLY, "pauses") == "1"


async def test_a_reply_between_look_and_save(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """I52: a reply that is sent while a text is handled is one that the next text may answer."""
    save = store.messages.save

    async def save_late(*args: Any) -> object:
        await _say(store, "We open at eight.")
        return await save(*args)

    with monkeypatch.context() as patch:
        patch.setattr(store.messages, "save", save_late)
        await text(store, "Hello", to=NUMBER)
    for body in ("We open at eight.", "Thanks"):
        await text(store, body, to=NUMBER)
    assert [each.split(":")[3] for each in await _heard(store)] == ["", "re", ""]


async def test_what_twilio_stops_twice_counts_once(store: Store) -> None:
    """I52: two parts that Twilio refuses as a loop are one pause, and the next one after it is another."""
    for minutes in (0, 1, 59, 61):
        await store.rallies.pause(NUMBER, TEXTER_HASH, now=NOW + timedelta(minutes=minutes))
    assert await store.connection.read_field(_RALLY, "pauses") == "2"
    assert await store.rallies.find_pause(NUMBER, TEXTER_HASH, now=NOW + timedelta(minutes=120)) is not None
