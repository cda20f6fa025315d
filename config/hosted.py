"""The settings of the operator's own models."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from config.values import Places, SecretText, split_list
from gateway.domain.credential import ModelRoute, Provider, fingerprint, wire_model
from gateway.domain.endpoint import parse_base_url
from gateway.domain.errors import InvalidRequest
from gateway.domain.llm import HostedOffer, Tier
from gateway.domain.payer import HostedModels

_FAST, _SMART = "TEXTGATE_HOSTED_FAST_MODEL", "TEXTGATE_HOSTED_SMART_MODEL"
_PROVIDERS = (Provider.OPENAI, Provider.ANTHROPIC)


class EndpointSettings(BaseModel):
    """Where models may be."""

    allowed_private_hosts: Places = Field(
        default=(),
        alias="TEXTGATE_ALLOWED_PRIVATE_HOSTS",
        description="host:port pairs, by commas, that a base_url may name although private or plain http.",
    )


class HostedOfferSettings(BaseModel):
    """Which models there are for agents whose llm.mode is hosted."""

    hosted_fast_model: str | None = Field(
        default=None,
        alias="TEXTGATE_HOSTED_FAST_MODEL",
        description="Your own model for agents of llm.mode hosted, tier fast: openai/…, anthropic/…, or with "
        "TEXTGATE_HOSTED_BASE_URL whatever it is named there. Set, it is what new agents get.",
    )
    hosted_smart_model: str | None = Field(
        default=None,
        validate_default=True,
        alias="TEXTGATE_HOSTED_SMART_MODEL",
        description="Your own model for agents of llm.mode hosted, tier smart; needs TEXTGATE_HOSTED_FAST_MODEL.",
    )
    hosted_models: Annotated[tuple[str, ...], BeforeValidator(split_list)] = Field(
        default=(),
        alias="TEXTGATE_HOSTED_MODELS",
        description="Models, by commas, that an agent of llm.mode hosted may name instead of its tier's; "
        "empty: any, and you pay for what they choose.",
    )

    @property
    def offer(self) -> HostedOffer:
        """What developers may choose from."""
        return HostedOffer(tiers=frozenset(self.models_by_tier), models=frozenset(self.hosted_models))

    @property
    def models_by_tier(self) -> dict[Tier, str]:
        """Each tier's model, as the operator names it."""
        models = {Tier.FAST: self.hosted_fast_model, Tier.SMART: self.hosted_smart_model}
        return {tier: model for tier, model in models.items() if model}

    @field_validator("hosted_smart_model")
    @classmethod
    def _has_a_fast_one(cls, model: str | None, others: ValidationInfo) -> str | None:
        if model and not others.data.get("hosted_fast_model"):
            raise ValueError(f"needs {_FAST}, too: agents get the fast model unless they ask for this one")
        return model


class HostedSettings(HostedOfferSettings, EndpointSettings):
    """Where these models are, and the key that pays for them."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    hosted_base_url: str | None = Field(
        default=None,
        validate_default=True,
        alias="TEXTGATE_HOSTED_BASE_URL",
        description="Where your own models are, if not at OpenAI or Anthropic: the base URL of an API like OpenAI's.",
    )
    hosted_api_key: SecretText | None = Field(
        default=None,
        validate_default=True,
        alias="TEXTGATE_HOSTED_API_KEY",
        description="The key that pays for your own models.",
    )
    hosted_fallback: Literal["on", "off"] = Field(
        default="off",
        alias="TEXTGATE_HOSTED_FALLBACK",
        description="on: the smart model answers when the fast one is busy or broken, in what is left of the deadline.",
    )

    @property
    def hosted(self) -> HostedModels | None:
        """The operator's own models; None where there are none."""
        secret = self.hosted_api_key
        if secret is None:
            return None
        return HostedModels(
            routes={tier: self._route(model) for tier, model in self.models_by_tier.items()},
            secret=secret,
            fingerprint=fingerprint(secret),
            models=frozenset(self.hosted_models),
            falls_back=self.hosted_fallback == "on",
        )

    def _route(self, model: str) -> ModelRoute:
        provider = _find_provider(model) if self.hosted_base_url is None else None
        provider = provider or Provider.OPENAI_COMPAT
        return ModelRoute(provider=provider, model=wire_model(provider, model), base_url=self.hosted_base_url)

    @field_validator("hosted_base_url")
    @classmethod
    def _leads_somewhere(cls, url: str | None, others: ValidationInfo) -> str | None:
        if url is None:
            _check_prefixes([others.data.get(name) for name in ("hosted_fast_model", "hosted_smart_model")])
            return None
        if not others.data.get("hosted_fast_model"):
            raise ValueError(f"needs {_FAST}, too")
        try:
            parse_base_url(url, allowed_private=others.data.get("allowed_private_hosts", ()))
        except InvalidRequest as refusal:
            words = f"{refusal.message.rstrip('.')}, or its host:port stand in TEXTGATE_ALLOWED_PRIVATE_HOSTS"
            raise ValueError(words) from None
        return url

    @field_validator("hosted_api_key")
    @classmethod
    def _goes_with_a_model(cls, secret: object, others: ValidationInfo) -> object:
        if (secret is None) != (others.data.get("hosted_fast_model") is None):
            raise ValueError(f"goes together with {_FAST}: set both or none")
        return secret

    @field_validator("hosted_fallback")
    @classmethod
    def _has_somewhere_to_fall(cls, switch: str, others: ValidationInfo) -> str:
        if switch == "on" and not others.data.get("hosted_smart_model"):
            raise ValueError(f"needs {_SMART} when it is on")
        return switch


def _find_provider(model: str) -> Provider | None:
    return next((provider for provider in _PROVIDERS if model.startswith(f"{provider}/")), None)


def _check_prefixes(models: list[str | None]) -> None:
    """Refuse models that nobody would know where to ask for, or that one key can't pay for."""
    providers = {_find_provider(model) for model in models if model}
    if None in providers:
        raise ValueError("is not set, and a model names no provider: write openai/… or anthropic/…, or set it")
    if len(providers) > 1:
        raise ValueError("is not set, and the two models are of two providers, while there is one key for both")
