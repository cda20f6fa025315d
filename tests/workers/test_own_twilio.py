"""Parts of a number that its account has brought: sent by its own Twilio account, and by no other."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.key_ring import EdgeRing, new_pair
from gateway.domain.consent import Scope
from gateway.domain.errors import (
    CarrierBusy,
    CarrierRefused,
    CarrierUnknown,
    EdgeShut,
    OptedOut,
)
from gateway.domain.ids import AccountId
from gateway.domain.login import Flaw, LoginPlace, TwilioLogin
from gateway.domain.notice import NoticeKind
from gateway.domain.phone import PhoneNumber
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from gateway.domain.turn import OutboundPart, Passage
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, EDGE_KEYS, NOW, NUMBER, TEXTER_HASH
from tests.workers.asking import traces_of
from tests.workers.desk import Desk
from tests.workers.servers import Request, hang, say, serve
from tests.workers.test_carrier import CALLBACK, CREATED, SID, part
from workers import carrier as door
from workers.carrier import TwilioCarrier

_OWN_SID = "AC" + "ba" * 16
_TOKEN = "canary-customers-token-8277e0910d750195"
_ACCOUNT = AccountId("acct_" + "1" * 32)
_EDGE = EdgeRing(EDGE_KEYS)


def _login(account_sid: str = _OWN_SID, account_id: AccountId = _ACCOUNT, number: PhoneNumber = NUMBER) -> TwilioLogin:
    place = LoginPlace(account_id=account_id, number=number, account_sid=account_sid)
    sealed = _EDGE.seal(Secret(_TOKEN), place)
    return TwilioLogin(account_id=account_id, number=number, account_sid=account_sid, sealed=sealed)


def _own_part(login: TwilioLogin | None = None, *, seconds: float = 2.0) -> OutboundPart:
    return replace(part(seconds=seconds), passage=Passage(login=login or _login()))


@asynccontextmanager
async def _carrier(url: str, edge: EdgeRing | None = _EDGE) -> AsyncIterator[TwilioCarrier]:
    carrier = TwilioCarrier(
        api_url=url,
        account_sid=ACCOUNT_SID,
        user="SK" + "2" * 32,
        password=Secret(AUTH_TOKEN),
        callback_url=CALLBACK,
        edge=edge,
    )
    yield carrier
    await carrier.close()


def _shown(request: Request) -> str:
    return base64.b64decode(request.headers["authorization"].partition(" ")[2]).decode()


async def test_the_own_account_sends() -> None:
    """A part with a login goes to its account's address with its token; one without goes by the operator's."""
    async with serve(CREATED) as twilio, _carrier(twilio.url) as carrier:
        assert await carrier.send(_own_part()) == SID
        assert await carrier.send(part()) == SID
    own, operators = twilio.requests
    assert own.line == f"POST /2010-04-01/Accounts/{_OWN_SID}/Messages.json HTTP/1.1"
    assert _shown(own) == f"{_OWN_SID}:{_TOKEN}"
    assert operators.line == f"POST /2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json HTTP/1.1"
    assert _TOKEN not in str(operators)
    assert AUTH_TOKEN not in str(own)


async def test_the_own_account_is_asked_in_doubt() -> None:
    """I46: what became of a part is asked of the account that sent it."""
    async with serve(say(200, {"messages": []})) as twilio, _carrier(twilio.url) as carrier:
        assert await carrier.find(_own_part(), since=NOW) == []
    assert f"/Accounts/{_OWN_SID}/Messages.json" in twilio.requests[0].line
    assert _shown(twilio.requests[0]) == f"{_OWN_SID}:{_TOKEN}"


_SHUT = {
    "another account": replace(_login(), account_id=AccountId("acct_" + "2" * 32)),
    "another number": replace(_login(), number=PhoneNumber("+12025550111")),
    "another Twilio account": replace(_login(), account_sid="AC" + "dc" * 16),
    "altered": replace(_login(), sealed=_login().sealed[:-4] + "AAAA"),
    "nothing": replace(_login(), sealed="x"),
}


@pytest.mark.parametrize("login", _SHUT.values(), ids=_SHUT.keys())
async def test_a_token_that_was_moved_sends_nothing(login: TwilioLogin) -> None:
    """I59: a sealed token at another account's, number's or Twilio account's place stays shut, and nothing is sent."""
    async with serve(CREATED) as twilio, _carrier(twilio.url) as carrier:
        with pytest.raises(EdgeShut) as caught:
            await carrier.send(_own_part(login))
        with pytest.raises(CarrierBusy):
            await carrier.find(_own_part(login), since=NOW)
        assert twilio.connections == 0
    assert [words for words in traces_of(caught.value) if _TOKEN in words] == []


@pytest.mark.parametrize("ring", [None, EdgeRing(Secret(format_entry(new_pair()[1])))], ids=["none", "another"])
async def test_without_the_ring_nobody_else_sends(ring: EdgeRing | None) -> None:
    """I62: where the token can't be opened the operator's account does not step in."""
    async with serve(CREATED) as twilio, _carrier(twilio.url, ring) as carrier:
        with pytest.raises(EdgeShut):
            await carrier.send(_own_part())
        assert twilio.connections == 0
        assert await carrier.send(part()) == SID


async def test_a_refused_token_is_told_as_such() -> None:
    """I61: a 401 is Twilio's 20003 whatever its body says, and the error does not repeat the token."""
    async with serve(say(401, {"message": f"{_TOKEN} is wrong"})) as twilio, _carrier(twilio.url) as carrier:
        with pytest.raises(CarrierRefused) as caught:
            await carrier.send(_own_part())
    assert caught.value.twilio_code == 20003
    assert [words for words in traces_of(caught.value) if _TOKEN in words] == []


async def test_a_hanging_account_leaves_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """I44: an account whose requests hang has a few of them under way, and others' parts go out meanwhile."""
    monkeypatch.setattr(door, "POST_SECONDS", 1.0)
    ten = asyncio.Event()
    slow, quick = _login(), _login("AC" + "dc" * 16)

    async def answer(writer: asyncio.StreamWriter) -> None:
        if len(twilio.requests) == 10:
            ten.set()
        await (hang if _OWN_SID in twilio.requests[-1].line else CREATED)(writer)

    async with serve(answer) as twilio, _carrier(twilio.url) as carrier:
        stuck = [asyncio.ensure_future(carrier.send(_own_part(slow, seconds=0.5))) for _ in range(50)]
        began = time.monotonic()
        await asyncio.wait_for(ten.wait(), 5)
        assert [await carrier.send(_own_part(quick)), await carrier.send(part())] == [SID, SID]
        assert time.monotonic() - began < 1
        ended = await asyncio.gather(*stuck, return_exceptions=True)
    assert len([error for error in ended if isinstance(error, CarrierBusy)]) == 40
    assert len([request for request in twilio.requests if _OWN_SID in request.line]) == 10


async def _bring(desk: Desk) -> TwilioLogin:
    login = _login(account_id=desk.customer.account.id)
    number = await desk.store.numbers.release(NUMBER)
    await desk.store.numbers.bring(number, desk.customer.agent.id, login, now=NOW)
    return login


async def test_a_reply_is_sent_by_the_numbers_account(desk: Desk) -> None:
    """The worker hands each part over with the login of its number, as it was when the part was fenced."""
    login = await _bring(desk)
    await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    assert [taken.login for taken in desk.carrier.taken] == [login]


async def test_its_account_pays_for_it(desk: Desk) -> None:
    """The segments of a number that an account has brought are on the account's own bill at Twilio."""
    await _bring(desk)
    await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    today = await desk.store.spending.read_today()
    (row,) = await desk.store.spending.read(desk.customer.account.id, today, today)
    assert (row.spend.segments, row.spend.operator_microcents) == (1, 0)


async def test_a_refused_token_needs_setup(desk: Desk) -> None:
    """A token that Twilio refuses fails the turn, not the worker; the account sees it, the operator gets a notice."""
    login = await _bring(desk)
    desk.carrier.answers.append(CarrierRefused(twilio_code=20003))
    sid = await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    assert (await desk.trace(sid)).outcome == "failed"
    assert await desk.store.numbers.find_login(NUMBER) == replace(login, flaw=Flaw.REFUSED)
    posted, _ = await desk.store.notices.read_all(limit=10, cursor=None)
    assert NoticeKind.LOGIN_REFUSED in [each.notice.kind for each in posted]


async def test_a_token_replaced_meanwhile_is_not_blamed(desk: Desk) -> None:
    """A refusal of the old token that comes late says nothing of the new one."""
    await _bring(desk)
    desk.carrier.answers.append(CarrierRefused(twilio_code=20003))
    new = _login(account_id=desk.customer.account.id)

    async def replace_token() -> None:
        await desk.store.numbers.bring(await desk.store.numbers.read(NUMBER), desk.customer.agent.id, new, now=NOW)

    desk.carrier.interlude = replace_token
    await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    assert await desk.store.numbers.find_login(NUMBER) == new


async def test_the_operators_refused_token_is_no_accounts_fault(desk: Desk) -> None:
    """20003 for the operator's own account is a failed turn and an alert, and no notice about an account's token."""
    desk.carrier.answers.append(CarrierRefused(twilio_code=20003))
    await desk.text("Hi")
    await desk.work()
    posted, _ = await desk.store.notices.read_all(limit=10, cursor=None)
    assert [each.notice.kind for each in posted] == [NoticeKind.TURN_DEAD, NoticeKind.CARRIER_ALERT]


async def test_a_token_that_nobody_opens_fails_the_turn(desk: Desk) -> None:
    """I59: a token that can't be opened ends the turn as failed, with the reason in its trace."""
    await _bring(desk)
    desk.carrier.answers.append(EdgeShut())
    sid = await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    trace = await desk.trace(sid)
    assert trace.outcome == "failed"
    assert "byo_twilio_not_available" in [step.details.get("reason") for step in trace.steps]


async def test_who_sent_it_is_asked(desk: Desk) -> None:
    """I46: a part in doubt is looked for with the login that it was fenced for."""
    login = await _bring(desk)
    desk.carrier.answers.append(CarrierUnknown())
    await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    assert [looked.login for looked, _ in desk.carrier.looked_for] == [login, login]


@pytest.mark.parametrize("way", ["released", "another Twilio account", "brought meanwhile"])
async def test_nobody_else_is_asked(desk: Desk, way: str) -> None:
    """I46: when a number has changed its Twilio account since, nobody can say: the part is not sent a second time."""
    if way != "brought meanwhile":
        await _bring(desk)

    async def change() -> None:
        number = await desk.store.numbers.release(NUMBER)
        if way != "released":
            new = _login("AC" + "dc" * 16, account_id=desk.customer.account.id)
            await desk.store.numbers.bring(number, desk.customer.agent.id, new, now=NOW)

    desk.carrier.interlude = change
    desk.carrier.answers.append(CarrierUnknown())
    sid = await desk.text("Hi", account_sid=ACCOUNT_SID if way == "brought meanwhile" else _OWN_SID)
    await desk.work()
    assert (len(desk.carrier.taken), desk.carrier.looked_for) == (1, [])
    assert (await desk.turn(sid))["part:0"] == "unknown"


async def test_a_block_stays_with_its_account(desk: Desk) -> None:
    """I32: that Twilio refuses a part of a brought number since its texter is out (21610) closes no other account's."""
    await _bring(desk)
    await desk.store.consents.set_scope(Scope.ALL, datetime.now(UTC) - timedelta(seconds=1))
    desk.carrier.answers.append(OptedOut())
    await desk.text("Hi", account_sid=_OWN_SID)
    await desk.work()
    states = [await desk.store.consents.read_standing(number, TEXTER_HASH) for number in (NUMBER, "+12025550134")]
    assert [standing.state for standing in states] == ["out", "unset"]
