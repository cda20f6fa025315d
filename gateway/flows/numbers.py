"""Numbers: bound to agents by operators."""

from datetime import datetime

from gateway.adapters.store import Store
from gateway.domain.binding import Binding, Keywords
from gateway.domain.errors import InvalidRequest
from gateway.domain.phone import PhoneNumber, find_phone


def read_number(text: str) -> PhoneNumber:
    """Read a phone number that a person typed; InvalidRequest with an example where it is none."""
    number = find_phone(text)
    if number is None:
        raise InvalidRequest("invalid_number", f"{text} is not a number in E.164, like +15550100123.", field="number")
    return number


async def bind_number(number: PhoneNumber, agent_id: str, *, store: Store, now: datetime) -> Binding:
    """Bind a number to an agent; NotFound without the agent, Conflict when it is bound for another account."""
    agent = await store.agents.read(agent_id)
    binding = Binding(
        number=number,
        account_id=agent.account_id,
        agent_id=agent.id,
        keywords=Keywords.GATEWAY,
        bound_at=now,
    )
    await store.numbers.bind(binding)
    return binding
