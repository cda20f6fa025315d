"""The settings of the operator's own models: right together, or refused with the next step."""

import pytest

from config.settings import OfferSettings, SettingsError, WebSettings, WorkerSettings, read_settings
from gateway.domain.credential import Provider
from gateway.domain.llm import HostedOffer, LlmMode, Tier
from tests.examples import environment

CANARY = "sk-canary-hosted-8f14e45fceea167a"
REDIS = "redis://127.0.0.1:6379/0"
LOCAL = "http://127.0.0.1:4000/v1"


def hosted(**changes: str) -> dict[str, str]:
    """A complete environment with these settings of the operator's own models."""
    named = {f"TEXTGATE_HOSTED_{name}": value for name, value in changes.items()}
    return environment(TEXTGATE_REDIS_URL=REDIS, TEXTGATE_ALLOWED_PRIVATE_HOSTS="127.0.0.1:4000", **named)


@pytest.mark.parametrize(
    ("given", "routes"),
    [
        ({"FAST_MODEL": "openai/gpt-4o-mini"}, {Tier.FAST: (Provider.OPENAI, "gpt-4o-mini", None)}),
        (
            {"FAST_MODEL": "anthropic/haiku", "SMART_MODEL": "anthropic/opus", "FALLBACK": "on"},
            {Tier.FAST: (Provider.ANTHROPIC, "haiku", None), Tier.SMART: (Provider.ANTHROPIC, "opus", None)},
        ),
        (
            {"FAST_MODEL": "llama3", "SMART_MODEL": "anthropic/opus", "BASE_URL": LOCAL},
            {
                Tier.FAST: (Provider.OPENAI_COMPAT, "llama3", LOCAL),
                Tier.SMART: (Provider.OPENAI_COMPAT, "anthropic/opus", LOCAL),
            },
        ),
        (
            {"FAST_MODEL": "openai/gpt-4o", "BASE_URL": "https://models.example/v1"},
            {Tier.FAST: (Provider.OPENAI_COMPAT, "openai/gpt-4o", "https://models.example/v1")},
        ),
    ],
)
def test_where_models_are_asked(given: dict[str, str], routes: dict[Tier, tuple[Provider, str, str | None]]) -> None:
    """A prefix says whose API it is; with a base URL, a model is asked there by the name that it has there."""
    settings = read_settings(WorkerSettings, hosted(API_KEY=CANARY, **given))
    assert settings.hosted
    found = {tier: (route.provider, route.model, route.base_url) for tier, route in settings.hosted.routes.items()}
    assert found == routes
    assert settings.hosted.secret.reveal() == CANARY
    assert CANARY not in repr(settings)


@pytest.mark.parametrize(
    ("given", "variable", "words"),
    [
        ({"FAST_MODEL": "openai/m"}, "API_KEY", "set both or none"),
        ({"API_KEY": CANARY}, "API_KEY", "set both or none"),
        ({"FAST_MODEL": "m", "API_KEY": CANARY}, "BASE_URL", "write openai/… or anthropic/…, or set it"),
        (
            {"FAST_MODEL": "openai/m", "SMART_MODEL": "anthropic/n", "API_KEY": CANARY},
            "BASE_URL",
            "one key for both",
        ),
        ({"SMART_MODEL": "openai/m"}, "SMART_MODEL", "needs TEXTGATE_HOSTED_FAST_MODEL"),
        ({"BASE_URL": LOCAL}, "BASE_URL", "needs TEXTGATE_HOSTED_FAST_MODEL"),
        (
            {"FAST_MODEL": "m", "BASE_URL": "http://127.0.0.1:4001/v1", "API_KEY": CANARY},
            "BASE_URL",
            "or its host:port stand in TEXTGATE_ALLOWED_PRIVATE_HOSTS",
        ),
        ({"FAST_MODEL": "m", "BASE_URL": "nonsense", "API_KEY": CANARY}, "BASE_URL", "must look like"),
        ({"FAST_MODEL": "openai/m", "API_KEY": CANARY, "FALLBACK": "on"}, "FALLBACK", "needs TEXTGATE_HOSTED_SMART"),
        ({"FAST_MODEL": "openai/m", "API_KEY": CANARY, "FALLBACK": "maybe"}, "FALLBACK", "'on' or 'off'"),
    ],
)
def test_wrong_together(given: dict[str, str], variable: str, words: str) -> None:
    """What does not go together keeps a worker from starting, by variable and with the next step, no key repeated."""
    with pytest.raises(SettingsError) as caught:
        read_settings(WorkerSettings, hosted(**given))
    (problem,) = [line for line in caught.value.problems if line.startswith(f"TEXTGATE_HOSTED_{variable}: ")]
    assert words in problem
    assert CANARY not in str(caught.value)


def test_nothing_set() -> None:
    """Without these settings there are no hosted models, and nothing is wrong."""
    assert read_settings(WorkerSettings, hosted()).hosted is None
    assert read_settings(WebSettings, hosted()).offer.default_mode is LlmMode.BYOK


@pytest.mark.parametrize("kind", [WebSettings, OfferSettings])
def test_the_key_is_the_workers(kind: type[WebSettings] | type[OfferSettings]) -> None:
    """Contract 3: who makes agents knows which models there are, has no field for the key, and does not need it."""
    given = hosted(FAST_MODEL="openai/m", API_KEY=CANARY, MODELS="a, b")
    settings = read_settings(kind, given)
    assert settings.offer == HostedOffer(tiers=frozenset({Tier.FAST}), models=frozenset({"a", "b"}))
    assert settings.offer.default_mode is LlmMode.HOSTED
    assert "hosted_api_key" not in kind.model_fields
    held = [getattr(value, "reveal", lambda value=value: str(value))() for _, value in settings]
    assert CANARY not in str(held)
    del given["TEXTGATE_HOSTED_API_KEY"]
    assert read_settings(kind, given).offer == settings.offer
