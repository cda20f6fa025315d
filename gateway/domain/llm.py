"""An agent's `llm`: whose key pays for the model, which model it is, and where it runs."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypedDict

from gateway.domain.credential import DEFAULT_BASE_URL, Credential, Provider, check_model
from gateway.domain.endpoint import read_origin
from gateway.domain.errors import HostedMissing, InvalidRequest
from gateway.domain.ids import CredentialId
from gateway.domain.secret import Secret


class LlmMode(StrEnum):
    """Whose key pays for the model: the operator's, or one of the account's own."""

    HOSTED = "hosted"
    BYOK = "byok"


class Tier(StrEnum):
    """Which of the operator's models a hosted agent has."""

    FAST = "fast"
    SMART = "smart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Llm:
    """How an agent thinks, as it was resolved when it was last said."""

    mode: LlmMode
    tier: Tier | None = None
    """Only of a hosted one."""
    model: str | None = None
    """Wins over the model of the tier, or of the BYOK record."""
    provider: Provider | None = None
    base_url: str | None = None
    label: str | None = None
    credential_id: CredentialId | None = None
    """The agent's own credential, which is then used instead of the BYOK record."""
    fingerprint: str | None = None
    """Of the agent's own credential."""

    def describe(self) -> dict[str, object]:
        """Tell what its owner may read."""
        if self.mode is LlmMode.HOSTED:
            return {"mode": self.mode, "tier": self.tier, "model": self.model, "label": self.label}
        own = {"fingerprint": self.fingerprint} if self.credential_id else {}
        return {
            "mode": self.mode,
            "model": self.model,
            "provider": self.provider,
            "base_url": self.base_url,
            "label": self.label,
            **own,
        }


class LlmWishes(TypedDict, total=False):
    """What a developer says about an agent's llm; what is not there was not named, and None clears."""

    mode: LlmMode | None
    tier: Tier | None
    model: str | None
    provider: Provider | None
    base_url: str | None
    label: str | None
    api_key: Secret | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedOffer:
    """What the operator's own models are to developers: the tiers that there are, and the models that may be named."""

    tiers: frozenset[Tier] = frozenset()
    models: frozenset[str] = frozenset()
    """Where there are none, any model may be named."""

    @property
    def default_mode(self) -> LlmMode:
        """What a new agent gets that says nothing."""
        return LlmMode.HOSTED if Tier.FAST in self.tiers else LlmMode.BYOK

    def allows(self, model: str | None) -> bool:
        """Tell whether an agent may have this model instead of its tier's."""
        return model is None or not self.models or model in self.models

    def check(self, llm: Llm) -> None:
        """Refuse what is not on offer: HostedMissing for a tier, InvalidRequest for a model."""
        if llm.tier not in self.tiers:
            raise HostedMissing(f"This gateway has no hosted {llm.tier} model. {HostedMissing.way_out}")
        if not self.allows(llm.model):
            known = ", ".join(sorted(self.models))
            raise _invalid("model", f"Of hosted models, an agent may name these: {known}. Or leave it out.")


def revise_llm(current: Llm | None, wishes: LlmWishes, offer: HostedOffer) -> Llm:
    """Apply wishes to an agent's llm, or make a new one's; a change of mode begins anew.

    InvalidRequest for what doesn't go with the mode, HostedMissing for what the operator hasn't set up.
    """
    model = wishes.get("model")
    if model is not None:
        check_model(Provider.OPENAI_COMPAT, model, code="invalid_llm_model", field="llm.model")
    mode = wishes.get("mode") or (current.mode if current else _imply_mode(wishes, offer))
    base = current if current and current.mode is mode else Llm(mode=mode)
    return _revise_hosted(base, wishes, offer) if mode is LlmMode.HOSTED else _revise_byok(base, wishes)


def _imply_mode(wishes: LlmWishes, offer: HostedOffer) -> LlmMode:
    """Tell which mode is meant where none is named: some fields go with one alone."""
    if wishes.get("api_key") is not None or wishes.get("provider") or wishes.get("base_url"):
        return LlmMode.BYOK
    return LlmMode.HOSTED if wishes.get("tier") else offer.default_mode


def _revise_hosted(base: Llm, wishes: LlmWishes, offer: HostedOffer) -> Llm:
    if wishes.get("api_key") is not None:
        raise InvalidRequest(
            "llm_api_key_requires_byok_mode",
            'A key of your own goes with "mode": "byok". Say so, or leave llm.api_key out.',
            field="llm.api_key",
        )
    if wishes.get("provider"):
        raise _invalid("provider", 'The operator\'s models have their provider. Leave it out, or say "mode": "byok".')
    if wishes.get("base_url"):
        raise _invalid("base_url", 'The operator\'s models are where they are. Leave it out, or say "mode": "byok".')
    llm = replace(
        base,
        tier=wishes.get("tier") or base.tier or Tier.FAST,
        model=wishes.get("model", base.model),
        label=wishes.get("label", base.label),
    )
    offer.check(llm)
    return llm


def _revise_byok(base: Llm, wishes: LlmWishes) -> Llm:
    if wishes.get("tier"):
        raise _invalid("tier", 'Only hosted models have tiers. Leave it out, or say "mode": "hosted".')
    if base.credential_id and "api_key" in wishes and wishes["api_key"] is None:
        base = Llm(mode=base.mode, model=base.model)  # what was said about the own key goes with it
    provider = wishes.get("provider", base.provider)
    # a key for another provider must not go to where the last one went
    moved = base.provider is not None and provider is not base.provider
    return replace(
        base,
        model=wishes.get("model", base.model),
        provider=provider,
        base_url=wishes.get("base_url", None if moved else base.base_url),
        label=wishes.get("label", base.label),
    )


def url_of(llm: Llm, credential: Credential) -> str | None:
    """Return the base URL that is called with a credential; None where nobody has named one that it needs."""
    named = llm.base_url if llm.credential_id else llm.base_url or credential.base_url
    return named or DEFAULT_BASE_URL.get(credential.provider)


def check_fit(llm: Llm, credential: Credential) -> None:
    """Refuse an llm that the credential was not set for: InvalidRequest names what differs.

    A key that nobody can read must not be lured to another host by whoever may write an agent.
    """
    if llm.provider is not None and llm.provider is not credential.provider:
        words = f"The model key is for {credential.provider}. To use another provider, give its llm.api_key, too."
        raise _invalid("provider", words)
    url = url_of(llm, credential)
    if url is None:
        raise _invalid("base_url", "openai_compat needs a base_url: where the model is served.")
    if read_origin(url) != credential.origin:
        words = f"The model key is for {credential.origin}. To use another host, give its llm.api_key, too."
        raise _invalid("base_url", words)
    model = llm.model if llm.model is not None else credential.model
    check_model(credential.provider, model or "", code="invalid_llm_model", field="llm.model")


def _invalid(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(f"invalid_llm_{field}", message, field=f"llm.{field}")
