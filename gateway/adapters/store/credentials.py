"""Credentials in Redis: sealed, each the BYOK record of one API key, or one agent's own."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields, only_set, pairs
from gateway.domain.agent import Agent
from gateway.domain.credential import UNKNOWN_KEY, Credential, Health, Provider
from gateway.domain.ids import AccountId, AgentId, CredentialId, KeyId, TurnId
from gateway.domain.trace import format_time, parse_time

_PROPOSED_SECONDS = 120
"""Longer than anybody waits for a worker's word on it."""


class Credentials:
    """What accounts show to their model providers."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._find = script(redis, "find_credential")
        self._note_health = script(redis, "note_health")
        self._claim_retry = script(redis, "claim_retry")
        self._propose = script(redis, "propose_credential")
        self._keep = script(redis, "keep_credential")
        self._replace = script(redis, "replace_credential")

    async def set(self, key_id: KeyId, credential: Credential) -> None:
        """Make `credential` the BYOK record of an API key; the one before is erased."""
        fields = chain.from_iterable(credential_fields(credential).items())
        await self._replace(keys=[keys.api_key(key_id)], args=[keys.credential(""), *fields])

    async def propose(self, key_id: KeyId, credential: Credential) -> int:
        """Put a record beside the one in force for two minutes; gives its place in the order of such wishes."""
        fields = chain.from_iterable(credential_fields(credential).items())
        return int(
            await self._propose(
                keys=[keys.api_key(key_id), keys.credential(credential.id)], args=[_PROPOSED_SECONDS, *fields]
            )
        )

    async def keep(self, key_id: KeyId, credential_id: CredentialId, order: int) -> Credential | None:
        """Put a proposed record in force, and return it as it is now; None when it has been forgotten.

        One that was overtaken by a later wish of the same key is returned, too, and erased.
        """
        fields = pairs(await self._keep(keys=[keys.api_key(key_id)], args=[keys.credential(""), credential_id, order]))
        return _credential_of(fields) if fields else None

    async def find_record(self, credential_id: CredentialId) -> Credential | None:
        """Find a record by its own id, in force or proposed."""
        fields = await self._redis.read_hash(keys.credential(credential_id))
        return _credential_of(fields) if fields else None

    async def find(self, key_id: KeyId) -> Credential | None:
        """Find the BYOK record of an API key."""
        fields = pairs(await self._find(keys=[keys.api_key(key_id)], args=[keys.credential("")]))
        return _credential_of(fields) if fields else None

    async def find_own(self, agent_id: AgentId) -> Credential | None:
        """Find the credential of an agent's own; None where it has none, or where it was erased."""
        fields = pairs(await self._find(keys=[keys.agent(agent_id)], args=[keys.credential("")]))
        return _credential_of(fields) if fields else None

    async def find_every_own(self, agents: Sequence[Agent]) -> dict[AgentId, Credential]:
        """Find the credentials of agents' own, as far as they have one, in one round trip."""
        owners = [(agent.id, agent.llm.credential_id) for agent in agents if agent.llm.credential_id]
        async with self._redis.pipeline(transaction=False) as pipe:
            for _, credential_id in owners:
                pipe.hgetall(keys.credential(credential_id))
            found = await pipe.execute()
        return {owner: _credential_of(fields) for (owner, _), fields in zip(owners, found, strict=True) if fields}

    async def erase(self, credential_id: CredentialId) -> None:
        """Erase a record that is no API key's: a proposed one, or an agent's own, which the agent goes on naming."""
        await self._redis.delete(keys.credential(credential_id))

    async def note_health(
        self, credential_id: CredentialId, health: Health, *, at: datetime | None, reason: str | None = None
    ) -> None:
        """Note what a provider thinks of a key; nothing, when the record has been replaced meanwhile.

        `unverified` says that nothing was learnt, and overwrites neither `ok` nor `rejected`.
        """
        if health is Health.REJECTED:
            reason = reason or UNKNOWN_KEY
        await self._note_health(
            keys=[keys.credential(credential_id)],
            args=[health.value, reason or "", format_time(at) if at else ""],
        )

    async def may_try(self, credential: Credential, now: datetime, *, by: TurnId) -> bool:
        """Tell whether a turn may try a key that has rested: of a rejected one, one turn alone, however many come."""
        if credential.health is not Health.REJECTED:
            return True
        before = format_time(credential.retried_at) if credential.retried_at else ""
        return bool(await self._claim_retry(keys=[keys.credential(credential.id)], args=[before, format_time(now), by]))

    async def clear(self, key_id: KeyId) -> None:
        """Erase the BYOK record of an API key, if it has one."""
        await self._replace(keys=[keys.api_key(key_id)], args=[keys.credential("")])


def credential_fields(credential: Credential) -> Fields:
    """Make the fields of a credential."""
    return only_set(
        {
            "id": credential.id,
            "account_id": credential.account_id,
            "provider": credential.provider.value,
            "base_url": credential.base_url,
            "origin": credential.origin,
            "model": credential.model,
            "label": credential.label,
            "fingerprint": credential.fingerprint,
            "sealed": credential.sealed,
            "health": credential.health.value,
            "updated_at": format_time(credential.updated_at),
            "checked_at": format_time(credential.checked_at) if credential.checked_at else None,
            "retried_at": format_time(credential.retried_at) if credential.retried_at else None,
            "retried_by": credential.retried_by,
            "health_reason": credential.health_reason,
        }
    )


def _credential_of(fields: Fields) -> Credential:
    checked_at, retried_at, health = fields.get("checked_at"), fields.get("retried_at"), Health(fields["health"])
    # a record that was rejected before reasons were kept
    reason = UNKNOWN_KEY if health is Health.REJECTED else None
    return Credential(
        id=CredentialId(fields["id"]),
        account_id=AccountId(fields["account_id"]),
        provider=Provider(fields["provider"]),
        base_url=fields.get("base_url"),
        origin=fields["origin"],
        model=fields.get("model"),
        label=fields.get("label"),
        fingerprint=fields["fingerprint"],
        sealed=fields["sealed"],
        health=health,
        updated_at=parse_time(fields["updated_at"]),
        checked_at=parse_time(checked_at) if checked_at else None,
        retried_at=parse_time(retried_at) if retried_at else None,
        retried_by=TurnId(fields["retried_by"]) if "retried_by" in fields else None,
        health_reason=fields.get("health_reason", reason),
    )
