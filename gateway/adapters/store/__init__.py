"""The store: everything the gateway knows, in Redis; one file for each noun."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.adapters.store.accounts import Accounts
from gateway.adapters.store.agents import Agents
from gateway.adapters.store.arrivals import Arrivals
from gateway.adapters.store.blocks import Blocks
from gateway.adapters.store.census import Census
from gateway.adapters.store.checks import Checks
from gateway.adapters.store.connection import Connection, connect, script
from gateway.adapters.store.consents import Consents
from gateway.adapters.store.conversations import Conversations
from gateway.adapters.store.credentials import Credentials
from gateway.adapters.store.dead import DeadTurns
from gateway.adapters.store.deliveries import Deliveries
from gateway.adapters.store.erasure import Erasure
from gateway.adapters.store.forgetting import Forgetting
from gateway.adapters.store.holds import Holds
from gateway.adapters.store.liveness import Liveness
from gateway.adapters.store.load import LoadReader
from gateway.adapters.store.memory import Memory
from gateway.adapters.store.messages import Messages
from gateway.adapters.store.notices import Notices
from gateway.adapters.store.numbers import Numbers
from gateway.adapters.store.parts import Parts
from gateway.adapters.store.pepper import Pepper
from gateway.adapters.store.pool import Pool
from gateway.adapters.store.quotas import SpentQuotas
from gateway.adapters.store.rallies import Rallies
from gateway.adapters.store.seating import Seating, describe_seating
from gateway.adapters.store.sms import SmsSetups
from gateway.adapters.store.spending import Spending
from gateway.adapters.store.throttle import Throttle
from gateway.adapters.store.traces import Traces
from gateway.adapters.store.turns import Turns
from gateway.adapters.store.unanswered import UnansweredConversations
from gateway.domain.account import SEATS
from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Store:
    """One connection and the nouns that are kept behind it."""

    connection: Connection
    accounts: Accounts
    credentials: Credentials
    checks: Checks
    agents: Agents
    numbers: Numbers
    sms: SmsSetups
    pool: Pool
    messages: Messages
    consents: Consents
    conversations: Conversations
    arrivals: Arrivals
    blocks: Blocks
    rallies: Rallies
    pepper: Pepper
    holds: Holds
    turns: Turns
    parts: Parts
    deliveries: Deliveries
    throttle: Throttle
    dead: DeadTurns
    notices: Notices
    seating: Seating
    erasure: Erasure
    forgetting: Forgetting
    unanswered: UnansweredConversations
    traces: Traces
    quotas: SpentQuotas
    liveness: Liveness
    load: LoadReader
    spending: Spending
    census: Census
    memory: Memory

    async def ping(self) -> None:
        """Ask Redis for a sign of life; StoreDown when there is none."""
        await self.connection.ping()

    async def read_clock(self) -> datetime:
        """Read Redis's clock, the only one that all processes see."""
        seconds, microseconds = await self.connection.time()
        return datetime.fromtimestamp(seconds + microseconds / 1_000_000, UTC)

    async def check_writes(self) -> None:
        """Ask Redis whether it would take a write now; StoreDown, with the reason, when it would not."""
        await script(self.connection, "check_writes")()

    async def describe_server(self) -> dict[str, str]:
        """Tell what Redis says of itself: `aof_enabled`, `maxmemory_policy` and the like."""
        info = await self.connection.info("everything")
        return {str(name): str(value) for name, value in info.items()}

    async def read_setting(self, name: str) -> str | None:
        """Read one setting of Redis's own; None where it does not tell us, as most managed ones don't."""
        try:
            found = await self.connection.config_get(name)
        except StoreDown:
            return None
        return str(found[name]) if name in found else None

    async def close(self) -> None:
        """Let go of every connection."""
        await self.connection.aclose(close_connection_pool=True)


def open_store(url: Secret, *, seats: int = SEATS) -> Store:
    """Make a store of the Redis at `url`, with so many `seats` for each account; it connects when first used."""
    connection, seating = connect(url), describe_seating(seats)
    return Store(
        connection=connection,
        accounts=Accounts(connection),
        credentials=Credentials(connection),
        checks=Checks(connection),
        agents=Agents(connection),
        numbers=Numbers(connection),
        sms=SmsSetups(connection),
        pool=Pool(connection),
        messages=Messages(connection, seating),
        consents=Consents(connection),
        conversations=Conversations(connection),
        arrivals=Arrivals(connection),
        blocks=Blocks(connection),
        rallies=Rallies(connection),
        pepper=Pepper(connection),
        holds=Holds(connection, seating),
        turns=Turns(connection),
        parts=Parts(connection),
        deliveries=Deliveries(connection),
        throttle=Throttle(connection),
        dead=DeadTurns(connection, seating),
        notices=Notices(connection),
        seating=Seating(connection, seating),
        erasure=Erasure(connection),
        forgetting=Forgetting(connection, seating),
        unanswered=UnansweredConversations(connection),
        traces=Traces(connection),
        quotas=SpentQuotas(connection),
        liveness=Liveness(connection),
        load=LoadReader(connection),
        spending=Spending(connection),
        census=Census(connection),
        memory=Memory(connection),
    )
