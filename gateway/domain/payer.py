"""Who pays for a reply: the one decision that says which model is asked, where, and with whose key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.agent import Agent
from gateway.domain.credential import Credential, ModelRoute, Provider, wire_model
from gateway.domain.errors import (
    CredentialMissing,
    CredentialSealed,
    CredentialUnfit,
    HostedMissing,
    InvalidRequest,
)
from gateway.domain.llm import HostedOffer, Llm, LlmMode, Tier, check_fit, url_of
from gateway.domain.model_errors import (
    HostedOverQuota,
    HostedRejected,
    ModelFailed,
    ModelOverQuota,
    ModelRejectedKey,
)
from gateway.domain.secret import Secret


class Payer(StrEnum):
    """Whose key is shown to the provider."""

    BYOK = "byok"
    """The API key's BYOK record."""
    AGENT = "agent"
    """The agent's own credential."""
    HOSTED = "hosted"
    """The operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Who paid for an answer, and for which model: what a trace tells of it."""

    payer: Payer
    provider: Provider
    model: str
    fingerprint: str
    tier: Tier | None = None
    instead_of: Tier | None = None
    """The tier that failed before."""

    def describe(self) -> dict[str, str | None]:
        """Tell it without the key."""
        return {
            "paid_by": self.payer.value,
            "provider": self.provider.value,
            "model": self.model,
            "fingerprint": self.fingerprint,
            "tier": self.tier.value if self.tier else None,
            "instead_of": self.instead_of.value if self.instead_of else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to a model: where the prompt goes, and with which key."""

    payment: Payment
    route: ModelRoute
    key: Credential | Secret
    """A sealed one of the account's, or the operator's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedModels:
    """The operator's own models, as a worker knows them."""

    routes: Mapping[Tier, ModelRoute]
    secret: Secret
    fingerprint: str
    models: frozenset[str] = frozenset()
    """What agents may name instead of a tier's model; any, where there are none."""
    falls_back: bool = False
    """Whether the smart model answers when the fast one is down."""

    @property
    def offer(self) -> HostedOffer:
        """What developers may choose from."""
        return HostedOffer(tiers=frozenset(self.routes), models=self.models)


def choose_ways(
    agent: Agent, credential: Credential | None, hosted: HostedModels | None, *, now: datetime
) -> tuple[Way, ...]:
    """Choose whose key an agent's models are asked with, the first one first; never one payer's for another's.

    Raises what keeps it from being answered: CredentialMissing, CredentialSealed, CredentialUnfit,
    ModelRejectedKey while a rejected key rests, or HostedMissing.
    """
    if agent.llm.mode is LlmMode.HOSTED:
        return _choose_hosted(agent.llm, hosted)
    return (_choose_byok(agent, credential, now),)


def _choose_byok(agent: Agent, credential: Credential | None, now: datetime) -> Way:
    llm = agent.llm
    if credential is None:
        raise CredentialMissing
    if credential.account_id != agent.account_id:
        raise CredentialSealed
    try:
        # once more, since the BYOK record may be another one than when the agent was saved
        check_fit(llm, credential)
    except InvalidRequest as misfit:
        raise CredentialUnfit(f"{misfit.message} Change the agent's llm, or the model key.") from None
    if credential.rests(now):
        raise ModelRejectedKey
    model = wire_model(credential.provider, llm.model or credential.model or "")
    return Way(
        payment=Payment(
            payer=Payer.AGENT if llm.credential_id else Payer.BYOK,
            provider=credential.provider,
            model=model,
            fingerprint=credential.fingerprint,
        ),
        route=ModelRoute(provider=credential.provider, model=model, base_url=url_of(llm, credential)),
        key=credential,
    )


def _choose_hosted(llm: Llm, hosted: HostedModels | None) -> tuple[Way, ...]:
    tier = llm.tier or Tier.FAST
    if hosted is None or tier not in hosted.routes or not hosted.offer.allows(llm.model):
        raise HostedMissing
    first = _hosted_way(hosted, tier, llm.model)
    # who named a model wants that one
    if not hosted.falls_back or tier is not Tier.FAST or llm.model or Tier.SMART not in hosted.routes:
        return (first,)
    return first, _hosted_way(hosted, Tier.SMART, None, instead_of=tier)


def _hosted_way(hosted: HostedModels, tier: Tier, model: str | None, *, instead_of: Tier | None = None) -> Way:
    route = hosted.routes[tier]
    named = wire_model(route.provider, model) if model else route.model
    return Way(
        payment=Payment(
            payer=Payer.HOSTED,
            provider=route.provider,
            model=named,
            fingerprint=hosted.fingerprint,
            tier=tier,
            instead_of=instead_of,
        ),
        route=ModelRoute(provider=route.provider, model=named, base_url=route.base_url),
        key=hosted.secret,
    )


def blame(failure: ModelFailed, payer: Payer) -> ModelFailed:
    """Name a failure by whose it is to mend: of the operator's own key no developer should be told to set another."""
    if payer is not Payer.HOSTED:
        return failure
    if isinstance(failure, ModelRejectedKey):
        return HostedRejected(status=failure.status)
    return HostedOverQuota(status=failure.status) if isinstance(failure, ModelOverQuota) else failure
