"""A real store on which stories of consent are told, beside the model that says what ought to have come of them."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from redis import Redis

from gateway.adapters.mint import mint
from gateway.adapters.store import Store, keys, open_store
from gateway.domain.consent import ConsentChange, ConsentRow, ConsentState, Scope, Source
from gateway.domain.errors import Conflict, OptedOut
from gateway.domain.ids import AccountId, ConversationId, MessageId, TurnId, derive_conversation_id, hash_texter
from gateway.domain.message import InboundMessage
from gateway.domain.number import Keywords, Policy
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.texting import Texting
from gateway.domain.trace import format_time
from gateway.domain.turn import Closing, Hold, Outcome, Part, PartState, Reply, Turn
from gateway.flows.consent import Person, forget_texter, set_consent
from gateway.flows.numbers import NumberWishes, add_number, bind_number, set_number
from gateway.flows.receive import Received, receive_text
from tests.adapters.consent_model import EVERYWHERE, Book
from tests.adapters.text_kinds import STOP, TALK, VOICE, Fate, Kind, Place, Sender, foretell
from tests.adapters.texts import STEP
from tests.examples import FOREVER, LIMITS, NOW, PEPPER, UNCAPPED, inbound_form, message_sid
from tests.setting_up import Customer, set_up_customer

TEXTERS = [PhoneNumber("+12025550143"), PhoneNumber("+12025550144")]
_TOLL_FREE = PhoneNumber("+18005550177")
NUMBERS = [PhoneNumber("+12025550199"), PhoneNumber("55512"), _TOLL_FREE]
ACCOUNTS = ["first", "second"]
_OWNERS = dict(zip(NUMBERS, ("first", "first", "second"), strict=True))
_LASTING = ("tg:account", "tg:agent:", "tg:agents", "tg:key", "tg:credential", "tg:pepper")
_Told = TypeVar("_Told")


@dataclass(slots=True)
class ConsentStage:
    """The store, the model, and everything that may befall both."""

    run: asyncio.Runner
    store: Store
    customers: dict[str, Customer]
    book: Book = field(default_factory=Book)
    places: dict[str, Place] = field(default_factory=dict)
    received: list[tuple[InboundMessage, str]] = field(default_factory=list)
    seen: dict[tuple[str, str], list[ConsentRow]] = field(default_factory=dict)
    step: int = 0
    begun: set[Scope] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        """The moment of the step that is being taken, a second after the one before."""
        return NOW + timedelta(seconds=self.step)

    def _next(self) -> int:
        self.step += 1
        return self.step

    def _do(self, deed: Coroutine[Any, Any, _Told]) -> _Told:
        return self.run.run(deed)

    def begin(self) -> None:
        """Begin a new story: nobody has texted, and each number is bound."""
        self._do(self._clear())
        self.book, self.places, self.received, self.seen, self.begun = Book(), {}, [], {}, set()
        for number, account in _OWNERS.items():
            self.places[number] = Place(is_toll_free=number == _TOLL_FREE)
            self._bind(number, account)

    async def _clear(self) -> None:
        names = [name for name in await self.store.connection.keys("*") if not name.startswith(_LASTING)]
        await self.store.connection.delete(*names, "tg:arrivals")

    def text(self, who: PhoneNumber, number: PhoneNumber, kind: Kind) -> Received:
        """Have somebody text, and hold what becomes of it against the model."""
        place, pair = self.places[number], (who, number)
        body = f"join {place.join_code or 'me'}" if kind.means == "join" else kind.body
        fate = foretell(kind, place, self._sender(who, number))
        sid = message_sid(self._next())
        form = inbound_form(body, sid=sid, From=who, To=number, OptOutType=kind.opt_out_type)
        message = InboundMessage.from_form(form, now=self.now)
        received = self._do(receive_text(message, store=self.store, voice=VOICE, pepper=PEPPER, now=self.now))
        assert (received.outcome, received.say) == (fate.outcome, fate.says)
        self.received.append((message, fate.says))
        if fate.state and (fate.state is not ConsentState.UNSET or pair not in self.book.own):
            self._note(pair, fate.state, fate.source, sid=sid, wording=_wording(fate))
        if fate.outcome == "asked":
            self.book.asked.add(pair)
        if fate.joins:
            place.guests.add(who)
        return received

    def _note(self, pair: tuple[str, str], state: ConsentState, source: Source, **row: Any) -> None:
        at, account = format_time(self.now), self._account_of(pair[1])
        self.book.note(pair, state, source, at=at, account=account, **row)

    def _sender(self, who: PhoneNumber, number: PhoneNumber) -> Sender:
        pair = (who, number)
        return Sender(
            state=self.book.stand(pair, self._account_of(number)).state,
            is_stopped_here=self.book.is_stopped_here(pair),
            is_guest=who in self.places[number].guests,
            was_asked=pair in self.book.asked,
        )

    def _account_of(self, number: str) -> str | None:
        place = self.places.get(number)
        return self.customers[place.account].account.id if place and place.account else None

    def repeat(self, which: int) -> None:
        """Have an earlier text come once more."""
        message, said = self.received[which % len(self.received)]
        received = self._do(receive_text(message, store=self.store, voice=VOICE, pepper=PEPPER, now=self.now))
        assert (received.outcome, received.say) == ("repeated", said)

    def send(self, who: PhoneNumber, number: PhoneNumber, stops: str) -> None:
        """Answer a text, with an opt-out between reply and fence, perhaps of another number."""
        received = self.text(who, number, TALK)
        account = self._account_of(number)
        if received.outcome != "admitted" or account is None:
            return
        hold, turn = self._do(self._reply(derive_conversation_id(PEPPER, "sms", account, number, who), account))
        if stops == EVERYWHERE:
            self.speak_for(who, None, ConsentState.OUT)
        elif stops:
            self.text(who, PhoneNumber(stops), STOP)
        expected = self.book.stand((who, number), account)
        fenced = self._do(self._fence(hold, turn))
        assert (fenced is None) == (expected.state is ConsentState.OUT)
        if fenced:
            (row,) = expected.reasons
            assert fenced["consent"] == expected.state
            assert (fenced.get("consent_version"), fenced.get("consent_source")) == _why(row)

    async def _reply(self, conversation_id: ConversationId, account: str) -> tuple[Hold, Turn]:
        taken = await self.store.holds.take(conversation_id)
        hold = taken or Hold(conversation_id=conversation_id, account_id=AccountId(account), token="")
        turn = await self.store.turns.open(hold, TurnId(mint("turn")), replace(LIMITS, caps=UNCAPPED), alone=True)
        assert isinstance(turn, Turn)
        reply = Reply(parts=(Part(index=0, text="At eight."),), outcome=Outcome.ANSWERED)
        await self.store.turns.record_reply(hold, turn, reply, STEP)
        return hold, turn

    async def _fence(self, hold: Hold, turn: Turn) -> dict[str, Any] | None:
        part = Part(index=0, text="At eight.")
        try:
            await self.store.parts.fence(hold, turn, part, STEP)
        except OptedOut:
            step = None
        else:
            step = json.loads((await self.store.connection.read_list(f"tg:steps:{turn.id}"))[-1])
            await self.store.parts.settle(turn.id, part, PartState.SENT, STEP, sid=message_sid(self._next()))
        await self.store.turns.close(hold, turn, Closing(outcome=Outcome.ANSWERED, said=()), STEP)
        await self.store.holds.release(hold)
        return step

    def speak_for(self, who: PhoneNumber, number: PhoneNumber | None, state: ConsentState) -> None:
        """Have an operator speak for a texter, of one number or of every one."""
        note = f"call {self._next()}"
        written = self._do(set_consent(_person(who), number, state, note=note, store=self.store, now=self.now))
        places = [number] if number else [EVERYWHERE, *sorted(self.book.places_of(who))]
        for place in places:
            self._note((who, place), state, Source.OPERATOR, note=note)
        assert written == [self.book.rows[who, place][-1] for place in places]

    def block(self, who: PhoneNumber, number: PhoneNumber, *, is_old: bool) -> None:
        """Have Twilio refuse a part that was fenced this moment, or long ago."""
        account, sid = self._account_of(number), MessageId(message_sid(self._next()))
        change = ConsentChange(
            number=number,
            texter=who,
            texter_hash=_person(who).texter_hash,
            account_id=AccountId(account) if account else None,
            state=ConsentState.OUT,
            source=Source.CARRIER_BLOCK,
            message_sid=sid,
            wording="",
            at=self.now,
        )
        self._do(self.store.consents.change(change, known_at=NOW - timedelta(days=36500) if is_old else None))
        state, _ = self.book.own.get((who, number), (ConsentState.UNSET, 0))
        if state is ConsentState.UNSET or (state is ConsentState.IN and not is_old):
            self._note((who, number), ConsentState.OUT, Source.CARRIER_BLOCK, sid=sid)

    def reach(self, scope: Scope, *, is_later: bool) -> None:
        """Have opt-outs reach so far from now on, or from a later day on, which is refused where it has begun."""
        # each moment is past and later than the one before, however fast the story is told
        begins_at = datetime.now(UTC) + timedelta(days=69 if is_later else -1, seconds=self._next() / 100)
        if is_later and scope in self.begun:
            with pytest.raises(Conflict):
                self._do(self.store.consents.set_scope(scope, begins_at))
            return
        self._do(self.store.consents.set_scope(scope, begins_at))
        if not is_later:
            self.begun.add(scope)
            self.book.scopes = [*(known for known in self.book.scopes if known is not scope), scope]

    def hand_over(self, number: PhoneNumber, account: str) -> None:
        """Release a number, and bind it where an account takes it."""
        if self.places[number].is_ours:
            self._do(self.store.numbers.release(number))
        self.places[number] = Place(is_toll_free=number == _TOLL_FREE)
        if account:
            self._bind(number, account)

    def _bind(self, number: PhoneNumber, account: str) -> None:
        place = self.places[number]
        place.is_ours, place.account = True, account
        place.keywords = Keywords.TWILIO if place.is_toll_free else Keywords.GATEWAY
        self._do(add_number(number, NumberWishes(keywords=place.keywords), store=self.store, now=NOW))
        self._do(bind_number(number, self.customers[account].agent.id, store=self.store, now=NOW))

    def change_number(self, number: PhoneNumber, policy: Policy, keywords: Keywords, words: tuple[str, ...]) -> None:
        """Have an operator set up a number anew; one that is not ours becomes so, without an agent."""
        place = self.places[number]
        if place.is_toll_free:
            keywords = Keywords.TWILIO
        if not place.is_ours:
            self._do(add_number(number, NumberWishes(keywords=keywords), store=self.store, now=NOW))
        wishes = NumberWishes(keywords=keywords, policy=policy, stop_words=words)
        changed = self._do(set_number(number, wishes, store=self.store, now=NOW))
        place.is_ours, place.keywords, place.policy, place.has_stop_word = True, keywords, policy, bool(words)
        place.join_code = changed.join_code or ""

    def forget(self, who: PhoneNumber) -> None:
        """Have a texter forgotten: only their number leaves the ledger, and they are nobody's guest any more."""
        self._do(forget_texter(_person(who), store=self.store))
        alias = f"hash:{_person(who).texter_hash}"
        self.book.forget(who, alias)
        self.seen = {
            pair: [replace(row, texter=alias) if pair[0] == who else row for row in rows]
            for pair, rows in self.seen.items()
        }
        for place in self.places.values():
            place.guests.discard(who)

    def erase(self) -> None:
        """Have every ledger be older than it is kept."""
        self._do(self.store.erasure.erase_old(replace(FOREVER, consent=timedelta(milliseconds=-1))))
        self.book.erase()
        self.seen = {}

    def check(self) -> None:
        """Hold every standing and every row against the model."""
        self._do(self._check())

    async def _check(self) -> None:
        assert await self.store.connection.zcard(keys.LEDGERS) == len(self.book.rows), "and no other ledger is there"
        for who in TEXTERS:
            texter_hash = _person(who).texter_hash
            for place in [*NUMBERS, EVERYWHERE]:
                rows = await self.store.consents.read_history(place, texter_hash)
                self._check_ledger((who, place), rows)
            for number in NUMBERS:
                standing = await self.store.consents.read_standing(number, texter_hash)
                expected = self.book.stand((who, number), self._account_of(number))
                assert (standing.number, standing.state) == (number, expected.state)
                assert standing.row in expected.reasons, "the row that is shown explains the standing"

    def _check_ledger(self, pair: tuple[str, str], rows: list[ConsentRow]) -> None:
        before = self.seen.get(pair, [])
        assert rows[: len(before)] == before, "no row is ever changed or gone"
        assert [row.version for row in rows] == list(range(1, len(rows) + 1)), "versions have no gap"
        assert rows == self.book.rows.get(pair, [])
        self.seen[pair] = rows


def _wording(fate: Fate) -> str:
    return fate.says if fate.state is not ConsentState.UNSET else ""


def _why(row: ConsentRow | None) -> tuple[int | None, str | None]:
    return (row.version, row.source) if row else (None, None)


def _person(who: PhoneNumber) -> Person:
    return Person(texter=who, texter_hash=hash_texter(PEPPER, who))


@contextmanager
def running_stage(redis_url: Secret) -> Iterator[ConsentStage]:
    """Set up two customers on an empty Redis."""
    with asyncio.Runner() as run:
        store = open_store(redis_url)
        with Redis.from_url(redis_url.reveal()) as client:
            client.flushall()
        customers = {
            name: run.run(set_up_customer(store, name=name, number=number, texting=Texting(gather_ms=0)))
            for name, number in zip(ACCOUNTS, NUMBERS, strict=False)
        }
        yield ConsentStage(run=run, store=store, customers=customers)
        run.run(store.close())
