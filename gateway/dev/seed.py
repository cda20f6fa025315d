"""The demo that a development gateway starts with: made once, kept afterwards."""

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store
from gateway.dev.place import OFFLINE_MODEL
from gateway.domain.account import Account, ApiKey, Plan
from gateway.domain.agent import Agent
from gateway.domain.credential import Provider
from gateway.domain.number import Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.flows.accounts import create_account, issue_key
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.credentials import ByokSettings, set_credential
from gateway.flows.numbers import NumberWishes, add_number, bind_number

NUMBER = PhoneNumber("+12025550199")
SANDBOX = PhoneNumber("+12025550188")
POOLED = PhoneNumber("+12025550177")
_SHOWN = {NUMBER: "Demo agent", SANDBOX: "Sandbox", POOLED: "Free"}
"""What the phone page calls each number."""
_LABEL = "offline model"
_PROMPT = "You are the friendly demo agent of a text line. Keep replies short."


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the ready box speaks of."""

    phone_key_id: str
    """The API key whose agent answers on the phone page."""
    api_key: str
    """Another account's program's key, for trying out the API."""


async def make_demo(store: Store, known: dict[str, str], *, now: datetime) -> Demo:
    """Make the demo account, its two API keys; or find those of an earlier start in `known`."""
    if "TEXTGATE_DEV_API_KEY" in known:
        return Demo(phone_key_id=known["TEXTGATE_DEV_PHONE_KEY"], api_key=known["TEXTGATE_DEV_API_KEY"])
    account: Account = await create_account("Demo", store=store, now=now)
    phone = await issue_key(account.id, label="phone page", plan=Plan.BYOK, store=store, now=now)
    api = await issue_key(account.id, label="trying out the API", plan=Plan.BYOK, store=store, now=now)
    return Demo(phone_key_id=phone.key.id, api_key=api.secret.reveal())


async def equip_phone_page(demo: Demo, store: Store, *, sealer: Sealer, model_place: str) -> None:
    """Give the phone page's key the offline model, an agent and a number, unless it has them already."""
    now = datetime.now(UTC)
    key = await store.accounts.read_key(demo.phone_key_id)
    current = await store.credentials.find(key.id)
    base_url = f"http://{model_place}/v1"
    # a developer's real key stays; our own stand-in may have moved to another port
    if current is None or (current.label == _LABEL and current.base_url != base_url):
        wishes = ByokSettings(provider=Provider.OPENAI_COMPAT, base_url=base_url, model=OFFLINE_MODEL, label=_LABEL)
        await set_credential(
            key,
            Secret("sk-offline-needs-no-key"),
            wishes,
            store=store,
            sealer=sealer,
            allowed_private=(model_place,),
            now=now,
        )
    if await store.numbers.find(NUMBER) is None:
        agent = await _find_agent(key, store) or await create_agent(
            key, AgentWishes(system_prompt=_PROMPT), store=store, now=now
        )
        await bind_number(NUMBER, agent.id, store=store, now=now)


async def stock_numbers(store: Store) -> None:
    """Have a sandbox and a pool with a number in it, for agents that are made over the API."""
    for number, use in ((SANDBOX, Use.SANDBOX), (POOLED, Use.POOL)):
        if await store.numbers.find(number) is None:
            await add_number(number, NumberWishes(use=use), store=store, now=datetime.now(UTC))


async def _find_agent(key: ApiKey, store: Store) -> Agent | None:
    agents, _ = await store.agents.read_all(key.account_id, limit=100, cursor=None)
    return next((agent for agent in agents if agent.key_id == key.id), None)


def buy_number(environment: dict[str, str], *, phone_url: str, gateway_url: str, number: PhoneNumber = NUMBER) -> None:
    """Have the Twilio stand-in own a number, the demo's or another, with its webhook set to the gateway."""
    sid = environment["TEXTGATE_TWILIO_ACCOUNT_SID"]
    numbers = f"{phone_url}/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers"
    webhook = {"SmsUrl": f"{gateway_url}/webhooks/twilio/sms#rc=2&rp=all&ct=2000&rt=5000&tt=15000"}
    with httpx.Client(auth=(sid, environment["TEXTGATE_TWILIO_AUTH_TOKEN"]), trust_env=False) as client:
        owned = client.get(f"{numbers}.json", params={"PhoneNumber": number}).raise_for_status().json()
        found = owned["incoming_phone_numbers"]
        address = f"{numbers}/{found[0]['sid']}.json" if found else f"{numbers}.json"
        fields = webhook if found else {"PhoneNumber": number, "FriendlyName": _SHOWN[number], **webhook}
        client.post(address, data=fields).raise_for_status()
