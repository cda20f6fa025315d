"""The webhook for receipts: signed like every other, noted once, foreign ones ignored."""

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.secret import Secret
from tests.adapters.texts import a_recorded_turn
from tests.examples import ACCOUNT_SID, NUMBER, TEXTER_HASH, message_sid
from tests.setting_up import Customer
from tests.web.contents import contents
from tests.web.twilio import post_text, said

_STATUS = "/webhooks/twilio/status"


def _receipt(status: str, **changes: str) -> dict[str, str]:
    form = {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "MessageSid": message_sid(50),
        "MessageStatus": status,
        "SmsSid": message_sid(50),
        "SmsStatus": status,
    }
    return form | changes


async def test_a_receipt_is_noted_once_for_each_status(
    web: httpx.AsyncClient, customer: Customer, store: Store
) -> None:
    """I51: duplicates and any order are taken; each status stands once in the steps of the turn."""
    turn = await a_recorded_turn(store, customer)
    for status in ("delivered", "sent", "delivered", "brand_new_state", "sent"):
        assert said(await post_text(web, _receipt(status), path=f"{_STATUS}?turn={turn.id}&part=0")) == []
    steps = (await store.traces.read(message_sid())).steps
    statuses = [step.details["status"] for step in steps if step.name == "part.receipt"]
    assert statuses == ["delivered", "sent", "brand_new_state"]


@pytest.mark.parametrize(
    "case",
    [
        ("?turn=turn_unknown&part=0", _receipt("sent")),
        ("?part=0", _receipt("sent")),
        ("?turn={}&part=7", _receipt("sent")),
        ("?turn={}&part=-1", _receipt("sent")),
        ("?turn={}&part=x", _receipt("sent")),
        ("?turn={}", _receipt("sent")),
        ("", _receipt("sent")),
        ("?turn={}&part=0", _receipt("")),
        ("?turn={}&part=" + "9" * 5000, _receipt("sent")),
    ],
    ids=[
        "another turn",
        "no turn",
        "another part",
        "minus",
        "a word",
        "no part",
        "nothing",
        "no status",
        "a huge part",
    ],
)
async def test_a_receipt_of_nothing_is_ignored(
    web: httpx.AsyncClient, customer: Customer, store: Store, redis_url: Secret, case: tuple[str, dict[str, str]]
) -> None:
    """I51: a signed receipt for what is not ours is 200 and changes nothing."""
    query, form = case
    turn = await a_recorded_turn(store, customer)
    before = contents(redis_url)
    assert said(await post_text(web, form, path=_STATUS + query.format(turn.id))) == []
    assert contents(redis_url) == before


@pytest.mark.parametrize("part", [1, 0])
async def test_a_receipt_for_another_address_is_forged(
    web: httpx.AsyncClient, customer: Customer, store: Store, redis_url: Secret, part: int
) -> None:
    """I51: which part a receipt is about is signed along; moved to another turn it is 403."""
    turn = await a_recorded_turn(store, customer)
    before = contents(redis_url)
    path = f"{_STATUS}?turn={turn.id}&part={part}"
    response = await post_text(web, _receipt("failed"), path=path, signed="x" * 28)
    assert response.status_code == 403
    assert (await post_text(web, _receipt("failed", AccountSid="AC" + "f" * 32), path=path)).status_code == 403
    assert contents(redis_url) == before


@pytest.mark.parametrize(("code", "state"), [("21610", "out"), ("30007", "unset")])
async def test_twilios_block_is_an_opt_out(
    web: httpx.AsyncClient, customer: Customer, store: Store, code: str, state: str
) -> None:
    """I26: a receipt with error 21610 puts the texter out, once, with the part's SID as proof; other errors don't."""
    turn = await a_recorded_turn(store, customer)
    path = f"{_STATUS}?turn={turn.id}&part=0"
    for status in ("failed", "undelivered"):
        assert said(await post_text(web, _receipt(status, ErrorCode=code), path=path)) == []
    standing = await store.consents.read_standing(NUMBER, TEXTER_HASH)
    assert standing.state == state
    rows = await store.consents.read_history(NUMBER, TEXTER_HASH)
    assert [(row.source, row.message_sid) for row in rows] == [("21610", message_sid(50))] * (code == "21610")


async def test_a_block_of_no_part_of_ours_changes_nothing(
    web: httpx.AsyncClient, customer: Customer, store: Store
) -> None:
    """I26, I51: a signed receipt about a turn that is not ours opts nobody out."""
    await post_text(web, _receipt("failed", ErrorCode="21610"), path=f"{_STATUS}?turn=turn_x&part=0")
    assert (await store.consents.read_standing(NUMBER, TEXTER_HASH)).state == "unset"
