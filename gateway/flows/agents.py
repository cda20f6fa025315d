"""Agents: made by developers over the API, or by operators for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.domain.account import ApiKey
from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.credential import Credential
from gateway.domain.errors import NotFound
from gateway.domain.ids import AgentId
from gateway.domain.llm import LlmWishes
from gateway.domain.spend import OwnCaps
from gateway.domain.texting import Texting
from gateway.flows.llm import LlmMeans, settle_llm

_BYOK_ALONE = LlmMeans()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWishes:
    """What a developer says about a new agent."""

    system_prompt: str = ""
    customer_ref: str | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    llm: LlmWishes = field(default_factory=LlmWishes)
    texting: Texting = field(default_factory=Texting)
    spend: OwnCaps = field(default_factory=OwnCaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An agent to be kept, and the credential of its own, if it has one."""

    agent: Agent
    credential: Credential | None


async def create_agent(
    key: ApiKey, wishes: AgentWishes, *, store: Store, now: datetime, means: LlmMeans = _BYOK_ALONE
) -> Agent:
    """Create an agent of an API key; raises as `draft_agent` does."""
    draft = await draft_agent(key, wishes, store=store, now=now, means=means)
    await store.agents.save(draft.agent, draft.credential)
    return draft.agent


async def draft_agent(
    key: ApiKey, wishes: AgentWishes, *, store: Store, now: datetime, means: LlmMeans = _BYOK_ALONE
) -> Draft:
    """Make an agent of an API key, to be kept; what its model is and who pays for it is resolved here.

    Conflict when no model key is set, HostedMissing without hosted models; InvalidRequest for what does not fit.
    """
    settled = await settle_llm(key, wishes.llm, means, store=store, now=now)
    agent = Agent(
        id=AgentId(mint("agt")),
        account_id=key.account_id,
        key_id=key.id,
        status=AgentStatus.ACTIVE,
        system_prompt=wishes.system_prompt,
        customer_ref=wishes.customer_ref,
        metadata=wishes.metadata,
        llm=settled.llm,
        texting=wishes.texting,
        spend=wishes.spend,
        created_at=now,
        updated_at=now,
    )
    return Draft(agent=agent, credential=settled.credential)


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


async def revise_agent(
    agent: Agent,
    changes: Mapping[str, Any],
    *,
    store: Store,
    now: datetime,
    llm: LlmWishes | None = None,
    means: LlmMeans = _BYOK_ALONE,
) -> Agent:
    """Change fields of an agent, from its next turn on, and return it as it is now.

    What somebody else changes of it at the same time counts, too. NotFound when it was deleted meanwhile.
    What is said about its llm is refused as by `draft_agent`.
    """
    revised, credential = replace(agent, **changes, updated_at=now), None
    if llm:
        settled = await settle_llm(agent, llm, means, store=store, now=now)
        revised, credential = replace(revised, llm=settled.llm), settled.credential
    return await store.agents.revise(revised, credential, before=agent)
