"""Signed text has no field borders: forms cut up anew under a signature that still matches."""

import httpx
import pytest

from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, PUBLIC_URL, TEXTER, inbound_form, message_sid
from tests.setting_up import Customer
from tests.web.contents import contents
from tests.web.twilio import SMS, Pairs, post_text, signature

_VICTIM = "+15550001111"


def _cut(form: dict[str, str], *, without: tuple[str, ...] = (), **changes: str) -> Pairs:
    return list({**{name: value for name, value in form.items() if name not in without}, **changes}.items())


def _forge_sender(hidden_in_name: int) -> tuple[dict[str, str], Pairs]:
    signed = inbound_form(f"STOPFrom{_VICTIM}FromAfar")
    real = "".join(name + signed[name] for name in ("From", "FromCity", "FromCountry", "FromState", "FromZip"))
    swallowed = ("FromCity", "FromCountry", "FromState", "FromZip")
    hiding = {"FromAfar" + real[:hidden_in_name]: real[hidden_in_name:]}
    return signed, _cut(signed, without=swallowed, Body="STOP", From=_VICTIM, **hiding)


def _forge_message() -> tuple[dict[str, str], Pairs]:
    sid = message_sid(0xF00)
    signed = inbound_form(f"hiFrom{TEXTER}MessageSid{sid}NewField")
    names = sorted(name for name in signed if "From" <= name < "To" and name != "To")
    real = "".join(name + signed[name] for name in names)
    return signed, _cut(signed, without=tuple(names), Body="hi", From=TEXTER, MessageSid=sid, NewField=real)


_PLAIN = inbound_form()
_GAMES: dict[str, tuple[dict[str, str], Pairs]] = {
    "the body swallows the sender": (_PLAIN, _cut(_PLAIN, without=("From",), Body=f"HelloFrom{TEXTER}")),
    "the sender swallows its city": (_PLAIN, _cut(_PLAIN, without=("FromCity",), From=f"{TEXTER}FromCity")),
    "the account swallows the version": (
        _PLAIN,
        _cut(_PLAIN, without=("ApiVersion",), AccountSid=f"{ACCOUNT_SID}ApiVersion2010-04-01"),
    ),
    "the message swallows its media": (
        _PLAIN,
        _cut(_PLAIN, without=("NumMedia",), MessageSid=f"{message_sid()}NumMedia0"),
    ),
    "the recipient swallows its city": (_PLAIN, _cut(_PLAIN, without=("ToCity",), To=f"{_PLAIN['To']}ToCity")),
    "a name swallows its value": (_PLAIN, _cut(_PLAIN, without=("Body",), BodyHello="")),
    "a name swallows half its value": (_PLAIN, _cut(_PLAIN, without=("Body",), BodyHe="llo")),
    "a pair twice": (_PLAIN, [*_PLAIN.items(), ("Body", "Hello")]),
    "a blank pair twice": (_PLAIN, [*_PLAIN.items(), ("FromCity", "")]),
    "the text names another sender": _forge_sender(0),
    "the true sender hides on the border of another field": _forge_sender(len("From")),
    "the true sender hides in a name": _forge_sender(len(f"From{TEXTER}")),
    "the text names another message": _forge_message(),
}


@pytest.mark.parametrize(("signed", "sent"), _GAMES.values(), ids=_GAMES.keys())
async def test_a_form_cut_up_anew_is_refused(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, signed: dict[str, str], sent: Pairs
) -> None:
    """I10: the signature matches and the borders don't, so the request is refused and nothing is saved."""
    right = signature(signed)
    assert signature(sent) == right
    assert list(signed.items()) != list(sent)
    before = contents(redis_url)
    response = await post_text(web, sent, signed=right)
    assert response.status_code in (400, 403)
    assert contents(redis_url) == before


async def test_a_field_moved_into_the_address_is_missed(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret
) -> None:
    """I10: a field that a forger moves into the query, where it is signed alike, is missing in the form."""
    form = inbound_form()
    right = signature(form, url=f"{PUBLIC_URL}{SMS}?x=1")
    moved = f"{SMS}?x=1AccountSid{ACCOUNT_SID}"
    rest = _cut(form, without=("AccountSid",))
    assert signature(rest, url=PUBLIC_URL + moved) == right
    before = contents(redis_url)
    response = await post_text(web, rest, path=moved, signed=right)
    assert response.status_code in (400, 403)
    assert contents(redis_url) == before
