"""Agents in Redis."""

import json
from dataclasses import asdict
from itertools import chain

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields, only_set, read_page
from gateway.adapters.store.sms import CHANNELS
from gateway.domain.agent import Agent, AgentStatus, LlmMode
from gateway.domain.errors import NotFound
from gateway.domain.ids import AccountId, AgentId, KeyId
from gateway.domain.texting import Texting
from gateway.domain.trace import format_time, parse_time


class Agents:
    """What answers texts."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._replace = script(redis, "replace_existing")
        self._delete = script(redis, "channels", "delete_agent")

    async def save(self, agent: Agent) -> None:
        """Keep an agent."""
        async with self._redis.pipeline() as pipe:
            pipe.hset(keys.agent(agent.id), mapping=_fields(agent))
            pipe.zadd(keys.AGENTS, {agent.id: 0})
            pipe.zadd(keys.agents_of(agent.account_id), {agent.id: 0})
            await pipe.execute()

    async def replace(self, agent: Agent) -> None:
        """Keep an agent that has changed; NotFound when it was deleted meanwhile."""
        if not await self._replace(keys=[keys.agent(agent.id)], args=list(chain.from_iterable(_fields(agent).items()))):
            raise NotFound(f"There is no agent {agent.id}.")

    async def delete(self, agent: Agent) -> None:
        """Delete an agent; the numbers that it answered on stay, without an agent."""
        await self._delete(
            keys=[keys.agent(agent.id), keys.AGENTS, keys.agents_of(agent.account_id), keys.numbers_of(agent.id)],
            args=[agent.id, keys.NUMBER_PREFIX, json.dumps(CHANNELS)],
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
        index = keys.agents_of(account_id) if account_id else keys.AGENTS
        page = await read_page(self._redis, index, limit=limit, cursor=cursor)
        async with self._redis.pipeline() as pipe:
            for agent_id in page.ids:
                pipe.hgetall(keys.agent(agent_id))
            found = await pipe.execute()
        return [agent for fields in found if (agent := agent_of(fields))], page.next_cursor


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
            "llm_mode": agent.llm_mode.value,
            "llm_model": agent.llm_model,
            "texting": json.dumps(asdict(agent.texting)),
            "created_at": format_time(agent.created_at),
            "updated_at": format_time(agent.updated_at),
        }
    )


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
        llm_mode=LlmMode(fields["llm_mode"]),
        llm_model=fields.get("llm_model"),
        texting=Texting(**json.loads(fields.get("texting", "{}"))),
        created_at=parse_time(fields["created_at"]),
        updated_at=parse_time(fields["updated_at"]),
    )
