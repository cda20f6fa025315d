"""Webhooks of numbers that accounts brought: each checked with its own account's token, and no other."""

import io
import itertools
from dataclasses import replace

import httpx
import pytest

from gateway.adapters.key_ring import EdgeRing, new_pair
from gateway.adapters.store import Store
from gateway.domain.login import TwilioLogin
from gateway.domain.phone import PhoneNumber
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from tests.adapters.texts import a_recorded_turn
from tests.examples import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    PEPPER,
    inbound_form,
    message_sid,
)
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents
from tests.web.own_twilio import OTHER_SID, OTHER_TOKEN, OTHERS, OWN, SID, TOKEN, bring, signed
from tests.web.processes import calling, web_process
from tests.web.twilio import FORM, SMS, encode, post_text, said, signature

_UNKNOWN = PhoneNumber("+12025550133")
_STATUS = "/webhooks/twilio/status"
_OWNERS = {NUMBER: ACCOUNT_SID, _UNKNOWN: ACCOUNT_SID, OWN: SID, OTHERS: OTHER_SID}
_SIDS = itertools.count(500)
_TOKENS = {ACCOUNT_SID: AUTH_TOKEN, SID: TOKEN, OTHER_SID: OTHER_TOKEN}


@pytest.fixture
async def other(store: Store) -> Customer:
    """Another account, which has brought a number, too."""
    await store.pepper.claim(PEPPER)
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550134"))
    await bring(store, other, OTHERS, OTHER_SID, OTHER_TOKEN)
    return other


@pytest.fixture
async def login(store: Store, customer: Customer, other: Customer) -> TwilioLogin:
    """The login of the number that the customer has brought."""
    return await bring(store, customer, OWN, SID, TOKEN)


@pytest.mark.parametrize("case", list(itertools.product(_OWNERS, _TOKENS, _TOKENS)))
async def test_who_may_sign_for_whose_number(
    web: httpx.AsyncClient, login: TwilioLogin, redis_url: Secret, case: tuple[PhoneNumber, str, str]
) -> None:
    """I12: of every number, AccountSid and token only those go together that own each other; all else is 403."""
    to, named, signer = case
    form, before = inbound_form("Hello", AccountSid=named, To=to), contents(redis_url)
    response = await post_text(web, form, signed=signed(form, _TOKENS[signer]))
    if _OWNERS[to] == named == signer:
        assert said(response) == []
        assert contents(redis_url) != before
    else:
        assert response.status_code == 403
        assert contents(redis_url) == before


async def test_a_text_to_an_own_number_reaches_its_agent(
    web: httpx.AsyncClient, login: TwilioLogin, customer: Customer, store: Store
) -> None:
    """A text signed by the number's own account waits for the account's agent."""
    form = inbound_form("Hello", AccountSid=SID, To=OWN)
    assert said(await post_text(web, form, signed=signed(form, TOKEN))) == []
    assert said(await post_text(web, form, signed=signed(form, TOKEN))) == []
    trace = await store.traces.read(message_sid())
    assert trace.outcome == "admitted"


@pytest.mark.parametrize("token", ["", SID, "wrong", TOKEN + "x"])
async def test_a_wrong_token_is_refused(
    web: httpx.AsyncClient, login: TwilioLogin, redis_url: Secret, token: str
) -> None:
    """I6: what anybody else signs for a number that was brought is 403, and changes nothing."""
    form, before = inbound_form("Hello", AccountSid=SID, To=OWN), contents(redis_url)
    assert (await post_text(web, form, signed=signed(form, token))).status_code == 403
    assert contents(redis_url) == before


async def test_the_sealed_token_signs_nothing(web: httpx.AsyncClient, login: TwilioLogin) -> None:
    """I7: a token that can't be opened is no token: neither its seal nor an empty one signs."""
    form = inbound_form("Hello", AccountSid=SID, To=OWN)
    for token in (login.sealed, login.sealed.partition(".")[2]):
        assert (await post_text(web, form, signed=signed(form, token))).status_code == 403


async def _answers(web: httpx.AsyncClient, number: PhoneNumber = OWN, sid: str = SID, *tokens: str) -> list[int]:
    """What a text that is signed with each of the tokens is answered with."""
    forms = [inbound_form("Hello", sid=message_sid(next(_SIDS)), AccountSid=sid, To=number) for _ in tokens]
    pairs = zip(forms, tokens, strict=True)
    return [(await post_text(web, form, signed=signed(form, token))).status_code for form, token in pairs]


async def test_a_rotated_token_counts_at_once(
    web: httpx.AsyncClient, login: TwilioLogin, customer: Customer, store: Store, redis_url: Secret
) -> None:
    """I11: a new token counts at once, the one before for a day more, no older one; none when the number is gone."""
    new = await bring(store, customer, OWN, SID, "new-token")
    assert await store.numbers.find_login(OWN) == new
    assert await _answers(web, OWN, SID, TOKEN, "new-token", "other") == [200, 200, 403]
    former = f"tg:former-token:{OWN}"
    assert 86_000 < await store.connection.execute_command("TTL", former) <= 86_400
    assert await store.connection.get(former) == login.sealed
    await bring(store, customer, OWN, SID, "newest-token")
    assert await _answers(web, OWN, SID, TOKEN, "new-token", "newest-token") == [403, 200, 200]
    await store.connection.execute_command("PEXPIRE", former, 0)
    assert await _answers(web, OWN, SID, "new-token", "newest-token") == [403, 200]
    await bring(store, customer, OWN, SID, "last-token")
    assert await store.connection.get(former)
    await store.numbers.release(OWN)
    assert await _answers(web, OWN, SID, "newest-token", "last-token") == [403, 403]
    assert contents(redis_url, "tg:former-token:*") == {}


@pytest.mark.usefixtures("login")
async def test_a_former_token_signs_for_its_own_account_alone(
    web: httpx.AsyncClient, customer: Customer, store: Store, redis_url: Secret
) -> None:
    """I11, I12: another Twilio account's token is no new token: of the account before none is kept."""
    await bring(store, customer, OWN, SID, "new-token")
    await bring(store, customer, OWN, OTHER_SID, OTHER_TOKEN)
    assert contents(redis_url, "tg:former-token:*") == {}
    assert await _answers(web, OWN, SID, TOKEN, "new-token") == [403, 403]
    assert await _answers(web, OWN, OTHER_SID, TOKEN, "new-token", OTHER_TOKEN) == [403, 403, 200]


@pytest.mark.parametrize("moved", ["account", "number", "Twilio account", "seal", "ring"])
async def test_a_token_that_was_moved_stays_shut(
    web: httpx.AsyncClient, login: TwilioLogin, other: Customer, store: Store, moved: str
) -> None:
    """I7, I59: a token moved to another account, number or Twilio account, or altered, opens no door: 403."""
    theirs = await store.numbers.find_login(OTHERS)
    assert theirs
    forged = {
        "account": replace(login, account_id=other.account.id),
        "number": replace(theirs, number=OWN, sealed=login.sealed, account_sid=SID),
        "Twilio account": replace(login, account_sid=OTHER_SID),
        "seal": replace(login, sealed=theirs.sealed),
        "ring": replace(login, sealed=EdgeRing(Secret(format_entry(new_pair()[1]))).seal(Secret(TOKEN), login.place)),
    }[moved]
    fields = {"account_id": forged.account_id, "twilio_sid": forged.account_sid, "twilio_token": forged.sealed}
    for name, value in fields.items():
        await store.connection.execute_command("HSET", f"tg:number:{OWN}", name, value)
    form = inbound_form("Hello", AccountSid=forged.account_sid, To=OWN)
    for token in (TOKEN, OTHER_TOKEN, AUTH_TOKEN, ""):
        assert (await post_text(web, form, signed=signed(form, token))).status_code == 403


@pytest.mark.parametrize("ring", ["", format_entry(new_pair()[1])], ids=["none", "another"])
async def test_a_token_that_nobody_opens(
    redis_url: Secret, login: TwilioLogin, customer: Customer, log: io.StringIO, ring: str
) -> None:
    """I7: without the ring a number that was brought is 403, never unchecked; the operator's numbers go on."""
    own, operators = inbound_form("Hello", AccountSid=SID, To=OWN), inbound_form("Hello", sid=message_sid(2))
    async with web_process(redis_url, TEXTGATE_EDGE_KEYS=ring) as app, calling(app) as web:
        for token in (TOKEN, AUTH_TOKEN, ""):
            assert (await post_text(web, own, signed=signed(own, token))).status_code == 403
        assert said(await post_text(web, operators)) == []
    assert TOKEN not in log.getvalue()


async def test_a_number_cut_anew(web: httpx.AsyncClient, login: TwilioLogin, redis_url: Secret) -> None:
    """I10: with a token of one's own nobody gets at another's number by hiding it in the form."""
    form = inbound_form("Hello", AccountSid=SID, To=OWN)
    before = contents(redis_url)
    for pairs in (
        [*form.items(), ("To", OTHERS)],
        [("To", OTHERS), *form.items()],
        [*form.items(), ("AccountSid", OTHER_SID)],
        list((form | {"ToZip": f"To{OTHERS}"}).items()),
        list((form | {"FromCity": f"AccountSid{OTHER_SID}"}).items()),
    ):
        response = await post_text(web, pairs, signed=signature(pairs, token=TOKEN))
        assert response.status_code in (400, 403)
    assert contents(redis_url) == before


def _receipt(sid: str, status: str = "delivered", **changes: str) -> dict[str, str]:
    return {"AccountSid": sid, "MessageSid": message_sid(50), "MessageStatus": status} | changes


@pytest.fixture
async def path(store: Store, customer: Customer, login: TwilioLogin, request: pytest.FixtureRequest) -> str:
    """The address of receipts for a part of the operator's number, or of the customer's own."""
    turn = await a_recorded_turn(store, customer)
    if request.param == SID:
        await store.connection.execute_command("HSET", f"tg:conversation:{turn.conversation.id}", "number", OWN)
    return f"{_STATUS}?turn={turn.id}&part=0"


@pytest.mark.parametrize("case", list(itertools.product(_TOKENS, _TOKENS)))
@pytest.mark.parametrize("path", [ACCOUNT_SID, SID], indirect=True)
async def test_who_may_speak_of_whose_part(
    web: httpx.AsyncClient, path: str, redis_url: Secret, case: tuple[str, str], request: pytest.FixtureRequest
) -> None:
    """I12, I51: a receipt for a part is taken from the account alone that owns the part's number; else 403."""
    named, signer = case
    owner = request.node.callspec.params["path"]
    form, before = _receipt(named, ErrorCode="21610"), contents(redis_url)
    response = await post_text(web, form, path=path, signed=signed(form, _TOKENS[signer], path))
    if owner == named == signer:
        assert said(response) == []
        assert contents(redis_url) != before
    else:
        assert response.status_code == 403
        assert contents(redis_url) == before


@pytest.mark.parametrize("path", [SID], indirect=True)
async def test_a_receipt_of_the_former_token(
    web: httpx.AsyncClient, path: str, store: Store, customer: Customer
) -> None:
    """I11: receipts may be signed with the token before, too."""
    await bring(store, customer, OWN, SID, "new-token")
    for token, status in (("new-token", 200), (TOKEN, 200), ("other", 403)):
        form = _receipt(SID)
        assert (await post_text(web, form, path=path, signed=signed(form, token, path))).status_code == status


async def _count_looks(store: Store) -> int:
    """How often Redis was asked for fields, as for a login."""
    stats = await store.connection.info("commandstats")
    return sum(int(stats[name]["calls"]) for name in ("cmdstat_hmget", "cmdstat_hget") if name in stats)


_JUNK: dict[str, tuple[list[str], str, int]] = {
    "in the operator's name": (["x" * 27 + "="], ACCOUNT_SID, 0),
    "in nobody's name": (["x" * 27 + "="], "AC12", 0),
    "in another's name": (["x" * 27 + "="], "AC" + "e" * 32, 1),
    "without a signature": ([], SID, 0),
    "with an empty one": ([""], SID, 0),
    "with a short one": (["x" * 26 + "="], SID, 0),
    "with a long one": (["x" * 28 + "="], SID, 0),
    "with one without padding": (["x" * 28], SID, 0),
    "with other letters": (["\u00e9" * 27 + "="], SID, 0),
    "with two": (["x" * 27 + "="] * 2, SID, 0),
}


@pytest.mark.parametrize("path", [SMS, f"{_STATUS}?turn=turn_1&part=0"], ids=["a text", "a receipt"])
@pytest.mark.parametrize("case", _JUNK.values(), ids=_JUNK.keys())
async def test_redis_is_not_asked_about_junk(
    web: httpx.AsyncClient, store: Store, path: str, case: tuple[list[str], str, int]
) -> None:
    """I13: what has no signature of the right shape, or names the operator, is refused unasked; all else asks once."""
    signatures, named, looks = case
    before = await _count_looks(store)
    headers = [(b"content-type", FORM.encode())]
    headers += [(b"x-twilio-signature", each.encode("latin-1")) for each in signatures]
    form = inbound_form("Hello", AccountSid=named, To=OWN)
    assert (await web.post(path, content=encode(form), headers=headers)).status_code == 403
    assert await _count_looks(store) - before == looks
