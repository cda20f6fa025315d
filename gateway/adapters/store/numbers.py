"""Numbers and their bindings in Redis."""

from itertools import chain

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields, read_page
from gateway.domain.binding import Binding, Keywords
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.ids import AccountId, AgentId
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import format_time, parse_time


class Numbers:
    """Which agent answers on which number."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._bind = script(redis, "bind_number")

    async def bind(self, binding: Binding) -> None:
        """Bind a number; Conflict when it is bound for another account."""
        fields = _fields(binding)
        bound = await self._bind(
            keys=[keys.number(binding.number), keys.NUMBERS, keys.numbers_of(binding.agent_id)],
            args=[
                binding.account_id,
                binding.number,
                binding.agent_id,
                keys.numbers_of(""),
                *chain.from_iterable(fields.items()),
            ],
        )
        if not bound:
            raise Conflict(
                "number_taken",
                f"{binding.number} is bound for another account. Release it first: "
                f"textgate numbers release {binding.number}",
            )

    async def release(self, number: PhoneNumber) -> Binding:
        """Unbind a number and return what it was; NotFound when it was not bound."""
        binding = await self.read(number)
        async with self._redis.pipeline() as pipe:
            pipe.delete(keys.number(number))
            pipe.zrem(keys.NUMBERS, number)
            pipe.srem(keys.numbers_of(binding.agent_id), number)
            await pipe.execute()
        return binding

    async def find(self, number: PhoneNumber) -> Binding | None:
        """Find a number's binding."""
        return binding_of(await self._redis.read_hash(keys.number(number)))

    async def read(self, number: PhoneNumber) -> Binding:
        """Read a number's binding; NotFound when it is not bound."""
        binding = await self.find(number)
        if binding is None:
            raise NotFound(f"{number} is not bound. See: textgate numbers list")
        return binding

    async def find_of_agent(self, agent_id: AgentId) -> PhoneNumber | None:
        """Find the number that an agent answers on; of several, the first by name."""
        numbers = await self._redis.read_members(keys.numbers_of(agent_id))
        return PhoneNumber(min(numbers)) if numbers else None

    async def read_all(self, *, limit: int, cursor: str | None) -> tuple[list[Binding], str | None]:
        """Read a page of all bindings, by number, and where the next begins."""
        page = await read_page(self._redis, keys.NUMBERS, limit=limit, cursor=cursor)
        async with self._redis.pipeline() as pipe:
            for number in page.ids:
                pipe.hgetall(keys.number(PhoneNumber(number)))
            found = await pipe.execute()
        return [binding for fields in found if (binding := binding_of(fields))], page.next_cursor


def _fields(binding: Binding) -> Fields:
    return {
        "number": binding.number,
        "account_id": binding.account_id,
        "agent_id": binding.agent_id,
        "keywords": binding.keywords.value,
        "bound_at": format_time(binding.bound_at),
    }


def binding_of(fields: Fields) -> Binding | None:
    """Make a binding of its fields; None where there are none."""
    if not fields:
        return None
    return Binding(
        number=PhoneNumber(fields["number"]),
        account_id=AccountId(fields["account_id"]),
        agent_id=AgentId(fields["agent_id"]),
        keywords=Keywords(fields["keywords"]),
        bound_at=parse_time(fields["bound_at"]),
    )
