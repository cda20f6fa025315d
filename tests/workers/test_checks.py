"""Checks: a worker opens what was sealed elsewhere, tries it, and says so to whoever asked and on the record."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from gateway.adapters.key_ring import Opener, Sealer, new_pair
from gateway.adapters.store import keys, open_store
from gateway.adapters.store.checks import read_verdict
from gateway.adapters.store.replies import ReplyListener
from gateway.dev.valkey import find_free_port
from gateway.domain.check import Check, Verdict
from gateway.domain.credential import Credential, Health, Provider
from gateway.domain.ids import CheckId
from gateway.domain.model_errors import (
    ModelBusy,
    ModelFailed,
    ModelOverQuota,
    ModelRefused,
    ModelRejectedKey,
)
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from gateway.flows import checks
from gateway.flows.credentials import ByokSettings, seal_credential
from tests.examples import NOW, SEAL_KEYS
from tests.setting_up import MODEL_KEY, MODEL_PLACE
from tests.workers.desk import Desk
from workers import jobs
from workers.jobs import Checks, check, check_credential
from workers.lanes import lane_of

CHECK = CheckId("chk_" + "5" * 32)


async def record(desk: Desk) -> Credential:
    """Read the customer's BYOK record."""
    found = await desk.store.credentials.find(desk.customer.key.id)
    assert found is not None
    return found


async def request(desk: Desk, *, channel: str = "tg:replies:test") -> None:
    """Ask for a check of the customer's record."""
    credential_id = (await record(desk)).id
    await desk.store.checks.request(Check(id=CHECK, credential_id=credential_id, channel=channel))


async def made(desk: Desk) -> Verdict:
    """Have a check made, and return what whoever asked is told."""
    await request(desk)
    await check(CHECK, desk.tools)
    answer = await desk.store.connection.get(keys.reply(CHECK))
    assert answer, "nobody was told"
    return read_verdict(json.loads(answer))


async def test_ok(desk: Desk) -> None:
    """Contract 5: a key that its provider takes is `ok`, with the moment, after one try with the account's own key."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert await made(desk) == Verdict(health=Health.OK)
    shown = await record(desk)
    assert (shown.health, shown.health_reason) == (Health.OK, None)
    assert shown.checked_at
    assert shown.checked_at > before
    ((route, key),) = desk.model.tried
    assert (route.model, route.base_url, key) == ("test-model", f"http://{MODEL_PLACE}/v1", MODEL_KEY)


@pytest.mark.parametrize(
    ("failure", "health", "word"),
    [
        (ModelRejectedKey(status=401), Health.REJECTED, "401"),
        (ModelRefused(status=403), Health.UNVERIFIED, "403"),
        (ModelOverQuota(status=429), Health.UNVERIFIED, "quota"),
        (ModelBusy(status=503), Health.UNVERIFIED, "503"),
        (ModelBusy(), Health.UNVERIFIED, "reached"),
    ],
)
async def test_other_ends(desk: Desk, failure: ModelFailed, health: Health, word: str) -> None:
    """I42: a 401 rejects a key and nothing else does; the reason is kept, and the moment if the provider answered."""
    desk.model.trials.append(failure)
    verdict = await made(desk)
    assert (verdict.health, verdict.failure) == (health, failure.code)
    shown = (await record(desk)).describe()
    assert (shown["health"], word in str(shown["health_reason"])) == (health, True)
    assert ("checked_at" in shown) == (failure.status is not None)


@pytest.mark.parametrize("known", [Health.OK, Health.REJECTED])
async def test_nothing_learnt(desk: Desk, known: Health) -> None:
    """A provider that can't be reached, or a spent quota, takes nothing back of what is known of a key."""
    await desk.store.credentials.note_health((await record(desk)).id, known, at=NOW)
    before = await record(desk)
    for failure in (ModelBusy(), ModelOverQuota(status=402), ModelRefused(status=403)):
        desk.model.trials.append(failure)
        await made(desk)
    assert await record(desk) == before


async def test_way_back(desk: Desk) -> None:
    """Contract 5: a rejected record that rests is tried by a check all the same, and success mends it."""
    await desk.store.credentials.note_health((await record(desk)).id, Health.REJECTED, at=datetime.now(UTC))
    await made(desk)
    assert "health_reason" not in (await record(desk)).describe()
    await desk.text("Hi")
    await desk.work()
    assert len(desk.model.asked) == 1


async def test_another_ring(desk: Desk) -> None:
    """I62: what the worker's ring does not open is tried with no other key; the record is not to blame for it."""
    before = await record(desk)
    _, private = new_pair()
    desk.tools = replace(desk.tools, opener=Opener(Secret(format_entry(private))))
    verdict = await made(desk)
    assert (verdict.opened, verdict.failure) == (False, "byok_not_available")
    assert (desk.model.tried, await record(desk)) == ([], before)


@pytest.mark.parametrize("size", [1, 50, 120, 200, 600])
async def test_sizes(desk: Desk, size: int) -> None:
    """Contract 5: secrets of every size are sealed, opened and tried as they were given."""
    secret = Secret("k" * size)
    wishes = ByokSettings(provider=Provider.OPENAI, base_url=None, model=None, label=None)
    sealed = await seal_credential(
        desk.customer.key, secret, wishes, sealer=Sealer(SEAL_KEYS), allowed_private=(), now=NOW
    )
    await desk.store.credentials.set(desk.customer.key.id, sealed)
    assert (await made(desk)).health is Health.OK
    ((route, key),) = desk.model.tried
    assert (route.model, key) == ("", secret.reveal())


async def test_at_most_once(desk: Desk) -> None:
    """A check that comes twice is made once, and one that was forgotten is not made at all."""
    await made(desk)
    await check(CHECK, desk.tools)
    await request(desk)
    await desk.store.connection.delete(keys.check(CHECK))
    await check(CHECK, desk.tools)
    assert len(desk.model.tried) == 1


async def test_cleared_meanwhile(desk: Desk) -> None:
    """A record that is cleared while it is tried does not come back as a torso."""
    before = await record(desk)
    desk.model.interlude = lambda: desk.store.credentials.clear(desk.customer.key.id)
    await made(desk)
    assert await desk.store.connection.exists(keys.credential(before.id)) == 0


async def test_ids_alone(desk: Desk) -> None:
    """I65: the job and the check hold ids, and are forgotten by themselves."""
    await request(desk)
    job = json.loads(await desk.store.connection.get(f"arq:job:check:{CHECK}") or "{}")
    assert (job["f"], job["a"], job["k"]) == ("check_credential", [CHECK], {})
    assert set(await desk.store.connection.read_hash(keys.check(CHECK))) == {"id", "credential_id", "channel"}
    assert 0 < await desk.store.connection.ttl(keys.check(CHECK)) <= 60
    await check(CHECK, desk.tools)
    assert 0 < await desk.store.connection.ttl(keys.reply(CHECK)) <= 60


@pytest.mark.parametrize("junk", ["", "chk_", "chk_" + "g" * 32, "conv_" + "0" * 32, 7, None, ["chk"]])
async def test_junk(desk: Desk, junk: object) -> None:
    """I65: a job that names no check is refused before anything is asked of Redis."""
    checks = Checks(desk.tools)
    with capture_logs() as logs:
        await check_credential({"checks": checks}, junk)  # type: ignore[arg-type]
        await checks.drain(5)
    assert [line["event"] for line in logs] == ["job.refused"]


async def test_trouble(desk: Desk) -> None:
    """I38: neither an absent Redis nor a surprise in a check ends anything but the check."""
    await request(desk)
    desk.model.trials.append(ZeroDivisionError("canary"))
    gone = open_store(Secret(f"redis://127.0.0.1:{find_free_port()}/0"))
    with capture_logs() as logs:
        await check(CHECK, desk.tools)
        await check(CHECK, replace(desk.tools, store=gone))
    await gone.close()
    assert [line["event"] for line in logs] == ["check.failed", "check.interrupted"]


@pytest.fixture
async def replies(desk: Desk) -> AsyncIterator[ReplyListener]:
    """Somebody who listens."""
    listener = ReplyListener(desk.store.connection)
    await listener.start()
    yield listener
    await listener.stop()


async def test_heard(desk: Desk, replies: ReplyListener) -> None:
    """Whoever asked hears of it on the channel of its replies; a worker that stops lets the check end."""
    checks = Checks(desk.tools)
    async with replies.expect(CHECK) as reply:
        await request(desk, channel=replies.channel)
        await check_credential({"checks": checks}, CHECK)
        answer = await reply(5)
    assert answer
    assert read_verdict(answer).health is Health.OK
    await checks.drain(5)


async def test_beside_turns(desk: Desk) -> None:
    """A check that hangs keeps no turn waiting, and is given up when the worker stops."""
    checks, called = Checks(desk.tools), asyncio.Event()

    async def hang() -> None:
        called.set()
        await asyncio.Event().wait()

    desk.model.interlude = hang
    await request(desk)
    await check_credential({"checks": checks}, CHECK)
    await called.wait()
    _, elsewhere = await desk.ask("Hi")
    await desk.work(elsewhere)
    assert desk.model.last_words == ["Hi"]
    await checks.drain(0)
    assert await desk.store.connection.get(keys.reply(CHECK)) is None


async def test_a_record_moved_by_hand(desk: Desk) -> None:
    """I59: a base URL that was changed in the store alone leads the key nowhere, not even to be tried."""
    name = keys.credential((await record(desk)).id)
    await desk.store.connection.execute_command("HSET", name, "base_url", "https://elsewhere.example/v1")
    assert (await made(desk)).failure == "byok_not_available"
    assert desk.model.tried == []


async def test_so_many_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker makes a few checks at once; the next one is made when one has ended."""
    monkeypatch.setattr(jobs, "_MOST_CHECKS", 1)
    checks, called, gate = Checks(desk.tools), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        called.set()
        await gate.wait()

    desk.model.interlude = wait
    await request(desk)
    await check_credential({"checks": checks}, CHECK)
    await called.wait()
    await request(desk)
    await check_credential({"checks": checks}, CHECK)
    for _ in range(20):
        await desk.store.ping()
    assert (len(desk.model.tried), await desk.store.connection.exists(keys.check(CHECK))) == (1, 1)
    gate.set()
    await checks.drain(5)
    assert len(desk.model.tried) == 2


async def test_in_its_accounts_lane(desk: Desk) -> None:
    """A check computes in its account's lane: a turn of that account that is at it is waited for."""
    checks = Checks(desk.tools)
    await request(desk)
    async with lane_of(desk.customer.account.id):
        await check_credential({"checks": checks}, CHECK)
        while await desk.store.connection.exists(keys.check(CHECK)):
            await desk.store.ping()
        for _ in range(5):
            await desk.store.ping()
        assert desk.model.tried == []
    await checks.drain(5)
    assert len(desk.model.tried) == 1


async def test_deadline(desk: Desk) -> None:
    """Contract 5: a provider gets less time than whoever asked waits, so that they hear of its silence."""
    await made(desk)
    (seconds,) = desk.model.patience
    assert 5 <= seconds < checks._WAIT_SECONDS <= 10
