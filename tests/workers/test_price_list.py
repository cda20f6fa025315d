"""What a model costs, as the model library knows it."""

import pytest

from gateway.domain.cost import CENT, ModelPrice
from gateway.domain.credential import Provider
from workers.llm import LiteLlm

_LLM = LiteLlm(lambda _: pytest.fail("a price was asked for over the network"), allowed_private=(), deadline_seconds=1)


@pytest.mark.parametrize(
    ("provider", "model", "price"),
    [
        (Provider.OPENAI, "gpt-4o-mini", ModelPrice(asked=15 * CENT, answered=60 * CENT)),
        (Provider.OPENAI, "gpt-4o", ModelPrice(asked=250 * CENT, answered=1_000 * CENT)),
        (Provider.ANTHROPIC, "claude-haiku-4-5", ModelPrice(asked=100 * CENT, answered=500 * CENT)),
        (Provider.OPENAI, "no-such-model", None),
        (Provider.OPENAI, "claude-haiku-4-5", None),
        (Provider.OPENAI_COMPAT, "gpt-4o-mini", None),
    ],
)
def test_known_prices(provider: Provider, model: str, price: ModelPrice | None) -> None:
    """OpenAI's and Anthropic's own models have the price of the list that comes with the library; others have none."""
    assert _LLM.find_price(provider, model) == price
