"""The FCC's "revoke-all", 47 CFR 64.1200(a)(10): waived until 31 January 2027 (DA 26-12), and data with a date here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.adapters.store import Store
from gateway.domain.consent import Scope
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.flows.numbers import bind_number
from gateway.flows.receive import receive_text
from tests.examples import NOW, NUMBER, PEPPER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import set_up_customer
from tests.workers.desk import VOICE

_SISTER = PhoneNumber("+12025550188")
_PAGE = (Path(__file__).parents[2] / "docs" / "compliance.md").read_text()


@pytest.fixture
async def stopped(store: Store) -> None:
    """The texter has texted STOP to one of an account's two numbers."""
    customer = await set_up_customer(store)
    await bind_number(_SISTER, customer.agent.id, store=store, now=NOW)
    assert await _text(store, "STOP", to=NUMBER) == "said"


async def _text(store: Store, body: str, *, to: str) -> str:
    sid = message_sid(len(await store.connection.keys("tg:message:*")))
    message = InboundMessage.from_form(inbound_form(body, sid=sid, To=to), now=NOW)
    return (await receive_text(message, store=store, voice=VOICE, pepper=PEPPER, now=NOW)).outcome


async def _let_begin(store: Store, away: timedelta) -> None:
    """Have revoke-all begin so far from now: the day itself may have come by the time this is run."""
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) + away)


async def test_while_it_is_waived(store: Store, stopped: None) -> None:
    """I32: the day before, a STOP is about the number that it was texted to; the page names the day and its source."""
    assert "waived until 31 January 2027 (DA 26-12)" in _PAGE
    await _let_begin(store, timedelta(days=1))
    assert await _text(store, "Hello?", to=_SISTER) == "admitted"
    assert await _text(store, "Hello?", to=NUMBER) == "ignored"


async def test_from_its_day_on(store: Store, stopped: None) -> None:
    """I25, I32: from then on the STOP of before is about all numbers of its account; START opens one of them."""
    await _let_begin(store, -timedelta(milliseconds=5))
    assert await _text(store, "Hello?", to=_SISTER) == "ignored"
    standing = await store.consents.read_standing(_SISTER, TEXTER_HASH)
    assert standing.row
    assert (standing.row.number, standing.row.state) == (NUMBER, "out")
    assert await _text(store, "START", to=_SISTER) == "said"
    assert [await _text(store, "Hello?", to=number) for number in (_SISTER, NUMBER)] == ["admitted", "ignored"]


async def test_a_start_does_not_hide_the_stop_that_reaches_on(store: Store, stopped: None) -> None:
    """I27, I32: who opted in again where they stopped is still out at the sister, and the row shown is that STOP's."""
    assert await _text(store, "START", to=NUMBER) == "said"
    await _let_begin(store, -timedelta(milliseconds=5))
    standing = await store.consents.read_standing(_SISTER, TEXTER_HASH)
    assert standing.row
    assert (standing.state, standing.row.state, standing.row.version) == ("out", "out", 1)
