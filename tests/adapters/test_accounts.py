"""Accounts, API keys and BYOK records on a real Redis."""

import asyncio
from dataclasses import replace

import pytest

from gateway.adapters.key_ring import Sealer
from gateway.adapters.mint import mint
from gateway.adapters.store import Store, open_store
from gateway.domain.account import Plan, hash_api_key
from gateway.domain.credential import Credential, Health, Provider
from gateway.domain.errors import InvalidRequest, NotFound, Unauthenticated
from gateway.domain.ids import CredentialId
from gateway.domain.secret import Secret
from gateway.flows.accounts import authenticate, create_account, issue_key
from tests.examples import NOW, SEAL_KEYS
from tests.setting_up import Customer, set_up_customer


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody whose BYOK record may be replaced."""
    return await set_up_customer(store)


def _credential(customer: Customer, label: str | None = None, model: str | None = None) -> Credential:
    blank = Credential(
        id=CredentialId(mint("cred")),
        account_id=customer.account.id,
        provider=Provider.OPENAI,
        base_url=None,
        origin="https://api.openai.com:443",
        model=model,
        label=label,
        fingerprint="0" * 12,
        sealed="",
        health=Health.UNVERIFIED,
        updated_at=NOW,
    )
    return replace(blank, sealed=Sealer(SEAL_KEYS).seal(Secret("sk-new"), blank.place))


async def _records(store: Store) -> list[str]:
    return sorted(await store.connection.keys("tg:credential:*"))


async def test_an_account_reads_back(store: Store) -> None:
    """What is kept of an account is what was made, and one that never was is NotFound."""
    account = await create_account("  Corner Cafe \u00e9 ", store=store, now=NOW)
    assert account.name == "Corner Cafe \u00e9"
    assert await store.accounts.read(account.id) == account
    for name in ("acct_x", "", "*"):
        with pytest.raises(NotFound):
            await store.accounts.read(name)


@pytest.mark.parametrize("name", ["", " ", "a" * 121, "a\nb", "a\0b", "\x1b[31m"])
async def test_a_name_that_is_none_is_refused(store: Store, name: str) -> None:
    """A name that a terminal or a table could not show is refused."""
    with pytest.raises(InvalidRequest):
        await create_account(name, store=store, now=NOW)
    assert await store.connection.dbsize() == 0


@pytest.mark.parametrize("plan", Plan)
async def test_a_key_is_found_by_its_hash_only(store: Store, plan: Plan) -> None:
    """I58, I64: the key opens the door, and of the key itself Redis holds nothing but hash and last letters."""
    account = await create_account("Cafe", store=store, now=NOW)
    issued = await issue_key(account.id, label="l", plan=plan, store=store, now=NOW)
    shown = issued.secret.reveal()
    assert await authenticate(issued.secret, store=store) == issued.key == await store.accounts.read_key(issued.key.id)
    assert issued.key.last4 == shown[-4:]
    for name in await store.connection.keys("*"):
        if await store.connection.type(name) == "hash":
            assert shown not in str(await store.connection.read_hash(name))
        assert shown not in name


@pytest.mark.parametrize("shown", ["", "vck_", "vck_" + "A" * 43, "*", "x" * 10_000])
async def test_a_wrong_key_is_unauthenticated(store: Store, shown: str) -> None:
    """I64: whatever is wrong with a key, it is the same error with the same words."""
    await set_up_customer(store)
    with pytest.raises(Unauthenticated) as caught:
        await authenticate(Secret(shown), store=store)
    assert caught.value.message == Unauthenticated().message


async def test_a_key_of_nobody_is_not_issued(store: Store) -> None:
    """A key needs an account."""
    with pytest.raises(NotFound):
        await issue_key("acct_x", label="", plan=Plan.FREE, store=store, now=NOW)
    assert await store.connection.dbsize() == 0


def test_the_hash_is_sha256() -> None:
    """A key's hash is plain SHA-256 of 256 random bits: nothing to guess, nothing to salt."""
    assert hash_api_key(Secret("abc")).startswith("ba7816bf8f01cfea")


async def test_a_new_record_leaves_nothing_of_the_old(store: Store, customer: Customer) -> None:
    """I58: replaced, the BYOK record before is erased, its optional fields included."""
    first = _credential(customer, label="old", model="m")
    await store.credentials.set(customer.key.id, first)
    second = _credential(customer)
    await store.credentials.set(customer.key.id, second)
    assert await store.credentials.find(customer.key.id) == second
    assert await _records(store) == [f"tg:credential:{second.id}"]


async def test_a_cleared_record_is_gone(store: Store, customer: Customer) -> None:
    """I62: after clear there is no record, no pointer to one, and clearing again does no harm."""
    for _ in range(2):
        await store.credentials.clear(customer.key.id)
        assert await store.credentials.find(customer.key.id) is None
        assert await _records(store) == []
    assert (await store.accounts.read_key(customer.key.id)).credential_id is None


async def test_records_set_at_once_leave_one(store: Store, customer: Customer) -> None:
    """I58: of twenty records set at the same moment one stays, and no orphan."""
    made = [_credential(customer) for _ in range(20)]
    await asyncio.gather(*(store.credentials.set(customer.key.id, credential) for credential in made))
    last = await store.credentials.find(customer.key.id)
    assert last in made
    assert await _records(store) == [f"tg:credential:{last.id}"]


async def test_a_record_is_never_missed_while_it_is_replaced(
    store: Store, redis_url: Secret, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I62: who looks for the record while a new one takes its place finds the old or the new one, never none."""
    other = open_store(redis_url)
    execute = store.connection.execute_command
    replacements = [_credential(customer)]

    async def interrupted(*args: object, **options: object) -> object:
        result = await execute(*args, **options)
        while replacements:
            await other.credentials.set(customer.key.id, replacements.pop())
        return result

    monkeypatch.setattr(store.connection, "execute_command", interrupted)
    found = await store.credentials.find(customer.key.id)
    await other.close()
    assert found
    assert not replacements


async def test_keys_have_records_of_their_own(store: Store, customer: Customer) -> None:
    """Contract 5: BYOK belongs to the API key that set it, not to the account."""
    issued = await issue_key(customer.account.id, label="", plan=Plan.FREE, store=store, now=NOW)
    assert await store.credentials.find(issued.key.id) is None
    await store.credentials.set(issued.key.id, _credential(customer))
    await store.credentials.clear(customer.key.id)
    assert await store.credentials.find(issued.key.id) is not None
