"""Reconciling: texts that Twilio has and we never got."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from gateway.adapters.store import Store, keys
from gateway.adapters.store.media import media_of
from gateway.adapters.twilio_api import TwilioApi
from gateway.dev.children import spawn
from gateway.domain.compliance import Voice
from gateway.domain.errors import CarrierBusy, CarrierRefused
from gateway.domain.login import TwilioLogin
from gateway.domain.media import MediaKind
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.flows.receive import receive_text
from gateway.flows.reconcile import reconcile
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, inbound_form
from tests.setting_up import set_up_customer

VOICE = Voice(brand="Corner Cafe", help_contact=None)
HOUR = timedelta(hours=1)
_OWN = PhoneNumber("+12025550111")
_OWN_SID = "AC" + "ba" * 16
NOTHING_FORGOTTEN = {"answered_before": 0, "parts_sent": 0, "numbers_skipped": 0}


@pytest.fixture
def twilio_url(tmp_path: Path) -> Iterator[str]:
    """A Twilio stand-in that owns the number, whose webhook leads nowhere."""
    account = {"TEXTGATE_TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TEXTGATE_TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    arguments = [sys.executable, "-m", "gateway.dev.twilio", "--port", "0", "--pace", "0"]
    process = spawn(arguments, env={**os.environ, **account}, stdout=subprocess.PIPE, cwd=tmp_path)
    assert process.stdout is not None
    with process.stdout as words:
        url = words.readline().decode().split()[-1]
        buy = f"{url}/2010-04-01/Accounts/{ACCOUNT_SID}/IncomingPhoneNumbers.json"
        httpx.post(buy, auth=(ACCOUNT_SID, AUTH_TOKEN), data={"PhoneNumber": NUMBER}).raise_for_status()
        yield url
        process.terminate()
        process.wait(10)


def text(url: str, body: str, *, number: str = NUMBER, media: Sequence[str] = ()) -> None:
    """Text the number, with media of these types; nobody hears of it."""
    things = [{"content_type": each, "content": ""} for each in media]
    words = {"from": TEXTER, "to": number, "body": body, "media": things, "wait": True}
    httpx.post(f"{url}/control/texts", json=words).raise_for_status()


async def recover(
    store: Store, url: str, *, token: str = AUTH_TOKEN, max_age: timedelta = HOUR, own_token: str | None = None
) -> dict[str, int]:
    """Reconcile the last two hours."""
    now = datetime.now(UTC)
    opened = []

    def open_twilio(login: TwilioLogin | None) -> TwilioApi | None:
        if login and own_token is None:
            return None
        sid, password = (login.account_sid, own_token or "") if login else (ACCOUNT_SID, token)
        opened.append(TwilioApi(api_url=url, account_sid=sid, user=sid, password=Secret(password)))
        return opened[-1]

    try:
        return await reconcile(
            store=store,
            twilio_of=open_twilio,
            since=now - 2 * HOUR,
            max_age=max_age,
            now=now,
            voice=VOICE,
            pepper=PEPPER,
        )
    finally:
        for twilio in opened:
            twilio.close()


async def test_recovered_once(store: Store, twilio_url: str) -> None:
    """I17: texts whose webhook never came are received once, a STOP among them, and known ever after."""
    await set_up_customer(store)
    for words in ("Hi", "Are you there?", "STOP"):
        text(twilio_url, words)
    assert await recover(store, twilio_url) == {"seen": 3, "known": 0, "recovered": 3, "stale": 0} | NOTHING_FORGOTTEN
    assert await recover(store, twilio_url) == {"seen": 3, "known": 3, "recovered": 0, "stale": 0} | NOTHING_FORGOTTEN
    assert await store.connection.read_field(f"tg:consent:{NUMBER}:{TEXTER_HASH}", "state") == "out"


async def test_a_picture_is_recovered(store: Store, twilio_url: str) -> None:
    """I17: a picture without words whose webhook never came waits for its answer, too, and is known for what it is."""
    await set_up_customer(store)
    text(twilio_url, "", media=["image/png", "text/vcard"])
    assert (await recover(store, twilio_url))["recovered"] == 1
    (conversation_id,) = await waiting(store)
    (sid,) = await store.connection.zrange(keys.inbox(conversation_id), 0, -1)
    kept = media_of((await store.messages.find(sid) or {})["media"])
    assert [each.kind for each in kept] == [MediaKind.PICTURE, MediaKind.CONTACT]
    assert all(re.fullmatch("ME[0-9a-f]{32}", each.sid) for each in kept)


async def test_late(store: Store, twilio_url: str) -> None:
    """I17: a text that is too old by now is counted as stale; the worker does not answer it."""
    await set_up_customer(store)
    text(twilio_url, "Hi")
    found = await recover(store, twilio_url, max_age=timedelta(seconds=-60))
    assert found == {"seen": 1, "known": 0, "recovered": 1, "stale": 1} | NOTHING_FORGOTTEN


def send(url: str, body: str) -> str:
    """Send a text from the number over Twilio's API, and return its SID."""
    words = {"From": NUMBER, "To": TEXTER, "Body": body}
    address = f"{url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    answer = httpx.post(address, auth=(ACCOUNT_SID, AUTH_TOKEN), data=words)
    return str(answer.raise_for_status().json()["sid"])


def answer_keywords(url: str) -> None:
    """Have Twilio answer keywords by itself."""
    httpx.post(f"{url}/control/numbers/{NUMBER}", json={"keyword_handling": True}).raise_for_status()


async def waiting(store: Store) -> list[str]:
    """Name the conversations in which something waits for an answer."""
    return [str(name) for name in await store.connection.zrange("tg:waiting", 0, -1)]


async def test_answered_by_what_the_store_has_forgotten(store: Store, twilio_url: str) -> None:
    """I55: a text that Twilio has a later answer to, unknown to the store, is known from now on, and not answered."""
    await set_up_customer(store)
    text(twilio_url, "Hi")
    send(twilio_url, "Good morning!")
    found = await recover(store, twilio_url)
    assert (found["recovered"], found["answered_before"]) == (1, 1)
    assert await waiting(store) == []
    assert (await recover(store, twilio_url))["known"] == 1


async def test_an_answer_that_the_store_knows_is_to_another_text(store: Store, twilio_url: str) -> None:
    """I17: a text whose webhook was lost is answered, although one that came later has been answered meanwhile."""
    await set_up_customer(store)
    text(twilio_url, "Lost")
    await store.connection.set(f"tg:sid:{send(twilio_url, 'The answer to another text')}", "tg:turn:x part:0")
    found = await recover(store, twilio_url)
    assert (found["recovered"], found["answered_before"]) == (1, 0)
    assert len(await waiting(store)) == 1


async def test_twilios_own_words_are_no_answer(store: Store, twilio_url: str) -> None:
    """I17: what Twilio or a webhook said by itself, to HELP for example, answers no other text."""
    await set_up_customer(store)
    answer_keywords(twilio_url)
    text(twilio_url, "Lost")
    text(twilio_url, "HELP")
    found = await recover(store, twilio_url)
    assert (found["recovered"], found["answered_before"]) == (2, 0)
    assert len(await waiting(store)) == 1


@pytest.mark.parametrize(("words", "state"), [(("START", "STOP"), "out"), (("STOP", "START"), "in")])
async def test_the_last_word_counts(store: Store, twilio_url: str, words: tuple[str, ...], state: str) -> None:
    """I25, I55: of a STOP and a START that are both found late the later one counts."""
    await set_up_customer(store)
    for word in words:
        text(twilio_url, word)
    await recover(store, twilio_url)
    assert await store.connection.read_field(f"tg:consent:{NUMBER}:{TEXTER_HASH}", "state") == state


def wait_for_the_next_second() -> None:
    """Wait: the dates of Twilio's list have whole seconds."""
    second = int(time.time())
    while int(time.time()) == second:
        time.sleep(0.02)


async def test_an_old_start_undoes_no_later_stop(store: Store, twilio_url: str) -> None:
    """I19, I25: a START found late restores nothing where the texter has said STOP after it."""
    await set_up_customer(store)
    text(twilio_url, "START")
    wait_for_the_next_second()
    stop = InboundMessage.from_form(inbound_form("STOP"), now=datetime.now(UTC))
    await receive_text(stop, store=store, voice=VOICE, pepper=PEPPER, now=stop.received_at)
    await recover(store, twilio_url)
    assert await store.connection.read_field(f"tg:consent:{NUMBER}:{TEXTER_HASH}", "state") == "out"


async def test_wrong_token(store: Store, twilio_url: str) -> None:
    """What Twilio refuses is told apart from a Twilio that is not there."""
    await set_up_customer(store)
    with pytest.raises(CarrierRefused):
        await recover(store, twilio_url, token="another-token")
    with pytest.raises(CarrierBusy):
        await recover(store, "http://127.0.0.1:1")


def _open_account(url: str) -> None:
    account = {"account_sid": _OWN_SID, "auth_token": "own", "numbers": [_OWN]}
    httpx.post(f"{url}/control/accounts", json=account).raise_for_status()


async def _bring(store: Store, url: str) -> None:
    customer = await set_up_customer(store)
    _open_account(url)
    login = TwilioLogin(account_id=customer.account.id, number=_OWN, account_sid=_OWN_SID, sealed="sealed")
    new = replace(customer.number, number=_OWN)
    await store.numbers.bring(new, customer.agent.id, login, now=NOW)
    text(url, "To the operator's")
    text(url, "To their own", number=_OWN)


@pytest.mark.parametrize(("own_token", "seen"), [("own", 2), ("refused", 1), (None, 1)])
async def test_an_accounts_own_number(store: Store, twilio_url: str, own_token: str | None, seen: int) -> None:
    """I17: a number that was brought is asked of its own account; where that can't be, the others are not held up."""
    await _bring(store, twilio_url)
    counted = await recover(store, twilio_url, own_token=own_token)
    assert (counted["recovered"], counted["numbers_skipped"]) == (seen, 2 - seen)
