"""A Twilio with a customer's account in it, and a web process that knows where it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.adapters.key_ring import EdgeRing
from gateway.adapters.store import Store
from gateway.dev.twilio.account import Account
from gateway.dev.twilio.app import build_app
from gateway.dev.twilio.stand_in import StandIn
from gateway.domain.login import LoginPlace, TwilioLogin
from gateway.domain.number import Kind, Number
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, EDGE_KEYS, NOW, NUMBER, PUBLIC_URL
from tests.setting_up import Customer
from tests.web.processes import listening
from tests.web.twilio import SMS, signature

SID = "AC" + "ba" * 16
TOKEN = "canary-customers-token-8277e0910d750195"
OTHER_SID = "AC" + "dc" * 16
OTHER_TOKEN = "canary-other-token-1ff1de774005f8da"
OWN = PhoneNumber("+12025550111")
OTHERS = PhoneNumber("+12025550112")
WEBHOOK = f"{PUBLIC_URL}{SMS}#rc=2&rp=all&ct=2000&rt=5000&tt=15000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    """The stand-in, with the operator's account and two customers'."""

    url: str
    client: httpx.AsyncClient

    async def control(self, deed: str, **words: Any) -> None:
        """Have something be so at Twilio."""
        (await self.client.post(f"/control/{deed}", json=words)).raise_for_status()

    async def show(self, number: str = OWN, sid: str = SID, token: str = TOKEN) -> dict[str, Any]:
        """Show a number as Twilio does."""
        path = f"/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json"
        answer = await self.client.get(path, params={"PhoneNumber": number}, auth=(sid, token))
        (found,) = answer.raise_for_status().json()["incoming_phone_numbers"]
        return dict(found)


@asynccontextmanager
async def running_twilio() -> AsyncIterator[Twilio]:
    """Run a stand-in in which the operator owns NUMBER, and two customers a number each."""
    account = Account(sid=ACCOUNT_SID, tokens=(AUTH_TOKEN,))
    app = build_app(lambda: StandIn.open(account, data=None, pace_seconds=0))
    async with app.router.lifespan_context(app), listening(app) as port:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            twilio = Twilio(url=url, client=client)
            await twilio.control("accounts", account_sid=SID, auth_token=TOKEN, numbers=[OWN])
            await twilio.control("accounts", account_sid=OTHER_SID, auth_token=OTHER_TOKEN, numbers=[OTHERS])
            shop = f"/2010-04-01/Accounts/{ACCOUNT_SID}/IncomingPhoneNumbers.json"
            await client.post(shop, data={"PhoneNumber": NUMBER}, auth=(ACCOUNT_SID, AUTH_TOKEN))
            yield twilio


def wish(**changes: Any) -> dict[str, Any]:
    """What a developer posts to bring a number."""
    return {"mode": "byo_twilio", "account_sid": SID, "auth_token": TOKEN, "phone_number": OWN, **changes}


async def ask_to_bring(api: httpx.AsyncClient, agent: str, **changes: Any) -> httpx.Response:
    """Ask the API to bring the number to an agent."""
    return await api.post(f"/v1/agents/{agent}/channels/sms", json=wish(**changes))


async def bring(store: Store, customer: Customer, number: PhoneNumber, sid: str, token: str) -> TwilioLogin:
    """Have a customer's agent answer on a number that the customer has brought."""
    place = LoginPlace(account_id=customer.account.id, number=number, account_sid=sid)
    sealed = EdgeRing(EDGE_KEYS).seal(Secret(token), place)
    login = TwilioLogin(account_id=customer.account.id, number=number, account_sid=sid, sealed=sealed)
    new = Number(number=number, kind=Kind.LONG, added_at=NOW)
    await store.numbers.bring(new, customer.agent.id, login, now=NOW)
    return login


def signed(form: dict[str, str], token: str, path: str = SMS) -> str:
    """Sign a form with the token of an account of one's own."""
    return signature(form, url=PUBLIC_URL + path, token=token)
