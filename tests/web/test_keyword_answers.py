"""STOP, START, HELP and silence: what the webhook itself says, and what it writes down."""

import asyncio
import json

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from tests.examples import NUMBER, TEXTER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer
from tests.web.contents import contents, names
from tests.web.processes import calling, web_process
from tests.web.twilio import post_text, said

_STOPPED = "Corner Cafe: You are opted out and will get no more texts from us. Reply START to opt in again."
_STARTED = (
    "Corner Cafe: You are opted in. Message frequency varies. Msg & data rates may apply. "
    "Reply HELP for help, STOP to opt out."
)
_HELPED = (
    "Corner Cafe: automated AI text service. Help: help@cafe.example. Msg & data rates may apply. "
    "Reply STOP to opt out."
)
_ASKED = "Corner Cafe: Reply STOP to opt out and get no more texts from us. If you meant something else, just go on."
_LEDGER = f"tg:ledger:{NUMBER}:{TEXTER_HASH}"


@pytest.mark.parametrize(
    "heard",
    [
        ("STOP", _STOPPED, "out"),
        ("opt out", _STOPPED, "out"),
        ("Revoke.", _STOPPED, "out"),
        ("START", _STARTED, "in"),
        ("unstop", _STARTED, "in"),
    ],
)
async def test_a_keyword_is_answered_and_recorded_at_once(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, heard: tuple[str, str, str]
) -> None:
    """I20, I23, I27: the webhook answers with the brand, writes the ledger with the exact words, and wakes nobody."""
    body, words, state = heard
    assert said(await post_text(web, inbound_form(body))) == [words]
    saved = contents(redis_url)
    assert saved[f"tg:consent:{NUMBER}:{TEXTER_HASH}"]["state"] == state
    (row,) = map(json.loads, saved[_LEDGER])
    expected = {"version": 1, "state": state, "source": "keyword", "message_sid": message_sid(), "wording": words}
    whose = {"number": NUMBER, "texter": TEXTER, "account_id": customer.account.id}
    assert row == expected | whose | {"at": row["at"], "note": ""}
    assert names(saved, "arq:") == names(saved, "tg:inbox:") == []


async def test_a_revocation_is_confirmed_and_recorded_as_such(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I22, I27: consent taken back in other words meets the one confirmation, and the ledger says how it was read."""
    assert said(await post_text(web, inbound_form("pls take me off your list"))) == [_STOPPED]
    saved = contents(redis_url)
    (row,) = map(json.loads, saved[_LEDGER])
    assert (row["state"], row["source"], row["wording"]) == ("out", "free-form", _STOPPED)
    assert names(saved, "arq:") == names(saved, "tg:inbox:") == []
    assert said(await post_text(web, inbound_form("stop texting me", sid=message_sid(2)))) == []


async def test_who_may_mean_it_is_asked_once(web: httpx.AsyncClient, customer: Customer, redis_url: Secret) -> None:
    """I22: a doubtful text is a question to the texter, once; with the next that is no opt-out the agent hears it."""
    assert said(await post_text(web, inbound_form("wrong number", sid=message_sid(0)))) == [_ASKED]
    assert names(contents(redis_url), "tg:inbox:") == []
    for number, text in enumerate(["stop it", "Are you open on Sunday?"], 1):
        assert said(await post_text(web, inbound_form(text, sid=message_sid(number)))) == []
    saved = contents(redis_url)
    (row,) = map(json.loads, saved[_LEDGER])
    assert (row["state"], row["source"], row["message_sid"]) == ("unset", "first-text", message_sid(0))
    (inbox,) = names(saved, "tg:inbox:")
    assert saved[inbox][::2] == [message_sid(0), message_sid(1), message_sid(2)]


async def test_a_stop_ends_the_doubt(web: httpx.AsyncClient, customer: Customer, redis_url: Secret) -> None:
    """I22: who answers the question with STOP is out, and the agent hears nothing of it, also not after START."""
    for number, text in enumerate(["wrong number", "STOP", "START", "Hello"]):
        await post_text(web, inbound_form(text, sid=message_sid(number)))
    saved = contents(redis_url)
    (inbox,) = names(saved, "tg:inbox:")
    assert saved[inbox][::2] == [message_sid(3)]


async def test_many_doubtful_texts_at_once_are_one_question(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I22: of doubtful texts that come at once, one is met with the question."""
    forms = [inbound_form("wrong number", sid=message_sid(number)) for number in range(10)]
    answers = await asyncio.gather(*(post_text(web, form) for form in forms))
    assert sorted(map(said, answers)) == [[]] * 9 + [[_ASKED]]


async def test_who_opts_in_again_may_be_asked_again(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I25: a START begins anew."""
    for number, (text, words) in enumerate([("stop it", _ASKED), ("START", _STARTED), ("stop it", _ASKED)]):
        assert said(await post_text(web, inbound_form(text, sid=message_sid(number)))) == [words]


@pytest.mark.parametrize("before", ["nothing", "STOP"])
async def test_help_names_whom_to_reach_and_changes_nothing(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, before: str
) -> None:
    """I24: HELP is answered with brand and contact, also to who is out, and is no consent."""
    if before == "STOP":
        await post_text(web, inbound_form("STOP"))
    ledger = contents(redis_url).get(_LEDGER)
    assert said(await post_text(web, inbound_form("HELP", sid=message_sid(2)))) == [_HELPED]
    assert contents(redis_url).get(_LEDGER) == ledger


async def test_a_brand_is_said_as_it_is_written(redis_url: Secret, customer: Customer) -> None:
    """I24: signs that mean something in XML reach the phone as they stand in the settings."""
    async with web_process(redis_url, TEXTGATE_BRAND="Fish & <Chips>") as app, calling(app) as web:
        (words,) = said(await post_text(web, inbound_form("STOP")))
    assert words.startswith("Fish & <Chips>: ")


async def test_a_new_stop_from_who_is_out_meets_silence(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I23: twenty times STOP get one confirmation and one row."""
    answers = [said(await post_text(web, inbound_form("STOP", sid=message_sid(number)))) for number in range(20)]
    assert answers == [[_STOPPED]] + [[]] * 19
    assert len(contents(redis_url)[_LEDGER]) == 1


async def test_stop_and_start_take_turns(web: httpx.AsyncClient, customer: Customer, redis_url: Secret) -> None:
    """I25: START restores what STOP removed, YES does so for who is out, and the ledger keeps every change."""
    bodies = ["STOP", "Hello", "YES", "Yes", "stop", "START"]
    for number, body in enumerate(bodies):
        await post_text(web, inbound_form(body, sid=message_sid(number)))
    saved = contents(redis_url)
    assert [json.loads(row)["state"] for row in saved[_LEDGER]] == ["out", "in", "out", "in"]
    assert len(names(saved, "arq:job:")) == 1, "the second YES is an answer in a dialogue"


_SILENCE = {
    # what was texted before, the form, and why nobody answers
    "an unbound number": (None, inbound_form(To="+12025550111"), "number not bound"),
    "STOP to an unbound number": (None, inbound_form("STOP", To="+12025550111"), "number not bound"),
    "who is out": ("STOP", inbound_form(sid=message_sid(9)), "opted out"),
    "STOP from who is out": ("STOP", inbound_form("STOP", sid=message_sid(9)), "opted out already"),
    "an empty text": (None, inbound_form(""), "empty text"),
    "STOP that Twilio answered": (None, inbound_form("STOP", OptOutType="STOP"), "answered by Twilio"),
    "START that Twilio answered": (None, inbound_form("START", OptOutType="START"), "answered by Twilio"),
    "HELP that Twilio answered": (None, inbound_form("HELP", OptOutType="HELP"), "answered by Twilio"),
    "a short code": (None, inbound_form(From="73822"), "from a short code"),
    "WhatsApp": (None, inbound_form(From=f"whatsapp:{TEXTER}"), "over WhatsApp"),
    "RCS": (None, inbound_form(From=f"rcs:{TEXTER}", To="rcs:cafe_agent"), "over RCS"),
    "a name": (None, inbound_form(From="CAFE"), "from a name"),
    "a number that texts itself": (None, inbound_form(From=NUMBER), "from itself"),
}


@pytest.mark.parametrize("case", _SILENCE.values(), ids=_SILENCE.keys())
async def test_silence_leaves_a_trace(
    web: httpx.AsyncClient, customer: Customer, store: Store, case: tuple[str | None, dict[str, str], str]
) -> None:
    """I7, I19, I23: where nobody answers, Twilio gets an empty response and the trace tells why."""
    before, form, reason = case
    if before:
        await post_text(web, inbound_form(before))
    assert said(await post_text(web, form)) == []
    trace = await store.traces.read(form["MessageSid"])
    assert (trace.outcome, trace.message_sid, trace.turn_id) == ("ignored", form["MessageSid"], None)
    assert [(step.name, step.details) for step in trace.steps] == [("text.ignored", {"reason": reason})]
    assert await store.connection.zcard("arq:queue") == 0


@pytest.mark.parametrize(("opt_out_type", "state"), [("STOP", "out"), ("START", "in")])
async def test_what_twilio_answered_is_recorded(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, opt_out_type: str, state: str
) -> None:
    """I23, I27: consent that Twilio heard of reaches our ledger, with Twilio as its source and no words of ours."""
    await post_text(web, inbound_form("basta", OptOutType=opt_out_type))
    (row,) = map(json.loads, contents(redis_url)[_LEDGER])
    assert (row["state"], row["source"], row["wording"]) == (state, "OptOutType", "")


async def test_a_stop_to_an_unbound_number_counts_later(
    web: httpx.AsyncClient, store: Store, redis_url: Secret
) -> None:
    """I19, I28: who stopped a number before it was bound is out when it is."""
    from tests.setting_up import set_up_customer

    assert said(await post_text(web, inbound_form("STOP"))) == []
    await set_up_customer(store)
    assert said(await post_text(web, inbound_form(sid=message_sid(2)))) == []
    assert names(contents(redis_url), "arq:job:") == []
