"""Consent as operators see it: shown, changed on somebody's word, and proved."""

from dataclasses import dataclass
from datetime import datetime

from gateway.adapters.store import Store
from gateway.domain.consent import ConsentChange, ConsentRow, ConsentState, Source, Standing
from gateway.domain.ids import TexterHash, hash_texter
from gateway.domain.phone import PhoneNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A texter, and the hash that their consent is kept under."""

    texter: PhoneNumber
    texter_hash: TexterHash


async def read_person(texter: PhoneNumber, *, store: Store, pepper: bytes) -> Person:
    """Name a texter as the store does; StoreDown when it is another pepper's store."""
    await store.pepper.claim(pepper)
    return Person(texter=texter, texter_hash=hash_texter(pepper, texter))


async def show_standings(person: Person, number: PhoneNumber | None, *, store: Store) -> list[Standing]:
    """Show where a texter stands with a number, or with each that they have a standing with."""
    places = [number] if number else await store.consents.read_places(person.texter_hash)
    return [await store.consents.read_standing(place, person.texter_hash) for place in places]


async def show_history(person: Person, number: PhoneNumber | None, *, store: Store) -> list[ConsentRow]:
    """Show every row about a texter, or those of one number, oldest first."""
    places = [number] if number else await store.consents.read_places(person.texter_hash)
    rows = [row for place in places for row in await store.consents.read_history(place, person.texter_hash)]
    return sorted(rows, key=lambda row: (row.at, row.number, row.version))


async def set_consent(
    person: Person, number: PhoneNumber | None, state: ConsentState, *, note: str, store: Store, now: datetime
) -> list[ConsentRow]:
    """Note what a texter has told the operator; without a number it holds for every one, also those to come.

    Returns the rows that were written.
    """
    change = await _change(person, number, state, note=note, store=store, now=now)
    if number is None:
        return await store.consents.change_every(change)
    row = await store.consents.change(change)
    return [row] if row else []


async def _change(
    person: Person, number: PhoneNumber | None, state: ConsentState, *, note: str, store: Store, now: datetime
) -> ConsentChange:
    ours = await store.numbers.find(number) if number else None
    return ConsentChange(
        number=number,
        texter=person.texter,
        texter_hash=person.texter_hash,
        account_id=ours.account_id if ours else None,
        state=state,
        source=Source.OPERATOR,
        message_sid=None,
        wording="",
        at=now,
        note=note,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much there was to forget."""

    conversations: int
    texts: int
    """Texts, and turns that answered them."""
    ledger_rows: int
    """They stay, without the number."""


async def forget_texter(person: Person, *, store: Store) -> Forgotten:
    """Forget a texter's words and number; whether they are out, and the proof of it, stay under the hash."""
    conversations, in_them = await store.forgetting.forget_conversations(person.texter_hash)
    texts = in_them + await store.forgetting.forget_texts(person.texter, conversations)
    rows = await store.forgetting.forget_number(person.texter_hash)
    return Forgotten(conversations=len(conversations), texts=texts, ledger_rows=rows)
