"""What an account's own signature may say: it proves whose number it is, not who texted."""

import itertools
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.adapters.store.messages import Messages
from gateway.domain.consent import ConsentState, Scope
from gateway.domain.ids import TexterHash
from gateway.domain.line import Line
from gateway.domain.login import TwilioLogin
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.flows.numbers import bind_number
from tests.adapters.texts import a_recorded_turn
from tests.examples import ACCOUNT_SID, NOW, NUMBER, PEPPER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents
from tests.web.own_twilio import OTHER_SID, OTHER_TOKEN, OWN, SID, TOKEN, bring, signed
from tests.web.processes import calling, web_process
from tests.web.twilio import post_text, said

_FOREIGN = PhoneNumber("+12025550134")
_SECOND = PhoneNumber("+12025550135")
_STATUS = "/webhooks/twilio/status"
_IN_FORCE = timedelta(seconds=1)


@pytest.fixture
async def login(store: Store, customer: Customer) -> TwilioLogin:
    """The login of the number that the customer has brought; somebody else has one of the operator's."""
    await store.pepper.claim(PEPPER)
    await set_up_customer(store, name="Other", number=_FOREIGN)
    return await bring(store, customer, OWN, SID, TOKEN)


async def _states(store: Store) -> list[ConsentState]:
    """Where the example texter stands with the brought number, its account's other one, and another account's."""
    standings = [await store.consents.read_standing(number, TEXTER_HASH) for number in (OWN, NUMBER, _FOREIGN)]
    return [standing.state for standing in standings]


async def _opt_out(web: httpx.AsyncClient, store: Store, customer: Customer, word: str) -> None:
    if word == "21610":
        turn = await a_recorded_turn(store, customer)
        await store.connection.execute_command("HSET", f"tg:conversation:{turn.conversation.id}", "number", OWN)
        path = f"{_STATUS}?turn={turn.id}&part=0"
        form = {"AccountSid": SID, "MessageSid": message_sid(50), "MessageStatus": "failed", "ErrorCode": "21610"}
    else:
        path = "/webhooks/twilio/sms"
        changes = {"OptOutType": "STOP"} if word == "OptOutType" else {}
        form = inbound_form("x" if changes else word, AccountSid=SID, To=OWN, **changes)
    assert (await post_text(web, form, path=path, signed=signed(form, TOKEN, path))).status_code == 200


@pytest.mark.parametrize("word", ["STOP", "please stop texting me", "OptOutType", "21610"])
async def test_an_opt_out_by_a_brought_number_stays_with_its_account(
    web: httpx.AsyncClient, store: Store, customer: Customer, login: TwilioLogin, word: str
) -> None:
    """I12, I32: whatever the scope, what an account could have signed itself closes no other account's numbers."""
    await _opt_out(web, store, customer, word)
    now, out, unset = datetime.now(UTC), ConsentState.OUT, ConsentState.UNSET
    await store.consents.set_scope(Scope.ACCOUNT, now - 2 * _IN_FORCE)
    assert await _states(store) == [out, out, unset]
    await store.consents.set_scope(Scope.ALL, now - _IN_FORCE)
    assert await _states(store) == [out, out, unset]


async def test_an_opt_out_elsewhere_reaches_a_brought_number(
    web: httpx.AsyncClient, store: Store, login: TwilioLogin
) -> None:
    """I32: a STOP to a number of the operator's closes brought ones, too, and what those say does not undo it."""
    assert said(await post_text(web, inbound_form("STOP", To=_FOREIGN))) != []
    await store.consents.set_scope(Scope.ALL, datetime.now(UTC) - _IN_FORCE)
    for number, word in ((2, "STOP"), (3, "START")):
        form = inbound_form(word, sid=message_sid(number), AccountSid=SID, To=OWN)
        await post_text(web, form, signed=signed(form, TOKEN))
    assert await _states(store) == [ConsentState.IN, ConsentState.OUT, ConsentState.OUT]


async def test_a_message_of_another_account_is_not_shown(
    web: httpx.AsyncClient, login: TwilioLogin, redis_url: Secret
) -> None:
    """I12: who names the SID of a text that another Twilio account brought gets 403, and not what it was answered."""
    theirs, own = inbound_form("HELP", To=_FOREIGN), inbound_form("HELP", AccountSid=SID, To=OWN)
    answer = said(await post_text(web, theirs))
    assert answer != []
    before = contents(redis_url)
    assert (await post_text(web, own, signed=signed(own, TOKEN))).status_code == 403
    assert contents(redis_url) == before
    assert said(await post_text(web, theirs)) == answer


async def _give(store: Store, customer: Customer, whom: str) -> None:
    await store.numbers.release(OWN)
    if whom == "the operator":
        await bind_number(OWN, customer.agent.id, store=store, now=NOW)
    elif whom != "nobody":
        await bring(store, customer, OWN, OTHER_SID, OTHER_TOKEN)


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize(
    "case", list(itertools.product(["nobody", "the operator", "another Twilio account"], ["before", "after"]))
)
async def test_a_number_that_changes_hands_meanwhile(
    web: httpx.AsyncClient, store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str]
) -> None:
    """I12: a text signed by who had the number when its token was read is 403 once the number is somebody else's."""
    (whom, when), real = case, Messages.read_line
    looks = itertools.count(1)

    async def read_line(messages: Messages, message: InboundMessage, texter_hash: TexterHash) -> Line:
        if next(looks) > 1:
            return await real(messages, message, texter_hash)
        line = await real(messages, message, texter_hash) if when == "after" else None
        await _give(store, customer, whom)
        return line or await real(messages, message, texter_hash)

    monkeypatch.setattr(Messages, "read_line", read_line)
    form = inbound_form("STOP", AccountSid=SID, To=OWN)
    assert (await post_text(web, form, signed=signed(form, TOKEN))).status_code == 403
    assert await store.messages.find(message_sid()) is None
    assert await store.consents.read_history(OWN, TEXTER_HASH) == []


async def test_texts_by_a_brought_number_are_counted(
    redis_url: Secret, store: Store, customer: Customer, login: TwilioLogin
) -> None:
    """I13: a brought number has so many texts a minute, STOP among them; what is beyond leaves nothing."""
    await bring(store, await set_up_customer(store, number=PhoneNumber("+12025550136")), _SECOND, SID, TOKEN)
    forms = [inbound_form("Hi", sid=message_sid(n), AccountSid=SID, To=OWN) for n in (1, 2)]
    stop = inbound_form("STOP", sid=message_sid(3), AccountSid=SID, To=OWN)
    elsewhere = inbound_form("Hi", sid=message_sid(4), AccountSid=SID, To=_SECOND)
    async with web_process(redis_url, TEXTGATE_LIMIT_OWN_NUMBER_TEXTS_MINUTE="2") as app, calling(app) as web:
        for form in forms:
            assert said(await post_text(web, form, signed=signed(form, TOKEN))) == []
        before = contents(redis_url)
        refused = await post_text(web, stop, signed=signed(stop, TOKEN))
        assert (refused.status_code, refused.json()["limit"]) == (429, "own_number_texts_minute")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert contents(redis_url) == before
        for form in [
            inbound_form("Hi", sid=message_sid(5), To=_FOREIGN),
            *[inbound_form("Hi", sid=message_sid(n)) for n in (6, 7)],
        ]:
            assert (await post_text(web, form)).status_code == 200
        assert (await post_text(web, elsewhere, signed=signed(elsewhere, TOKEN))).status_code == 200


async def test_receipts_of_made_up_statuses_are_bounded(
    web: httpx.AsyncClient, store: Store, customer: Customer, login: TwilioLogin, redis_url: Secret
) -> None:
    """I13, I51: of one part so many statuses are kept, and one SID; more of them leave nothing."""
    turn = await a_recorded_turn(store, customer)
    await store.connection.execute_command("HSET", f"tg:conversation:{turn.conversation.id}", "number", OWN)
    await store.connection.execute_command("HSET", f"tg:turn:{turn.id}", "part:0", "unknown")
    path = f"{_STATUS}?turn={turn.id}&part=0"
    for number in range(40):
        form = {"AccountSid": SID, "MessageSid": message_sid(100 + number), "MessageStatus": f"made up {number}"}
        assert said(await post_text(web, form, path=path, signed=signed(form, TOKEN, path))) == []
    assert len(contents(redis_url)[f"tg:receipts:{turn.id}"]) == 20
    assert list(contents(redis_url, "tg:sid:*")) == [f"tg:sid:{message_sid(100)}"]


async def test_who_sent_a_part_speaks_of_it(
    web: httpx.AsyncClient, store: Store, customer: Customer, login: TwilioLogin
) -> None:
    """I51: a late receipt is taken from the account that sent the part, although another has the number by now."""
    turn = await a_recorded_turn(store, customer)
    await store.connection.execute_command("HSET", f"tg:conversation:{turn.conversation.id}", "number", OWN)
    await store.connection.execute_command("HSET", f"tg:turn:{turn.id}", "part:0", "sent", "part:0:by", "")
    path = f"{_STATUS}?turn={turn.id}&part=0"
    form = {"AccountSid": SID, "MessageSid": message_sid(50), "MessageStatus": "delivered"}
    assert (await post_text(web, form, path=path, signed=signed(form, TOKEN, path))).status_code == 403
    assert said(await post_text(web, form | {"AccountSid": ACCOUNT_SID}, path=path)) == []
