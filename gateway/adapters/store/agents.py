"""Agents in Redis."""

import json
from dataclasses import asdict
from itertools import chain

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.credentials import credential_fields
from gateway.adapters.store.records import Fields, only_set, pairs, read_page
from gateway.adapters.store.sms import CHANNELS
from gateway.adapters.store.spending import own_caps, own_fields
from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.credential import Credential, Provider
from gateway.domain.errors import Conflict, InvalidRequest, NotFound
from gateway.domain.ids import AccountId, AgentId, CredentialId, KeyId, is_id
from gateway.domain.llm import Llm, LlmMode, Tier
from gateway.domain.texting import Texting
from gateway.domain.trace import format_time, parse_time


class Agents:
    """What answers texts."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._revise = script(redis, "revise_agent")
        self._delete = script(redis, "channels", "delete_agent")

    async def save(self, agent: Agent, credential: Credential | None = None) -> None:
        """Keep a new agent, and the credential of its own that it names, if it does."""
        async with self._redis.pipeline() as pipe:
            pipe.hset(keys.agent(agent.id), mapping=_fields(agent))
            pipe.zadd(keys.AGENTS, {agent.id: 0})
            pipe.zadd(keys.agents_of(agent.account_id), {agent.id: 0})
            if credential:
                pipe.hset(keys.credential(credential.id), mapping=credential_fields(credential))
            await pipe.execute()

    async def revise(self, agent: Agent, credential: Credential | None = None, *, before: Agent) -> Agent:
        """Keep what an agent has that `before` had not, and return it as it is now.

        Its new own credential is kept, too, and the one that it doesn't name any more is erased. NotFound when it was
        deleted meanwhile, Conflict when its own credential is not that of `before` any more.
        """
        changed, dropped, texting = _changes(before, agent)
        fields = list(chain.from_iterable(changed.items()))
        sealed = chain.from_iterable(credential_fields(credential).items()) if credential else ()
        places = [keys.credential(""), before.llm.credential_id or ""]
        args = [*places, json.dumps(texting), len(dropped), *dropped, len(fields), *fields, *sealed]
        outcome, *found = await self._revise(keys=[keys.agent(agent.id)], args=args)
        if outcome == "changed":
            raise Conflict("agent_changed", f"The key of the agent {agent.id} was changed meanwhile. Try again.")
        revised = agent_of(pairs(found[0])) if found else None
        if revised is None:
            raise NotFound(f"There is no agent {agent.id}.")
        return revised

    async def delete(self, agent: Agent) -> None:
        """Delete an agent; the numbers that it answered on stay, without an agent."""
        await self._delete(
            keys=[keys.agent(agent.id), keys.AGENTS, keys.agents_of(agent.account_id), keys.numbers_of(agent.id)],
            args=[agent.id, keys.NUMBER_PREFIX, json.dumps(CHANNELS), keys.credential("")],
        )

    async def find(self, agent_id: str) -> Agent | None:
        """Find an agent."""
        return agent_of(await self._redis.read_hash(keys.agent(agent_id)))

    async def read(self, agent_id: str) -> Agent:
        """Read an agent; NotFound where there is none."""
        agent = await self.find(agent_id)
        if agent is None:
            raise NotFound(f"There is no agent {agent_id}.")
        return agent

    async def read_all(
        self, account_id: AccountId | None, *, limit: int, cursor: str | None
    ) -> tuple[list[Agent], str | None]:
        """Read a page of an account's agents, or of everybody's, oldest first, and where the next begins."""
        if cursor and not is_id(cursor, "agt"):
            raise InvalidRequest(
                "invalid_cursor", "Give the next_cursor that the last page ended with.", field="cursor"
            )
        index = keys.agents_of(account_id) if account_id else keys.AGENTS
        page = await read_page(self._redis, index, limit=limit, cursor=cursor)
        async with self._redis.pipeline() as pipe:
            for agent_id in page.ids:
                pipe.hgetall(keys.agent(agent_id))
            found = await pipe.execute()
        return [agent for fields in found if (agent := agent_of(fields))], page.next_cursor


def _changes(before: Agent, agent: Agent) -> tuple[Fields, list[str], dict[str, object]]:
    """Tell the fields that have another value now, those that have none any more, and what changed of its texting."""
    had, has = _fields(before), _fields(agent)
    changed = {name: value for name, value in has.items() if name != "texting" and had.get(name) != value}
    texted = asdict(before.texting)
    texting = {name: value for name, value in asdict(agent.texting).items() if value != texted[name]}
    return {**changed, "updated_at": has["updated_at"]}, sorted(had.keys() - has.keys()), texting


def _fields(agent: Agent) -> Fields:
    return only_set(
        {
            "id": agent.id,
            "account_id": agent.account_id,
            "key_id": agent.key_id,
            "status": agent.status.value,
            "system_prompt": agent.system_prompt,
            "customer_ref": agent.customer_ref,
            "metadata": json.dumps(agent.metadata),
            **_llm_fields(agent.llm),
            "texting": json.dumps(asdict(agent.texting)),
            **own_fields(agent.spend),
            "created_at": format_time(agent.created_at),
            "updated_at": format_time(agent.updated_at),
        }
    )


def _llm_fields(llm: Llm) -> dict[str, str | None]:
    return {
        "llm_mode": llm.mode.value,
        "llm_tier": llm.tier.value if llm.tier else None,
        "llm_model": llm.model,
        "llm_provider": llm.provider.value if llm.provider else None,
        "llm_base_url": llm.base_url,
        "llm_label": llm.label,
        "llm_fingerprint": llm.fingerprint,
        "credential_id": llm.credential_id,
    }


def _llm_of(fields: Fields) -> Llm:
    tier, provider, credential_id = (fields.get(name) for name in ("llm_tier", "llm_provider", "credential_id"))
    return Llm(
        mode=LlmMode(fields["llm_mode"]),
        tier=Tier(tier) if tier else None,
        model=fields.get("llm_model"),
        provider=Provider(provider) if provider else None,
        base_url=fields.get("llm_base_url"),
        label=fields.get("llm_label"),
        credential_id=CredentialId(credential_id) if credential_id else None,
        fingerprint=fields.get("llm_fingerprint"),
    )


def _texting_of(stored: str) -> Texting:
    """Make an agent's texting of its field; null, as older gateways wrote for no ceiling, is what everybody has."""
    return Texting(**{name: value for name, value in json.loads(stored).items() if value is not None})


def agent_of(fields: Fields) -> Agent | None:
    """Make an agent of its fields; None where there are none."""
    if not fields:
        return None
    return Agent(
        id=AgentId(fields["id"]),
        account_id=AccountId(fields["account_id"]),
        key_id=KeyId(fields["key_id"]),
        status=AgentStatus(fields["status"]),
        system_prompt=fields["system_prompt"],
        customer_ref=fields.get("customer_ref"),
        metadata=json.loads(fields["metadata"]),
        llm=_llm_of(fields),
        texting=_texting_of(fields.get("texting", "{}")),
        spend=own_caps(fields),
        created_at=parse_time(fields["created_at"]),
        updated_at=parse_time(fields["updated_at"]),
    )
