"""byo_twilio: an account brings a number of its own Twilio account."""

import io
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, NUMBER
from tests.setting_up import Customer, set_up_customer
from tests.web.api import body_of, expect, read_sms
from tests.web.contents import contents
from tests.web.own_twilio import (
    OTHER_TOKEN,
    OTHERS,
    OWN,
    SID,
    TOKEN,
    WEBHOOK,
    Twilio,
    ask_to_bring,
    wish,
)
from tests.web.processes import calling, web_process

_APP = "AP" + "1" * 32


@pytest.fixture
def web_settings(twilio: Twilio) -> dict[str, str]:
    """The gateway's Twilio is the stand-in."""
    return {"TEXTGATE_TWILIO_API_URL": twilio.url}


async def _make(api: httpx.AsyncClient) -> str:
    return str(body_of(await api.post("/v1/agents", json={}))["agent_id"])


async def test_a_number_is_brought(api: httpx.AsyncClient, twilio: Twilio, store: Store, customer: Customer) -> None:
    """Contract 5: the number is looked up with its own account's token, bound, and its webhook set and read back."""
    agent = await _make(api)
    shown = body_of(await ask_to_bring(api, agent))
    assert shown == {"mode": "byo_twilio", "status": "active", "phone_number": OWN} == await read_sms(api, agent)
    owned = await twilio.show()
    assert (owned["sms_url"], owned["sms_method"], owned["sms_fallback_url"]) == (WEBHOOK, "POST", "")
    number = await store.numbers.read(OWN)
    assert (number.account_id, number.agent_id, number.keywords) == (customer.account.id, agent, "twilio")


async def test_the_same_again(api: httpx.AsyncClient, store: Store, redis_url: Secret) -> None:
    """The same again changes nothing but the seal; a new token replaces the old one."""
    agent = await _make(api)
    before, first = body_of(await ask_to_bring(api, agent)), await store.numbers.read(OWN)
    assert body_of(await ask_to_bring(api, agent)) == before
    assert (await store.numbers.read(OWN)).added_at == first.added_at
    assert first.login
    again = await store.numbers.find_login(OWN)
    assert again
    assert again.sealed != first.login.sealed
    assert first.login.sealed not in str(contents(redis_url))


async def test_another_number_takes_the_place_of_the_first(
    api: httpx.AsyncClient, twilio: Twilio, store: Store, redis_url: Secret
) -> None:
    """An agent has one number of its own: the next one takes the place of the first, whose token is erased."""
    await twilio.control("accounts", account_sid=SID, auth_token=TOKEN, numbers=["+12025550113"])
    agent = await _make(api)
    await ask_to_bring(api, agent)
    first = await store.numbers.find_login(OWN)
    assert body_of(await ask_to_bring(api, agent, phone_number="+12025550113"))["phone_number"] == "+12025550113"
    assert first
    assert await store.numbers.find(OWN) is None
    assert first.sealed not in str(contents(redis_url))


async def test_a_number_moves_between_the_agents_of_an_account(api: httpx.AsyncClient, store: Store) -> None:
    """Brought to another agent of its account, a number leaves the one before, which is told what it lacks."""
    one, two = await _make(api), await _make(api)
    await ask_to_bring(api, one)
    await ask_to_bring(api, two)
    assert (await store.numbers.read(OWN)).agent_id == two
    left = await read_sms(api, one)
    assert (left["status"], one in left["reason"]) == ("needs_setup", True)


_FLAWS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a wrong token": ({"auth_token": "wrong"}, {}, "Twilio refuses account_sid and auth_token"),
    "another account's token": ({"auth_token": OTHER_TOKEN}, {}, "Twilio refuses account_sid and auth_token"),
    "an account that is none": ({"account_sid": "AC" + "9" * 32}, {}, "Twilio refuses account_sid and auth_token"),
    "a number that it has not": ({"phone_number": "+12025550114"}, {}, "no such number"),
    "a number of another account": ({"phone_number": OTHERS}, {}, "no such number"),
    "a number that can't text": ({}, {"sms_capable": False}, "can't text"),
    "a TwiML app": ({}, {"sms_application_sid": _APP}, "TwiML app takes"),
}


@pytest.mark.parametrize("case", _FLAWS.values(), ids=_FLAWS.keys())
async def test_what_is_wrong_is_said(
    api: httpx.AsyncClient, twilio: Twilio, log: io.StringIO, case: tuple[dict[str, Any], dict[str, Any], str]
) -> None:
    """Contract 5: each thing that keeps a number from being served is `needs_setup`, with what to do about it."""
    changes, at_twilio, words = case
    if at_twilio:
        await twilio.control(f"numbers/{OWN}", **at_twilio)
    agent = await _make(api)
    answer = await ask_to_bring(api, agent, **changes)
    shown = body_of(answer)
    assert (answer.status_code, shown["status"]) == (200, "needs_setup")
    assert words in shown["reason"]
    assert shown == await read_sms(api, agent)
    assert not [token for token in (TOKEN, OTHER_TOKEN) if token in answer.text + log.getvalue()]


@pytest.mark.parametrize("case", ["a wrong token", "a number that can't text", "a TwiML app"])
async def test_what_was_wrong_is_mended(api: httpx.AsyncClient, twilio: Twilio, case: str) -> None:
    """What was wrong is tried again by the same request, once it is mended."""
    changes, at_twilio, _ = _FLAWS[case]
    if at_twilio:
        await twilio.control(f"numbers/{OWN}", **at_twilio)
    agent = await _make(api)
    assert body_of(await ask_to_bring(api, agent, **changes))["status"] == "needs_setup"
    await twilio.control(f"numbers/{OWN}", sms_capable=True, sms_application_sid="")
    assert body_of(await ask_to_bring(api, agent)) == await read_sms(api, agent)
    assert (await read_sms(api, agent))["status"] == "active"


async def test_a_failed_change_leaves_the_number_served(api: httpx.AsyncClient, store: Store) -> None:
    """A wrong token sent later is told, and the one before goes on being used."""
    agent = await _make(api)
    await ask_to_bring(api, agent)
    before = await store.numbers.find_login(OWN)
    assert body_of(await ask_to_bring(api, agent, auth_token="wrong"))["status"] == "needs_setup"
    assert await store.numbers.find_login(OWN) == before


_WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no SID": ({"account_sid": None}, "invalid_account_sid", "account_sid"),
    "a short SID": ({"account_sid": "AC12"}, "invalid_account_sid", "account_sid"),
    "a path": ({"account_sid": "AC" + "../" * 10 + "ab"}, "invalid_account_sid", "account_sid"),
    "the operator's SID": ({"account_sid": ACCOUNT_SID}, "invalid_account_sid", "account_sid"),
    "no token": ({"auth_token": None}, "missing_auth_token", "auth_token"),
    "a blank token": ({"auth_token": "  "}, "missing_auth_token", "auth_token"),
    "a token of two lines": ({"auth_token": "a\nb"}, "invalid_auth_token", "auth_token"),
    "two tokens": ({"auth_token": "new,old"}, "invalid_auth_token", "auth_token"),
    "a token of other letters": ({"auth_token": "t\u00e9"}, "invalid_auth_token", "auth_token"),
    "keywords that nobody knows": ({"keywords": "nobody"}, "invalid_keywords", "keywords"),
    "keywords of a toll-free number": (
        {"phone_number": "+18335550100", "keywords": "gateway"},
        "invalid_keywords",
        "keywords",
    ),
    "no number": ({"phone_number": None}, "invalid_phone_number", "phone_number"),
    "a short code": ({"phone_number": "55512"}, "invalid_phone_number", "phone_number"),
    "a number as people write it": ({"phone_number": "(202) 555-0111"}, "invalid_phone_number", "phone_number"),
}


@pytest.mark.parametrize("case", _WRONG.values(), ids=_WRONG.keys())
async def test_what_can_be_no_number_is_refused(
    api: httpx.AsyncClient, customer: Customer, redis_url: Secret, case: tuple[dict[str, Any], str, str]
) -> None:
    """Contract 5: what can't be an account, a token or a number is named, and nothing is changed."""
    changes, code, field = case
    before = contents(redis_url)
    expect(await ask_to_bring(api, customer.agent.id, **changes), 400, code, field=field)
    assert contents(redis_url) == before


async def test_a_number_that_somebody_has(api: httpx.AsyncClient, twilio: Twilio, store: Store) -> None:
    """I12: the operator's numbers and another account's own are refused; only their owner at Twilio learns that."""
    operators, nobodys, agent = PhoneNumber("+12025550120"), "+12025550122", await _make(api)
    other = await set_up_customer(store, name="Other", number=operators)
    theirs = {"authorization": f"Bearer {other.api_key}"}
    shown = await api.post(f"/v1/agents/{other.agent.id}/channels/sms", json=wish(), headers=theirs)
    assert body_of(shown)["status"] == "active"
    for number in (nobodys, operators, NUMBER):
        told = body_of(await ask_to_bring(api, agent, phone_number=number))
        assert (told["status"], "no such number" in told["reason"]) == ("needs_setup", True)
    await twilio.control("accounts", account_sid=SID, auth_token=TOKEN, numbers=[OWN, operators])
    before = [await store.numbers.find(PhoneNumber(number)) for number in (OWN, operators)]
    for number in (OWN, operators):
        assert number in expect(await ask_to_bring(api, agent, phone_number=number), 409, "number_taken")
    assert [await store.numbers.find(PhoneNumber(number)) for number in (OWN, operators)] == before


async def test_without_the_edge_ring(redis_url: Secret, twilio: Twilio, customer: Customer) -> None:
    """Contract 3: without TEXTGATE_EDGE_KEYS nothing can be brought, the next step is named, and all else works."""
    changes = {"TEXTGATE_TWILIO_API_URL": twilio.url, "TEXTGATE_EDGE_KEYS": ""}
    async with web_process(redis_url, **changes) as app, calling(app) as api:
        api.headers["authorization"] = f"Bearer {customer.api_key}"
        agent = await _make(api)
        before = contents(redis_url)
        assert "TEXTGATE_EDGE_KEYS" in expect(await ask_to_bring(api, agent), 503, "byo_twilio_not_available")
        assert contents(redis_url) == before
        expect(await ask_to_bring(api, agent, account_sid="AC1"), 400, "invalid_account_sid", field="account_sid")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"TEXTGATE_TWILIO_API_URL": "http://127.0.0.1:1"}, "can't be reached"),
        (
            {"TEXTGATE_TWILIO_API_URL": "https://127.0.0.1:1", "TEXTGATE_PUBLIC_URL": "http://gateway.example.com"},
            "without TLS",
        ),
        (
            {
                "TEXTGATE_TWILIO_API_URL": "https://127.0.0.1:1",
                "TEXTGATE_PUBLIC_URL": "https://gateway.example.com,http://second.example.com",
            },
            "without TLS",
        ),
    ],
    ids=["nobody there", "no TLS", "no TLS at the fallback"],
)
async def test_twilio_out_of_reach(redis_url: Secret, customer: Customer, changes: dict[str, str], words: str) -> None:
    """A Twilio that can't be reached, or would call us without TLS, is `needs_setup` and not an error of ours."""
    async with web_process(redis_url, **changes) as app, calling(app) as api:
        api.headers["authorization"] = f"Bearer {customer.api_key}"
        shown = body_of(await ask_to_bring(api, await _make(api)))
    assert (shown["status"], words in shown["reason"]) == ("needs_setup", True)


async def test_a_second_address_is_the_fallback(redis_url: Secret, twilio: Twilio, customer: Customer) -> None:
    """I18: where the gateway has a second public URL, Twilio is given it for when the first does not answer."""
    urls = "https://gateway.example.com,https://second.example.com"
    changes = {"TEXTGATE_TWILIO_API_URL": twilio.url, "TEXTGATE_PUBLIC_URL": urls}
    async with web_process(redis_url, **changes) as app, calling(app) as api:
        api.headers["authorization"] = f"Bearer {customer.api_key}"
        await ask_to_bring(api, await _make(api))
    shown = await twilio.show()
    assert (shown["sms_url"], shown["sms_fallback_url"]) == (WEBHOOK, "https://second.example.com/webhooks/twilio/sms")


async def test_a_toll_free_number_leaves_keywords_to_the_carriers(
    api: httpx.AsyncClient, twilio: Twilio, store: Store
) -> None:
    """I23: nobody can switch the carriers' STOP off: the gateway is silent on a toll-free number from the start."""
    number = PhoneNumber("+18335550100")
    await twilio.control("accounts", account_sid=SID, auth_token=TOKEN, numbers=[number])
    assert body_of(await ask_to_bring(api, await _make(api), phone_number=number))["status"] == "active"
    assert (await store.numbers.read(number)).keywords == "twilio"


async def test_who_answers_keywords_is_said(api: httpx.AsyncClient, store: Store) -> None:
    """I23: Twilio answers keywords on a number unless its account says otherwise; what it does not say stays."""
    agent = await _make(api)
    for said, kept in ((None, "twilio"), ("gateway", "gateway"), (None, "gateway"), ("twilio", "twilio")):
        shown = body_of(await ask_to_bring(api, agent, keywords=said))
        assert (shown["status"], (await store.numbers.read(OWN)).keywords) == ("active", kept)
