"""Numbers of an account's own Twilio account: looked up there, and connected."""

from datetime import datetime

from gateway.adapters.store import Store
from gateway.domain.agent import Agent
from gateway.domain.errors import TwilioDown
from gateway.domain.sms import SmsSetup, SmsWish


async def connect_own_twilio(agent: Agent, wish: SmsWish, *, store: Store, now: datetime) -> SmsSetup:
    """Connect a number of the account's own Twilio account to an agent."""
    _ = agent, wish, store, now
    raise TwilioDown("Numbers of your own Twilio account can't be connected yet. Choose sandbox or managed.")
