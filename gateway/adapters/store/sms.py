"""SMS set-ups in Redis: by which way each agent comes to a number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.logins import LOGIN_FIELDS, login_of
from gateway.adapters.store.records import Fields, only_set
from gateway.domain.agent import Agent
from gateway.domain.compliance import fold
from gateway.domain.errors import NotFound
from gateway.domain.ids import AgentId
from gateway.domain.login import TwilioLogin
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus

CHANNELS = {
    "setups": keys.SMS_PREFIX,
    "numbers": keys.NUMBER_PREFIX,
    "agent_numbers": keys.numbers_of(""),
    "former_tokens": keys.FORMER_PREFIX,
    "guests": keys.guests(""),
    "index": keys.NUMBERS,
    "members": keys.members(""),
    "joined": keys.joined(""),
    "codes": keys.JOIN_CODES,
    "pool": keys.POOL,
    "queue": keys.POOL_QUEUE,
    "arrivals": keys.ARRIVALS,
}
"""How the ways to a number are kept, as channels.lua takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All that is kept of how an agent is reached by text."""

    setup: SmsSetup
    number: PhoneNumber | None
    """The number that it answers on; of several, the first by name."""
    login: TwilioLogin | None
    """Of the number that was brought to it."""


class SmsSetups:
    """By which way each agent comes to a number."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._set = script(redis, "channels", "set_sms")

    async def find(self, agent_id: AgentId) -> SmsSetup:
        """Find an agent's set-up as it was set; that of mode `none` where nothing was."""
        return setup_of(await self._redis.read_hash(keys.sms(agent_id)))

    async def read_reaches(self, agent_ids: Sequence[AgentId]) -> list[Reach]:
        """Read how each of many agents is reached, in two round trips."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for agent_id in agent_ids:
                pipe.hgetall(keys.sms(agent_id))
                pipe.smembers(keys.numbers_of(agent_id))
            found = await pipe.execute()
        setups, numbers = (
            map(setup_of, found[::2]),
            [[PhoneNumber(name) for name in sorted(names)] for names in found[1::2]],
        )
        logins = await self._read_logins([number for each in numbers for number in each])
        return [
            Reach(
                setup=setup,
                number=each[0] if each else None,
                login=next((login for number in each if (login := logins[number])), None),
            )
            for setup, each in zip(setups, numbers, strict=True)
        ]

    async def _read_logins(self, numbers: Sequence[PhoneNumber]) -> dict[PhoneNumber, TwilioLogin | None]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for number in numbers:
                pipe.hmget(keys.number(number), list(LOGIN_FIELDS))
            found = await pipe.execute()
        return {number: login_of(number, values) for number, values in zip(numbers, found, strict=True)}

    async def set(self, agent: Agent, setup: SmsSetup, *, tries: bool = False) -> bool:
        """Set an agent's set-up; one of another mode is left before. NotFound when the agent is gone, or its account.

        A join code that the agent has stays, and with it who joined. False when the new one is another agent's, or when
        it only `tries` and has a number, or another way to one.
        """
        outcome = await self._set(
            keys=[keys.agent(agent.id), keys.sms(agent.id), keys.account(agent.account_id)],
            args=[agent.id, json.dumps(setup_fields(setup)), json.dumps(CHANNELS), "try" if tries else ""],
        )
        if outcome == "gone":
            raise NotFound(f"There is no agent {agent.id}.")
        return bool(outcome == "set")


def setup_fields(setup: SmsSetup) -> Fields:
    """Make fields of a set-up."""
    return only_set(
        {
            "mode": setup.mode.value,
            "status": setup.status.value,
            "reason": setup.reason,
            "number": setup.number,
            "join_code": setup.join_code,
            "code": fold(setup.join_code) if setup.join_code else None,
        }
    )


def setup_of(fields: Fields) -> SmsSetup:
    """Make a set-up of its fields; that of mode `none` where there are none."""
    if not fields:
        return SmsSetup()
    number = fields.get("number")
    return SmsSetup(
        mode=SmsMode(fields["mode"]),
        status=SmsStatus(fields["status"]),
        reason=fields.get("reason"),
        join_code=fields.get("join_code"),
        number=PhoneNumber(number) if number else None,
    )
