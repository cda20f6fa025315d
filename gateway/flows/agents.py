"""Agents: made by developers over the API, or by operators for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.domain.account import ApiKey
from gateway.domain.agent import Agent, AgentStatus, LlmMode
from gateway.domain.credential import check_model
from gateway.domain.errors import Conflict, CredentialMissing, NotFound
from gateway.domain.ids import AgentId
from gateway.domain.texting import Texting


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWishes:
    """What a developer says about a new agent."""

    system_prompt: str = ""
    customer_ref: str | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    llm_model: str | None = None
    texting: Texting = field(default_factory=Texting)


async def create_agent(key: ApiKey, wishes: AgentWishes, *, store: Store, now: datetime) -> Agent:
    """Create an agent that answers with the model key of `key`; raises as `draft_agent` does."""
    agent = await draft_agent(key, wishes, store=store, now=now)
    await store.agents.save(agent)
    return agent


async def draft_agent(key: ApiKey, wishes: AgentWishes, *, store: Store, now: datetime) -> Agent:
    """Make an agent that answers with the model key of `key`, to be kept.

    Conflict when no model key is set; InvalidRequest when neither the agent nor the BYOK record names a model.
    """
    credential = await store.credentials.find(key.id)
    if credential is None:
        raise Conflict(CredentialMissing.code, CredentialMissing().message)
    model = wishes.llm_model if wishes.llm_model is not None else credential.model
    check_model(credential.provider, model or "", code="invalid_llm_model", field="llm.model")
    return Agent(
        id=AgentId(mint("agt")),
        account_id=key.account_id,
        key_id=key.id,
        status=AgentStatus.ACTIVE,
        system_prompt=wishes.system_prompt,
        customer_ref=wishes.customer_ref,
        metadata=wishes.metadata,
        llm_mode=LlmMode.BYOK,
        llm_model=wishes.llm_model,
        texting=wishes.texting,
        created_at=now,
        updated_at=now,
    )


async def read_own_agent(key: ApiKey, agent_id: str, *, store: Store) -> Agent:
    """Read an agent of the key's account; NotFound for anybody else's, as if it did not exist."""
    agent = await store.agents.find(agent_id)
    if agent is None or agent.account_id != key.account_id:
        raise NotFound(f"There is no agent {agent_id[:40]}.")
    return agent


async def delete_agent(agent: Agent, *, store: Store, now: datetime) -> None:
    """Delete an agent; a number that it had of the pool is the next one's that waits."""
    await store.agents.delete(agent)
    await store.pool.serve(None, now=now)


async def revise_agent(agent: Agent, changes: Mapping[str, Any], *, store: Store, now: datetime) -> Agent:
    """Change fields of an agent, from its next turn on; NotFound when it was deleted meanwhile.

    InvalidRequest when neither it nor the BYOK record names a model any more.
    """
    revised = replace(agent, **changes, updated_at=now)
    credential = await store.credentials.find(agent.key_id)
    if credential and "llm_model" in changes:
        model = revised.llm_model or credential.model or ""
        check_model(credential.provider, model, code="invalid_llm_model", field="llm.model")
    await store.agents.replace(revised)
    return revised
