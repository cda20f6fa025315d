"""Accounts and API keys in Redis."""

from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields, only_set, read_page
from gateway.adapters.store.spending import own_caps, own_fields
from gateway.domain.account import Account, ApiKey, Plan
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.ids import AccountId, CredentialId, KeyId
from gateway.domain.trace import format_time, parse_time


class Accounts:
    """Who owns agents, numbers and keys."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._replace = script(redis, "replace_key")

    async def save(self, account: Account) -> None:
        """Keep an account, new or changed."""
        fields = only_set(
            {
                "id": account.id,
                "name": account.name,
                "brand": account.brand,
                "help_contact": account.help_contact,
                **own_fields(account.spend),
                "created_at": format_time(account.created_at),
                "closed_at": format_time(account.closed_at) if account.closed_at else None,
            }
        )
        async with self._redis.pipeline() as pipe:
            pipe.delete(keys.account(account.id))
            pipe.hset(keys.account(account.id), mapping=fields)
            pipe.zadd(keys.ACCOUNTS, {account.id: 0})
            await pipe.execute()

    async def read(self, account_id: str) -> Account:
        """Read an account; NotFound where there is none."""
        fields = await self._redis.read_hash(keys.account(account_id))
        if not fields:
            raise NotFound(f"There is no account {account_id}. See: textgate accounts list")
        closed_at = fields.get("closed_at")
        return Account(
            id=AccountId(fields["id"]),
            name=fields["name"],
            brand=fields.get("brand"),
            help_contact=fields.get("help_contact"),
            spend=own_caps(fields),
            created_at=parse_time(fields["created_at"]),
            closed_at=parse_time(closed_at) if closed_at else None,
        )

    async def save_key(self, key: ApiKey, digest: str) -> None:
        """Keep an API key, to be found by the hash of the key itself."""
        async with self._redis.pipeline() as pipe:
            pipe.hset(keys.api_key(key.id), mapping={**_key_fields(key), "digest": digest})
            pipe.set(keys.api_key_hash(digest), key.id)
            pipe.zadd(keys.API_KEYS, {key.id: 0})
            pipe.zadd(keys.api_keys_of(key.account_id), {key.id: 0})
            await pipe.execute()

    async def rotate_key(self, key_id: KeyId, digest: str, *, last4: str) -> None:
        """Have a key be shown by another secret from now on; Conflict when it was revoked."""
        await self._replace_secret(key_id, digest, "last4", last4)

    async def revoke_key(self, key_id: KeyId, *, at: datetime) -> None:
        """Have a key be shown by no secret any more; Conflict when it was revoked before."""
        await self._replace_secret(key_id, "", "revoked_at", format_time(at))

    async def _replace_secret(self, key_id: KeyId, digest: str, *changes: str) -> None:
        args = [keys.api_key_hash(""), digest, *changes]
        if not await self._replace(keys=[keys.api_key(key_id)], args=args):
            raise Conflict("key_revoked", f"The API key {key_id} is revoked. Issue another: textgate keys issue ACCT")

    async def read_keys(
        self, account_id: str | None, *, limit: int, cursor: str | None
    ) -> tuple[list[ApiKey], str | None]:
        """Read a page of an account's keys, or of everybody's, oldest first, and where the next begins."""
        index = keys.api_keys_of(account_id) if account_id else keys.API_KEYS
        page = await read_page(self._redis, index, limit=limit, cursor=cursor)
        return [await self.read_key(key_id) for key_id in page.ids], page.next_cursor

    async def read_all(self, *, limit: int, cursor: str | None) -> tuple[list[Account], str | None]:
        """Read a page of all accounts, oldest first, and where the next begins."""
        page = await read_page(self._redis, keys.ACCOUNTS, limit=limit, cursor=cursor)
        return [await self.read(account_id) for account_id in page.ids], page.next_cursor

    async def find_key(self, digest: str) -> ApiKey | None:
        """Find the API key with that hash."""
        key_id = await self._redis.get(keys.api_key_hash(digest))
        return await self.read_key(key_id) if key_id else None

    async def read_key(self, key_id: str) -> ApiKey:
        """Read an API key by its id; NotFound where there is none."""
        fields = await self._redis.read_hash(keys.api_key(key_id))
        if not fields:
            raise NotFound(f"There is no API key {key_id}.")
        return _key_of(fields)


def _key_fields(key: ApiKey) -> Fields:
    return only_set(
        {
            "id": key.id,
            "account_id": key.account_id,
            "plan": key.plan.value,
            "label": key.label,
            "last4": key.last4,
            "credential_id": key.credential_id,
            "created_at": format_time(key.created_at),
            "revoked_at": format_time(key.revoked_at) if key.revoked_at else None,
        }
    )


def _key_of(fields: Fields) -> ApiKey:
    credential_id = fields.get("credential_id")
    revoked_at = fields.get("revoked_at")
    return ApiKey(
        id=KeyId(fields["id"]),
        account_id=AccountId(fields["account_id"]),
        plan=Plan(fields["plan"]),
        label=fields["label"],
        last4=fields["last4"],
        credential_id=CredentialId(credential_id) if credential_id else None,
        created_at=parse_time(fields["created_at"]),
        revoked_at=parse_time(revoked_at) if revoked_at else None,
    )
