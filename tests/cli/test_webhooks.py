"""`textgate numbers configure`: where Twilio calls us for a number."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.adapters.key_ring import EdgeRing
from gateway.adapters.store import Store
from gateway.dev.children import spawn
from gateway.domain.login import Flaw, LoginPlace, TwilioLogin
from gateway.domain.number import Kind, Number
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.cli.tool import Tool
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, EDGE_KEYS, NOW, NUMBER, PUBLIC_URL
from tests.setting_up import Customer, set_up_customer

_OWN_SID = "AC" + "ba" * 16
_OWN = PhoneNumber("+12025550111")
_TOKEN = "canary-customers-token-8277e0910d750195"
_WEBHOOK = f"{PUBLIC_URL}/webhooks/twilio/sms#rc=2&rp=all&ct=2000&rt=5000&tt=15000"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Twilio stand-in with the operator's number and a customer's."""
    account = {"TEXTGATE_TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TEXTGATE_TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    arguments = [sys.executable, "-m", "gateway.dev.twilio", "--port", "0", "--pace", "0"]
    process = spawn(
        arguments, env={**os.environ, **account}, stdout=subprocess.PIPE, cwd=tmp_path_factory.mktemp("twilio")
    )
    assert process.stdout is not None
    with process.stdout as words:
        url = words.readline().decode().split()[-1]
        buy = f"{url}/2010-04-01/Accounts/{ACCOUNT_SID}/IncomingPhoneNumbers.json"
        httpx.post(buy, auth=(ACCOUNT_SID, AUTH_TOKEN), data={"PhoneNumber": NUMBER}).raise_for_status()
        _control(url, "accounts", account_sid=_OWN_SID, auth_token=_TOKEN, numbers=[_OWN])
        yield url
        process.terminate()
        process.wait(10)


@pytest.fixture
def twilio(stand_in: str, tool: Tool) -> str:
    """The stand-in, which the tool is told of, with the operator's number pointed elsewhere."""
    _control(stand_in, f"numbers/{NUMBER}", sms_url="https://before.example.com/", sms_application_sid="")
    tool.variables["TEXTGATE_TWILIO_API_URL"] = stand_in
    return stand_in


def _control(url: str, deed: str, **words: Any) -> None:
    httpx.post(f"{url}/control/{deed}", json=words).raise_for_status()


def test_configure(tool: Tool, twilio: str) -> None:
    """Contract 4: the webhook is set at Twilio; what was and what is are printed; the same again changes nothing."""
    tool.ask("numbers", "add", NUMBER)
    told = tool.ask("numbers", "configure", NUMBER)
    assert (told["number"], told["configured"], told["sms_url"]) == (NUMBER, True, _WEBHOOK)
    assert told["was"]["sms_url"] == "https://before.example.com/"
    again = tool.ask("numbers", "configure", NUMBER)
    assert again["was"]["sms_url"] == again["sms_url"] == _WEBHOOK


def test_in_a_messaging_service(tool: Tool, twilio: str) -> None:
    """Contract 4: a Messaging Service may defer to the number's webhook: no flaw, but what to look at is said."""
    tool.ask("numbers", "add", NUMBER)
    _control(twilio, f"numbers/{NUMBER}", sms_application_sid="MG" + "1" * 32)
    said = tool.run("numbers", "configure", NUMBER, "--json")
    assert (said.code, said.value["configured"], said.value["reason"]) == (0, True, None)
    assert "Defer to sender's webhook" in said.err


def test_overridden(tool: Tool, twilio: str) -> None:
    """Contract 4: a number whose texts go elsewhere all the same is exit 1, with the reason."""
    tool.ask("numbers", "add", NUMBER)
    _control(twilio, f"numbers/{NUMBER}", sms_application_sid="AP" + "1" * 32)
    said = tool.run("numbers", "configure", NUMBER, "--json")
    assert (said.code, said.value["configured"], said.value["reason"]) == (1, False, "webhook_overridden")
    assert "TwiML app takes" in said.err


_REFUSED: dict[str, tuple[str, dict[str, str], int, str, str]] = {
    "not added": ("+12025550155", {}, 1, "not_found", "numbers add"),
    "a short code": ("55512", {}, 1, "short_code", "console"),
    "not at Twilio": ("+12025550166", {}, 1, "number_not_found", "TEXTGATE_TWILIO_ACCOUNT_SID"),
    "a wrong token": (NUMBER, {"TEXTGATE_TWILIO_AUTH_TOKEN": "wrong"}, 1, "token_refused", "Copy them"),
    "nobody there": (NUMBER, {"TEXTGATE_TWILIO_API_URL": "http://127.0.0.1:1"}, 3, "twilio_unavailable", "reached"),
    "no TLS": (
        NUMBER,
        {"TEXTGATE_TWILIO_API_URL": "https://127.0.0.1:1", "TEXTGATE_PUBLIC_URL": "http://gateway.example.com"},
        1,
        "public_url_not_https",
        "TEXTGATE_PUBLIC_URL",
    ),
}


@pytest.mark.parametrize("case", _REFUSED.values(), ids=_REFUSED.keys())
async def test_refused(tool: Tool, twilio: str, store: Store, case: tuple[str, dict[str, str], int, str, str]) -> None:
    """Contract 4: what keeps a number from being configured is said, with the next step; exit 3 for nobody there."""
    number, changes, code, error, words = case
    for known in (NUMBER, "+12025550166"):
        await store.numbers.save(Number(number=PhoneNumber(known), kind=Kind.LONG, added_at=NOW))
    said = tool.run("numbers", "configure", number, "--json", **changes)
    assert (said.code, said.value["error"]) == (code, error)
    assert words in said.err


async def _bring(store: Store, customer: Customer, flaw: Flaw) -> None:
    place = LoginPlace(account_id=customer.account.id, number=_OWN, account_sid=_OWN_SID)
    login = TwilioLogin(
        account_id=customer.account.id,
        number=_OWN,
        account_sid=_OWN_SID,
        sealed=EdgeRing(EDGE_KEYS).seal(Secret(_TOKEN), place),
        flaw=flaw,
    )
    new = Number(number=_OWN, kind=Kind.LONG, added_at=NOW)
    await store.numbers.bring(new, customer.agent.id, login, now=NOW)


async def test_a_customers_own_number(tool: Tool, twilio: str, store: Store) -> None:
    """A number that was brought is set with its own account's token, and is no longer in need of it."""
    await _bring(store, await set_up_customer(store), Flaw.UNREACHABLE)
    said = tool.run("numbers", "configure", _OWN, "--json", TEXTGATE_EDGE_KEYS="")
    assert (said.code, said.value["error"]) == (1, "byo_twilio_not_available")
    told = tool.ask("numbers", "configure", _OWN)
    assert (told["twilio_account_sid"], told["sms_url"]) == (_OWN_SID, _WEBHOOK)
    assert (await store.numbers.read(_OWN)).login is not None
    kept = await store.numbers.find_login(_OWN)
    assert kept
    assert kept.flaw is None
    assert _TOKEN not in str(tool.ask("numbers", "list"))


async def test_doctor_looks_at_them(tool: Tool, store: Store) -> None:
    """`doctor` tells whether the edge ring opens what accounts brought, and names those that need set-up."""
    customer = await set_up_customer(store)
    await _bring(store, customer, Flaw.REFUSED)
    for ring, ok in ((EDGE_KEYS.reveal(), True), ("", False), ("broken", False)):
        found = {each["check"]: each for each in tool.run("doctor", "--json", TEXTGATE_EDGE_KEYS=ring).value}
        assert found["own numbers"]["ok"] is ok
        assert _OWN in found["own numbers"]["fix"]
