"""Agents of a sandbox, and texts to it, for those who test what becomes of them."""

from itertools import count

from gateway.adapters.store import Store, keys
from gateway.domain.agent import Agent
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode, SmsStatus
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.receive import Received, receive_text
from gateway.flows.sms import choose_sms
from tests.domain.values import VOICE, a_text
from tests.examples import NOW, PEPPER, TEXTER_HASH, message_sid
from tests.setting_up import Customer

SANDBOX = PhoneNumber("+12025550190")
_numbers = count(1)


async def make_agent(customer: Customer, store: Store) -> tuple[Agent, str]:
    """Make an agent of the sandbox, and return it with its code."""
    agent = await create_agent(customer.key, AgentWishes(), store=store, now=NOW)
    setup = await choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW)
    assert (setup.status, setup.number) == (SmsStatus.ACTIVE, SANDBOX)
    return agent, setup.join_code or ""


async def text(store: Store, body: str, *, sid: str | None = None, to: str = SANDBOX) -> Received:
    """Receive a text to the sandbox, or another number."""
    text = a_text(body, sid=sid or message_sid(next(_numbers)), To=to)
    return await receive_text(text, store=store, voice=VOICE, pepper=PEPPER, now=NOW)


async def find_joined(store: Store) -> str | None:
    """Find the agent that the texter has joined."""
    return await store.connection.read_field(keys.members(SANDBOX), TEXTER_HASH)
