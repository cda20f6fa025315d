"""An agent's llm: settled when the agent is made or changed, with the credential of its own that it may have."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store
from gateway.domain.account import ApiKey
from gateway.domain.agent import Agent
from gateway.domain.credential import Credential
from gateway.domain.endpoint import parse_base_url
from gateway.domain.errors import Conflict, CredentialMissing, CredentialSealed, InvalidRequest
from gateway.domain.llm import HostedOffer, Llm, LlmMode, LlmWishes, check_fit, revise_llm
from gateway.domain.secret import Secret
from gateway.flows.credentials import ByokSettings, seal_credential


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmMeans:
    """What there is here to think with: the operator's models, and what seals an agent's own key."""

    offer: HostedOffer = field(default_factory=HostedOffer)
    sealer: Sealer | None = None
    allowed_private: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledLlm:
    """An agent's llm as it is kept, and a new credential of its own."""

    llm: Llm
    credential: Credential | None = None


async def settle_llm(
    owner: ApiKey | Agent, wishes: LlmWishes, means: LlmMeans, *, store: Store, now: datetime
) -> SettledLlm:
    """Settle what an agent thinks with, new for an API key, or changed for an agent that there is.

    InvalidRequest for what can't be; Conflict when no model key is set; HostedMissing without hosted models.
    """
    current = owner.llm if isinstance(owner, Agent) else None
    llm = revise_llm(current, wishes, means.offer)
    if llm.mode is LlmMode.HOSTED:
        return SettledLlm(llm=llm)
    secret = wishes.get("api_key")
    if secret is not None:
        return await _seal_own(owner, llm, secret, means, now)
    _check_base_url(llm, means)
    credential = await _find_credential(owner, llm, store)
    if credential is None:
        raise Conflict(CredentialMissing.code, CredentialMissing().message)
    check_fit(llm, credential)
    return SettledLlm(llm=llm)


async def _find_credential(owner: ApiKey | Agent, llm: Llm, store: Store) -> Credential | None:
    if isinstance(owner, ApiKey):
        return await store.credentials.find(owner.id)
    return await (store.credentials.find_own(owner.id) if llm.credential_id else store.credentials.find(owner.key_id))


async def _seal_own(owner: ApiKey | Agent, llm: Llm, secret: Secret, means: LlmMeans, now: datetime) -> SettledLlm:
    if llm.provider is None:
        words = "Say whose key llm.api_key is: llm.provider openai, anthropic or openai_compat."
        raise InvalidRequest("missing_llm_provider", words, field="llm.provider")
    if means.sealer is None:
        raise CredentialSealed
    settings = ByokSettings(provider=llm.provider, base_url=llm.base_url, model=None, label=llm.label)
    try:
        credential = await seal_credential(
            owner, secret, settings, sealer=means.sealer, allowed_private=means.allowed_private, now=now
        )
    except InvalidRequest as refusal:
        raise _rename(refusal) from None
    own = replace(llm, credential_id=credential.id, fingerprint=credential.fingerprint)
    check_fit(own, credential)
    return SettledLlm(llm=own, credential=credential)


def _check_base_url(llm: Llm, means: LlmMeans) -> None:
    try:
        if llm.base_url is not None:
            parse_base_url(llm.base_url, allowed_private=means.allowed_private)
    except InvalidRequest as refusal:
        raise _rename(refusal) from None


def _rename(refusal: InvalidRequest) -> InvalidRequest:
    """Name what is wrong with a key or its base URL as fields of an llm are named."""
    return InvalidRequest(f"invalid_llm_{refusal.field}", f"llm: {refusal.message}", field=f"llm.{refusal.field}")


async def check_payable(agent: Agent, offer: HostedOffer, *, store: Store) -> None:
    """Refuse to have an agent answer for whose model nobody would pay: Conflict, or HostedMissing."""
    if agent.llm.mode is LlmMode.HOSTED:
        offer.check(agent.llm)
    elif await _find_credential(agent, agent.llm, store) is None:
        raise Conflict(CredentialMissing.code, CredentialMissing().message)


async def describe_agent(agent: Agent, *, store: Store) -> dict[str, object]:
    """Tell what an agent's owner may read, with the health of its own credential."""
    return _tell(agent, await store.credentials.find_own(agent.id) if agent.llm.credential_id else None)


async def describe_agents(agents: Sequence[Agent], *, store: Store) -> list[dict[str, object]]:
    """Tell the same of many agents, in one round trip."""
    own = await store.credentials.find_every_own(agents)
    return [_tell(agent, own.get(agent.id)) for agent in agents]


def _tell(agent: Agent, own: Credential | None) -> dict[str, object]:
    told = agent.describe()
    return {**told, "llm": {**agent.llm.describe(), **own.describe_health()}} if own else told
