"""Numbers of an account's own Twilio account: looked up there, and connected."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.adapters.key_ring import EdgeRing
from gateway.adapters.store import Store
from gateway.adapters.store.numbers import taken
from gateway.domain.agent import Agent
from gateway.domain.errors import EdgeShut, InvalidRequest
from gateway.domain.ids import is_account_sid
from gateway.domain.login import NEXT_STEPS, Flaw, LoginPlace, TwilioLogin
from gateway.domain.number import Keywords, Kind, Number, guess_kind
from gateway.domain.phone import PhoneNumber, find_phone
from gateway.domain.secret import Secret
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus, SmsWish
from gateway.flows.webhooks import Flawed, TwilioPlace, at_twilio, find_textable, point_webhook

NOT_CONNECTED = (
    "Give the Twilio account and the number: POST /v1/agents/{agent_id}/channels/sms with mode byo_twilio, "
    "account_sid, auth_token and phone_number."
)
_MAX_TOKEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTwilio:
    """What it takes to serve numbers of accounts' own Twilio accounts."""

    place: TwilioPlace
    operators_sid: str
    edge: EdgeRing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """What a developer brings, its shape looked at."""

    account_sid: str
    token: Secret
    number: PhoneNumber
    keywords: Keywords | None


async def connect_own_twilio(agent: Agent, wish: SmsWish, *, store: Store, own: OwnTwilio, now: datetime) -> SmsSetup:
    """Connect a number of the account's own Twilio account to an agent; the same again mends or replaces it.

    Until the number is proven to be theirs the agent keeps what it has: a token is mistyped soon.

    InvalidRequest for what can't be one, Conflict for a number that somebody else has here, EdgeShut where the operator
    keeps no Twilio tokens.
    """
    brought = _read(wish, own)
    if own.edge is None:
        raise EdgeShut
    try:
        await _connect(agent, brought, own.edge, store=store, place=own.place, now=now)
    except Flawed as flawed:
        failed = SmsSetup(
            mode=SmsMode.BYO_TWILIO,
            status=SmsStatus.NEEDS_SETUP,
            reason=NEXT_STEPS[flawed.flaw],
            number=brought.number,
        )
        return failed if await store.sms.set(agent, failed, tries=True) else await _tell_kept(agent, failed, store)
    return tell_own_twilio(agent, await store.sms.find(agent.id), await store.numbers.find_login_of_agent(agent.id))


async def _tell_kept(agent: Agent, failed: SmsSetup, store: Store) -> SmsSetup:
    """Tell of an attempt that failed what the agent has all the same."""
    number, kept = await store.numbers.find_of_agent(agent.id), await store.sms.find(agent.id)
    what = f"{number} goes on being served" if number else f"the agent's mode stays {kept.mode.value}"
    return replace(failed, reason=f"{failed.reason} Until then {what}.")


def tell_own_twilio(agent: Agent, kept: SmsSetup, login: TwilioLogin | None) -> SmsSetup:
    """Tell whether an agent's own number is served, and what is missing; `kept` is how the last attempt ended."""
    if login is None:
        unconnected = NOT_CONNECTED.format(agent_id=agent.id)
        reason = unconnected if kept.status is SmsStatus.ACTIVE else kept.reason
        return SmsSetup(mode=kept.mode, status=SmsStatus.NEEDS_SETUP, reason=reason, number=kept.number)
    reason = NEXT_STEPS[login.flaw] if login.flaw else None
    status = SmsStatus.NEEDS_SETUP if reason else SmsStatus.ACTIVE
    return SmsSetup(mode=kept.mode, status=status, reason=reason, number=login.number)


def _read(wish: SmsWish, own: OwnTwilio) -> _Brought:
    account_sid, number = wish.account_sid or "", find_phone(wish.phone_number or "")
    token = Secret(wish.auth_token.reveal().strip() if wish.auth_token else "")
    if not is_account_sid(account_sid) or account_sid == own.operators_sid:
        words = "account_sid is AC and 32 hexadecimal digits, from your own Twilio console."
        raise InvalidRequest("invalid_account_sid", words, field="account_sid")
    if not token:
        raise InvalidRequest("missing_auth_token", "Give auth_token, from your Twilio console.", field="auth_token")
    if not _is_token(token.reveal()):
        words = f"auth_token has up to {_MAX_TOKEN} letters and digits. Copy it again from your Twilio console."
        raise InvalidRequest("invalid_auth_token", words, field="auth_token")
    if number is None:
        words = "phone_number is a number in E.164, like +15550100123."
        raise InvalidRequest("invalid_phone_number", words, field="phone_number")
    if guess_kind(number) is Kind.TOLL_FREE and wish.keywords is Keywords.GATEWAY:
        words = (
            "The carriers answer STOP on a toll-free number, and nobody can switch that off. Say twilio, or nothing."
        )
        raise InvalidRequest("invalid_keywords", words, field="keywords")
    return _Brought(account_sid=account_sid, token=token, number=number, keywords=wish.keywords)


def _is_token(text: str) -> bool:
    return len(text) <= _MAX_TOKEN and text.isascii() and text.isprintable() and not set(text) & set(" ,:")


async def _check_free(agent: Agent, number: PhoneNumber, store: Store) -> None:
    """Refuse a number that somebody else has here: only to who has proven it theirs, or it would tell who is here."""
    known = await store.numbers.find(number)
    if known and (known.login is None or known.account_id != agent.account_id):
        raise taken(number)


async def _connect(
    agent: Agent, brought: _Brought, edge: EdgeRing, *, store: Store, place: TwilioPlace, now: datetime
) -> None:
    shown = (brought.account_sid, brought.token)
    async with at_twilio(place, brought.account_sid, shown) as twilio:
        owned = await find_textable(brought.number, twilio)
    await _check_free(agent, brought.number, store)
    webhook = owned.webhook
    if webhook.application_sid and not webhook.is_in_service and await _has_another(agent, brought.number, store):
        raise Flawed(Flaw.OVERRIDDEN)
    # from here on it is proven theirs; and once Twilio calls, we must know whose token signs
    login = await _keep(agent, brought, edge, store=store, now=now)
    try:
        async with at_twilio(place, brought.account_sid, shown) as twilio:
            flaw = (await point_webhook(owned, twilio, place)).flaw
    except Flawed as flawed:
        flaw = flawed.flaw
    await store.numbers.note_flaw(login, flaw)


async def _has_another(agent: Agent, number: PhoneNumber, store: Store) -> bool:
    """Tell whether an agent has another number, or way to one, which it would lose by that number."""
    kept, login = await store.sms.find(agent.id), await store.numbers.find_login_of_agent(agent.id)
    return kept.mode in (SmsMode.SANDBOX, SmsMode.MANAGED) or bool(login and login.number != number)


async def _keep(agent: Agent, brought: _Brought, edge: EdgeRing, *, store: Store, now: datetime) -> TwilioLogin:
    place = LoginPlace(account_id=agent.account_id, number=brought.number, account_sid=brought.account_sid)
    login = TwilioLogin(
        account_id=agent.account_id,
        number=brought.number,
        account_sid=brought.account_sid,
        sealed=edge.seal(brought.token, place),
        flaw=Flaw.UNREACHABLE,
    )
    is_same_token = await _is_kept(brought, edge, store)
    await store.numbers.bring(_new(brought, now), agent.id, login, now=now, is_same_token=is_same_token)
    number = await store.numbers.read(brought.number)
    if brought.keywords and brought.keywords is not number.keywords:
        await store.numbers.save(replace(number, keywords=brought.keywords))
    return login


async def _is_kept(brought: _Brought, edge: EdgeRing, store: Store) -> bool:
    """Tell whether it is the token that the number has already."""
    login = await store.numbers.find_login(brought.number)
    try:
        return login is not None and edge.open(login).reveal() == brought.token.reveal()
    except EdgeShut:
        return False


def _new(brought: _Brought, now: datetime) -> Number:
    # Twilio answers them on most numbers, and two answers are worse than one that is not ours
    keywords = brought.keywords or Keywords.TWILIO
    return Number(number=brought.number, kind=guess_kind(brought.number), keywords=keywords, added_at=now)
