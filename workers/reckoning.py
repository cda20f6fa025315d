"""What a turn costs: its segments by where its texter is, its tokens by the model that was asked."""

from gateway.adapters.countries import find_country
from gateway.domain.completion import Tokens
from gateway.domain.cost import Cost, price_parts, price_tokens
from gateway.domain.payer import Payer, Payment
from gateway.domain.segment import count_segments
from gateway.domain.turn import Hold, Reply
from workers.tools import Tools


def price_segment(hold: Hold, tools: Tools) -> int:
    """Price one segment to whom a conversation is with, in microcents; over the API there are none."""
    return tools.prices.of_segment(find_country(hold.texter)) if hold.texter else 0


def reckon(hold: Hold, reply: Reply, tools: Tools) -> Cost:
    """Reckon what a reply costs, once each of its parts is sent."""
    # over the API no part is ever sent, and so none is counted
    parts = price_parts([count_segments(part.text) for part in reply.parts], price_segment(hold, tools))
    if reply.payment is None or reply.tokens is None:
        return Cost(parts=parts)
    microcents = _price_tokens(reply.tokens, reply.payment, tools)
    return Cost(
        parts=parts,
        tokens=reply.tokens,
        model_microcents=microcents or 0,
        by_operator=reply.payment.payer is Payer.HOSTED,
        unpriced=microcents is None or reply.tokens.estimated,
    )


def _price_tokens(tokens: Tokens, payment: Payment, tools: Tools) -> int | None:
    """Price tokens as the operator says, or else as the model library knows; None where nobody does."""
    provider, model = payment.provider.value, payment.model
    price = tools.prices.find_model(provider, model) or tools.model.find_price(payment.provider, model)
    return price_tokens(tokens, price) if price else None
