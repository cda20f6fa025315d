"""SMS set-ups in Redis: by which way each agent comes to a number."""

import json

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import Fields, only_set
from gateway.domain.compliance import fold
from gateway.domain.errors import NotFound
from gateway.domain.ids import AgentId
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


class SmsSetups:
    """By which way each agent comes to a number."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._set = script(redis, "channels", "set_sms")

    async def find(self, agent_id: AgentId) -> SmsSetup:
        """Find an agent's set-up as it was set; that of mode `none` where nothing was."""
        return setup_of(await self._redis.read_hash(keys.sms(agent_id)))

    async def set(self, agent_id: AgentId, setup: SmsSetup) -> bool:
        """Set an agent's set-up; one of another mode is left before. NotFound when the agent is gone.

        A join code that the agent has stays, and with it who joined. False when the new one is another agent's.
        """
        fields = json.dumps(_fields(setup))
        outcome = await self._set(
            keys=[keys.agent(agent_id), keys.sms(agent_id)], args=[agent_id, fields, json.dumps(CHANNELS)]
        )
        if outcome == "gone":
            raise NotFound(f"There is no agent {agent_id}.")
        return bool(outcome == "set")


def _fields(setup: SmsSetup) -> Fields:
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
