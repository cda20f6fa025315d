"""A MessageSid that was here before: the same answer, byte for byte, and nothing changes."""

import asyncio
import json
from itertools import pairwise

import httpx
import pytest

from gateway.domain.secret import Secret
from tests.examples import NUMBER, PUBLIC_URL, inbound_form, message_sid
from tests.setting_up import Customer
from tests.web.contents import contents, names
from tests.web.processes import calling, web_process
from tests.web.twilio import SMS, post_text, said, signature


@pytest.mark.parametrize("body", ["Hello", "STOP", "START", "HELP", "forget me", ""])
@pytest.mark.parametrize(
    "headers",
    [{}, {"I-Twilio-Idempotency-Token": "another"}, {"I-Twilio-Idempotency-Token": ""}],
    ids=["as before", "another token", "an empty token"],
)
async def test_a_repeat_changes_nothing(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, body: str, headers: dict[str, str]
) -> None:
    """I2, I5: the same signed message, also with another unsigned token, gets the same bytes and is not saved again."""
    first = await post_text(web, inbound_form(body), headers={"I-Twilio-Idempotency-Token": "one"})
    before = contents(redis_url)
    second = await post_text(web, inbound_form(body), headers=headers)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert contents(redis_url) == before


async def test_a_repeat_of_being_forgotten(web: httpx.AsyncClient, customer: Customer, redis_url: Secret) -> None:
    """I2, I70: who is forgotten by a text is told so again, byte for byte, when it is repeated, and nothing changes."""
    for number, body in enumerate(("Hello", "forget me")):
        await post_text(web, inbound_form(body, sid=message_sid(number)))
    first = await post_text(web, inbound_form("forget me", sid=message_sid(2)))
    assert said(first)[0].startswith("Corner Cafe: Done.")
    await post_text(web, inbound_form("Hello again", sid=message_sid(3)))
    before = contents(redis_url)
    assert (await post_text(web, inbound_form("forget me", sid=message_sid(2)))).content == first.content
    assert contents(redis_url) == before


@pytest.mark.parametrize("body", ["Hello", "STOP"])
async def test_reordered_fields_are_the_same_message(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, body: str
) -> None:
    """I5: fields in another order carry the same signature and are the same message."""
    form = inbound_form(body)
    first = await post_text(web, form)
    before = contents(redis_url)
    second = await post_text(web, dict(reversed(form.items())), signed=signature(form))
    assert second.content == first.content
    assert contents(redis_url) == before


@pytest.mark.parametrize("path", ["/Webhooks/twilio/sms", "/webhooks/twilio/SMS", f"{SMS}/", f"/{SMS}"])
async def test_another_path_is_no_other_door(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, path: str
) -> None:
    """I5: the path in other letters, or with a slash more, leads nowhere."""
    before = contents(redis_url)
    response = await post_text(web, inbound_form(), path=path)
    assert response.status_code == 404
    assert contents(redis_url) == before


async def test_a_fallback_request_is_the_same_message(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I18: the same message at the fallback URL, with Twilio's ErrorCode, is answered as before and not saved again."""
    first = await post_text(web, inbound_form("STOP"))
    before = contents(redis_url)
    second = await post_text(web, inbound_form("STOP", ErrorCode="11200", ErrorUrl=PUBLIC_URL + SMS))
    assert second.content == first.content
    assert contents(redis_url) == before


async def test_an_old_stop_again_does_not_stop_again(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I4, I25: STOP repeated by Twilio after the texter's START says what it said and leaves the texter in."""
    stop = inbound_form("STOP", sid=message_sid(1))
    first = await post_text(web, stop)
    await post_text(web, inbound_form("START", sid=message_sid(2)))
    before = contents(redis_url)
    assert (await post_text(web, stop)).content == first.content
    assert contents(redis_url) == before


@pytest.mark.parametrize(("body", "jobs"), [("Hello", 1), ("STOP", 0)])
async def test_a_hundred_at_once_are_one(redis_url: Secret, customer: Customer, body: str, jobs: int) -> None:
    """I2: one webhook 100 times at once over two processes is one message, one job, one row, 100 equal answers."""
    form = inbound_form(body)
    async with web_process(redis_url) as one, web_process(redis_url) as two, calling(one) as a, calling(two) as b:
        posted = [post_text(web, form) for web in (a, b) for _ in range(50)]
        answers = await asyncio.gather(*posted)
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    saved = contents(redis_url)
    assert len(names(saved, "arq:job:")) == len(names(saved, "tg:inbox:")) == jobs
    assert len(names(saved, "tg:trace:")) == len(names(saved, "tg:message:")) == 1
    assert sum(len(saved[name]) for name in names(saved, "tg:ledger:")) == 1


async def test_stops_and_starts_at_once_are_all_heard(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I27: different keywords at the same moment are decided one after the other, and the ledger ends as consent is."""
    forms = [inbound_form(("STOP", "START")[number % 2], sid=message_sid(number)) for number in range(6)]
    answers = await asyncio.gather(*(post_text(web, form) for form in forms))
    assert {answer.status_code for answer in answers} == {200}
    saved = contents(redis_url)
    (ledger,) = (saved[name] for name in names(saved, "tg:ledger:"))
    (consent,) = (saved[name] for name in names(saved, f"tg:consent:{NUMBER}"))
    states = [json.loads(row)["state"] for row in ledger]
    assert states[-1] == consent["state"]
    assert ("out", "out") not in pairwise(states)
    assert sum(len(said(answer)) for answer in answers) == len(states)
