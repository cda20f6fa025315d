"""Short ways to a gateway that has something in it."""

from dataclasses import dataclass

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store
from gateway.domain.account import Account, ApiKey, Plan
from gateway.domain.agent import Agent
from gateway.domain.brevity import MOST_SEGMENTS
from gateway.domain.credential import Provider
from gateway.domain.number import Number
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.texting import Texting
from gateway.flows.accounts import create_account, issue_key
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.credentials import ByokSettings, set_credential
from gateway.flows.numbers import bind_number
from tests.examples import NOW, NUMBER, SEAL_KEYS

MODEL_PLACE = "127.0.0.1:4141"
QUIET = Texting(disclosure="", max_segments=MOST_SEGMENTS)
"""How agents text in tests that are about something else than the disclosure of a first reply."""
MODEL_KEY = "sk-canary-model-key-900150983cd24fb0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """An account with an API key, a sealed model key, an agent and a number."""

    account: Account
    key: ApiKey
    api_key: str
    agent: Agent
    number: Number


async def set_up_customer(
    store: Store,
    *,
    name: str = "Corner Cafe",
    number: PhoneNumber = NUMBER,
    model_place: str = MODEL_PLACE,
    model_key: str = MODEL_KEY,
    provider: Provider = Provider.OPENAI_COMPAT,
    texting: Texting = QUIET,
) -> Customer:
    """Take all the steps that an operator takes for a new customer."""
    account = await create_account(name, store=store, now=NOW)
    issued = await issue_key(account.id, label="test", plan=Plan.BYOK, store=store, now=NOW)
    wishes = ByokSettings(provider=provider, base_url=f"http://{model_place}/v1", model="test-model", label=None)
    await set_credential(
        issued.key,
        Secret(model_key),
        wishes,
        store=store,
        sealer=Sealer(SEAL_KEYS),
        allowed_private=(model_place,),
        now=NOW,
    )
    prompt = AgentWishes(system_prompt="You are the agent of a cafe.", texting=texting)
    agent = await create_agent(issued.key, prompt, store=store, now=NOW)
    bound = await bind_number(number, agent.id, store=store, now=NOW)
    return Customer(account=account, key=issued.key, api_key=issued.secret.reveal(), agent=agent, number=bound)
