"""Numbers: added, set and bound to agents by operators."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.adapters.mint import mint_join_code
from gateway.adapters.store import Store
from gateway.domain.compliance import MAX_LINE, Keyword, change_line, fold, read_keyword
from gateway.domain.consent import ConsentState
from gateway.domain.errors import Conflict, InvalidRequest
from gateway.domain.ids import hash_texter
from gateway.domain.number import (
    MAX_STOP_WORDS,
    Keywords,
    Kind,
    Number,
    Policy,
    Use,
    guess_kind,
)
from gateway.domain.phone import PhoneNumber, find_number, find_phone

NO_SERVICE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWishes:
    """What an operator says about a number; None leaves it as it is."""

    kind: Kind | None = None
    use: Use | None = None
    keywords: Keywords | None = None
    policy: Policy | None = None
    stop_words: tuple[str, ...] | None = None
    label: str | None = None
    brand: str | None = None
    help_contact: str | None = None
    messaging_service: str | None = None
    """The SID of a Messaging Service, or NO_SERVICE."""


def read_number(text: str) -> PhoneNumber:
    """Read a phone number that a person typed; InvalidRequest with an example where it is none."""
    number = find_phone(text)
    if number is None:
        raise InvalidRequest("invalid_number", f"{text} is not a number in E.164, like +15550100123.", field="number")
    return number


def read_own_number(text: str) -> PhoneNumber:
    """Read a number of ours, which may be a short code; InvalidRequest with examples where it is none."""
    number = find_number(text)
    if number is None:
        words = f"{text} is neither a number in E.164, like +15550100123, nor a short code, like 55512."
        raise InvalidRequest("invalid_number", words, field="number")
    return number


async def add_number(number: PhoneNumber, wishes: NumberWishes, *, store: Store, now: datetime) -> Number:
    """Add a number, to the pool where nothing else is said, or change one that is known, which stays what it is for.

    Conflict when nobody could answer keywords as it says, or it is bound and would be a sandbox.
    """
    known = await store.numbers.find(number)
    use = wishes.use or (None if known else Use.POOL)
    return await _save(_apply(wishes, known or _new(number, now)), use, store, now)


async def set_number(number: PhoneNumber, wishes: NumberWishes, *, store: Store, now: datetime) -> Number:
    """Change a number; NotFound where it is not ours, Conflict as with `add_number`."""
    return await _save(_apply(wishes, await store.numbers.read(number)), wishes.use, store, now)


async def _save(number: Number, use: Use | None, store: Store, now: datetime) -> Number:
    await store.numbers.save(number, use)
    await store.pool.serve(None, now=now)
    return await store.numbers.read(number.number)


async def release_number(number: PhoneNumber, *, store: Store, now: datetime) -> Number:
    """Let a number go and return what it was; a managed agent that had it waits for another. NotFound as ever."""
    released = await store.numbers.release(number)
    if released.agent_id:
        await store.pool.serve(released.agent_id, now=now)
    return released


async def bind_number(number: PhoneNumber, agent_id: str, *, store: Store, now: datetime) -> Number:
    """Bind a number to an agent, and add it where it is new; a managed agent that had it waits for another.

    NotFound without the agent; Conflict when it is bound for another account, or needs to be added with care.
    """
    agent = await store.agents.read(agent_id)
    new = await store.numbers.find(number) or _check(_new(number, now), "--keywords twilio --no-pool")
    before = await store.numbers.bind(new, agent.id, agent.account_id, now=now)
    if before and before != agent.id:
        await store.pool.serve(before, now=now)
    return await store.numbers.read(number)


async def allow_guest(number: PhoneNumber, guest: PhoneNumber, *, store: Store, pepper: bytes) -> None:
    """Have a texter answered on a number whose policy admits guests alone; NotFound where it is not ours."""
    await store.pepper.claim(pepper)
    await store.numbers.read(number)
    await store.numbers.admit_guests(number, {hash_texter(pepper, guest): guest})


async def disallow_guest(number: PhoneNumber, guest: PhoneNumber, *, store: Store, pepper: bytes) -> bool:
    """Take a texter off a number's guests; False when they were none, NotFound where the number is not ours."""
    await store.pepper.check(pepper)
    await store.numbers.read(number)
    return await store.numbers.dismiss_guest(number, hash_texter(pepper, guest))


def _new(number: PhoneNumber, now: datetime) -> Number:
    return Number(number=number, kind=guess_kind(number), added_at=now)


def _apply(wishes: NumberWishes, number: Number) -> Number:
    changed = replace(
        number,
        kind=wishes.kind or number.kind,
        keywords=wishes.keywords or number.keywords,
        policy=wishes.policy or number.policy,
        stop_words=number.stop_words if wishes.stop_words is None else _fold_words(wishes.stop_words),
        label=change_line(wishes.label, number.label),
        brand=change_line(wishes.brand, number.brand),
        help_contact=change_line(wishes.help_contact, number.help_contact),
        messaging_service=_change_service(wishes.messaging_service, number.messaging_service),
    )
    if changed.policy is Policy.CODE and not changed.join_code:
        changed = replace(changed, join_code=mint_join_code())
    if changed.policy is not Policy.CODE:
        changed = replace(changed, join_code=None)
    if (wishes.use or number.use) is Use.SANDBOX and changed.policy is not Policy.OPEN:
        raise Conflict(
            "sandbox_policy",
            f"On a sandbox people join agents by their codes, so its policy stays open: "
            f"textgate numbers set {number.number} --policy open",
        )
    return _check(changed)


def _change_service(wish: str | None, before: str | None) -> str | None:
    if wish is None or wish == NO_SERVICE:
        return before if wish is None else None
    if not re.fullmatch("MG[0-9a-fA-F]{32}", wish):
        words = "A Messaging Service is MG and 32 hexadecimal digits, as Twilio's console shows it; or none."
        raise InvalidRequest("invalid_messaging_service", words, field="messaging-service")
    return wish


def _check(number: Number, options: str = "--keywords twilio") -> Number:
    if number.kind is Kind.TOLL_FREE and number.keywords is Keywords.GATEWAY:
        raise Conflict(
            "toll_free_keywords",
            f"On the toll-free number {number.number} the carriers answer STOP, and nobody can switch that off. "
            f"Say so: textgate numbers add {number.number} {options}",
        )
    return number


def _fold_words(words: tuple[str, ...]) -> tuple[str, ...]:
    folded = tuple(dict.fromkeys(fold(word) for word in words if word))
    taken = [word for word in folded if read_keyword(word, ConsentState.OUT) in (Keyword.START, Keyword.HELP)]
    bounds = f"up to {MAX_STOP_WORDS} words of up to {MAX_LINE} letters"
    if taken or len(folded) > MAX_STOP_WORDS or not all(0 < len(word) <= MAX_LINE for word in folded):
        what = f"{taken[0].upper()} means something else" if taken else bounds
        raise InvalidRequest("invalid_stop_word", f"A stop word can't be that: {what}.", field="stop-word")
    return folded
