"""What an account's own signature may say: it proves whose number it is, not who texted."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.consent import ConsentState, Scope
from gateway.domain.login import TwilioLogin
from gateway.domain.phone import PhoneNumber
from tests.adapters.texts import a_recorded_turn
from tests.examples import NUMBER, PEPPER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer, set_up_customer
from tests.web.own_twilio import OWN, SID, TOKEN, bring, signed
from tests.web.twilio import post_text, said

_FOREIGN = PhoneNumber("+12025550134")
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
