"""Texts by the thousand, from a process of its own, as web processes are.

`python -m benchmarks.flood NUMBER COUNT SEATS` has them arrive at once.

Each comes from another texter; the Redis is that of TEXTGATE_REDIS_URL.
"""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime

from gateway.adapters.store import Store, open_store
from gateway.dev.children import inherited_environment
from gateway.domain.account import SEATS
from gateway.domain.compliance import Voice
from gateway.domain.message import InboundMessage
from gateway.domain.secret import Secret
from gateway.flows.receive import receive_text
from tests.examples import PEPPER, inbound_form, message_sid

_VOICE = Voice(brand="Benchmark", help_contact=None)
_AT_ONCE = 50
_FIRST = 1_000_000
"""Counted from here, so that no other text of a benchmark has the same SID."""


async def flood(redis_url: Secret, number: str, count: int, *, seats: int = SEATS) -> None:
    """Have so many texts arrive on `number`, as fast as a process can take them; return when they are saved."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.flood", number, str(count), str(seats)),
        env=inherited_environment() | {"TEXTGATE_REDIS_URL": redis_url.reveal()},
    )
    try:
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _flood(number: str, count: int, seats: int) -> None:
    store = open_store(Secret(os.environ["TEXTGATE_REDIS_URL"]), seats=seats)
    for first in range(_FIRST, _FIRST + count, _AT_ONCE):
        await asyncio.gather(*(receive(store, number, each) for each in range(first, first + _AT_ONCE)))
    await store.close()


def form_of(each: int, number: str, body: str = "Hello") -> dict[str, str]:
    """Make the form of the text that counts as `each`, from a texter of its own."""
    return inbound_form(body, sid=message_sid(each), To=number, From=f"+1415{each:07d}")


async def receive(store: Store, number: str, each: int) -> str:
    """Have the text arrive that counts as `each`; return its SID."""
    message = InboundMessage.from_form(form_of(each, number), now=datetime.now(UTC))
    await receive_text(message, store=store, voice=_VOICE, pepper=PEPPER, now=message.received_at)
    return message.sid


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood")
    parser.add_argument("number")
    parser.add_argument("count", type=int)
    parser.add_argument("seats", type=int)
    options = parser.parse_args()
    asyncio.run(_flood(options.number, options.count, options.seats))


if __name__ == "__main__":
    main()
