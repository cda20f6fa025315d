"""Accounts and API keys in Redis."""

from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.adapters.store.records import Fields, only_set
from gateway.domain.account import Account, ApiKey, Plan
from gateway.domain.errors import NotFound
from gateway.domain.ids import AccountId, CredentialId, KeyId
from gateway.domain.trace import format_time, parse_time


class Accounts:
    """Who owns agents, numbers and keys."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis

    async def save(self, account: Account) -> None:
        """Keep an account, new or changed."""
        fields = only_set(
            {
                "id": account.id,
                "name": account.name,
                "brand": account.brand,
                "help_contact": account.help_contact,
                "created_at": format_time(account.created_at),
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
            raise NotFound(f"There is no account {account_id}.")
        return Account(
            id=AccountId(fields["id"]),
            name=fields["name"],
            brand=fields.get("brand"),
            help_contact=fields.get("help_contact"),
            created_at=parse_time(fields["created_at"]),
        )

    async def save_key(self, key: ApiKey, digest: str) -> None:
        """Keep an API key, to be found by the hash of the key itself."""
        async with self._redis.pipeline() as pipe:
            pipe.hset(keys.api_key(key.id), mapping=_key_fields(key))
            pipe.set(keys.api_key_hash(digest), key.id)
            await pipe.execute()

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
        }
    )


def _key_of(fields: Fields) -> ApiKey:
    credential_id = fields.get("credential_id")
    created_at: datetime = parse_time(fields["created_at"])
    return ApiKey(
        id=KeyId(fields["id"]),
        account_id=AccountId(fields["account_id"]),
        plan=Plan(fields["plan"]),
        label=fields["label"],
        last4=fields["last4"],
        credential_id=CredentialId(credential_id) if credential_id else None,
        created_at=created_at,
    )
