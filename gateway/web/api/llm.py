"""The `llm` of an agent, as the bodies of POST and PATCH /v1/agents bring it."""

from typing import Annotated, cast

from pydantic import Field

from gateway.domain.credential import Provider
from gateway.domain.endpoint import MAX_BASE_URL
from gateway.domain.llm import LlmMode, LlmWishes, Tier
from gateway.domain.secret import Secret
from gateway.flows.credentials import MAX_LABEL, MAX_MODEL
from gateway.flows.llm import LlmMeans
from gateway.web.api.requests import Body
from gateway.web.resources import Resources

_FIELDS = ("mode", "tier", "model", "provider", "base_url", "api_key", "label")
LLM_CODES = {
    "llm": ("invalid_llm_mode", "invalid_llm_mode"),
    **{f"llm.{name}": (f"invalid_llm_{name}", f"invalid_llm_{name}") for name in _FIELDS},
}


class PostLlm(Body):
    """How an agent thinks; every field may be left out."""

    mode: Annotated[LlmMode | None, Field(strict=False)] = None
    """Whose key pays: the operator's (`hosted`), or yours (`byok`)."""
    tier: Annotated[Tier | None, Field(strict=False)] = None
    """Which of the operator's models; `fast` where it is left out."""
    model: Annotated[str | None, Field(min_length=1, max_length=MAX_MODEL)] = None
    """Instead of the model of the tier, or of the model key."""
    provider: Annotated[Provider | None, Field(strict=False)] = None
    """Whose key `api_key` is; without one it must be the provider of your model key."""
    base_url: Annotated[str | None, Field(max_length=MAX_BASE_URL)] = None
    """Where the model is served; another host than your model key's needs an `api_key` of its own."""
    api_key: str | None = None
    """A key of this agent's own. It goes in and never comes out; null for the model key of your API key again."""
    label: Annotated[str | None, Field(max_length=MAX_LABEL)] = None
    """A word to remember it by."""


def read_llm(body: PostLlm | None) -> LlmWishes:
    """Take what was named from a body; a key is hidden from here on."""
    if body is None:
        return LlmWishes()
    wishes = cast("LlmWishes", body.model_dump(include=body.model_fields_set - {"api_key"}))
    if "api_key" in body.model_fields_set:
        wishes["api_key"] = None if body.api_key is None else Secret(body.api_key.strip())
    return wishes


def means_of(resources: Resources) -> LlmMeans:
    """Tell what agents can think with here."""
    return LlmMeans(offer=resources.offer, sealer=resources.sealer, allowed_private=resources.allowed_private_hosts)
