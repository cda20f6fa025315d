"""A stage for caps: agents, users and a texter on a real Redis whose clock is set by hand, and a model of it all."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.mint import mint
from gateway.adapters.store import Store, connection, keys, open_store
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.ids import AccountId, AgentId, MessageId, TraceId, TurnId, derive_conversation_id
from gateway.domain.limits import NEAR, Allowance, TurnCaps, Usage
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.turn import Closing, Hold, Outcome, Part, PartState, Reply, Turn
from tests.adapters.texts import STEP, a_saving, hold_of
from tests.examples import LIMITS, NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, inbound_form, message_sid

CAPS = TurnCaps(agent_day=4, agent_week=5, agent_month=7, texter_day=2, texter_week=3, texter_month=4)
_CLOCK = "local function now_ms() return tonumber(redis.call('GET', 'test:now_ms')) end"
_ACCOUNT = AccountId("acct_" + "1" * 32)
_AGENTS = [AgentId("agt_" + digit * 32) for digit in "12"]
_NUMBERS = [NUMBER, PhoneNumber("+12025550188")]


def _by_api(agent: AgentId, user: str | None) -> Conversation:
    return Conversation(
        id=derive_conversation_id(PEPPER, "api", agent, user or ""),
        account_id=_ACCOUNT,
        channel=Channel.API,
        agent_id=agent,
        user_ref=user,
    )


def _by_text(agent: AgentId, number: PhoneNumber) -> Conversation:
    return Conversation(
        id=derive_conversation_id(PEPPER, "sms", _ACCOUNT, number, TEXTER),
        account_id=_ACCOUNT,
        channel=Channel.SMS,
        agent_id=agent,
        number=number,
        texter=TEXTER,
        texter_hash=TEXTER_HASH,
    )


TALKS = [
    *(_by_api(agent, user) for agent in _AGENTS for user in (None, "ann", "bob")),
    *(_by_text(agent, number) for agent, number in zip(_AGENTS, _NUMBERS, strict=True)),
]
"""Two agents, each with two users over the API, one who is not named, and a texter who is the same for both."""


def next_period(period: str, now: datetime) -> datetime:
    """Tell when the day, week or month of a moment is over, by Python's own calendar."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "day":
        return today + timedelta(days=1)
    if period == "week":
        return today + timedelta(days=8 - today.isoweekday())
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


@dataclass(slots=True)
class Book:
    """What is taken from whom, in plain Python."""

    taken: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)
    """By cap, whose it is, and the end of the period."""
    told: set[tuple[str, str, datetime]] = field(default_factory=set)

    def take(self, talk: Conversation, now: datetime) -> tuple[Allowance, list[tuple[str, str, datetime]], list[Usage]]:
        """Tell what becomes of a turn: whether it is granted, what is taken, and what it is told."""
        counted = [
            (cap, whose, next_period(cap.rpartition("_")[2], now))
            for cap in CAPS.describe()
            if (whose := _whose(cap, talk))
        ]
        spent = [place for place in counted if self.taken[place] >= CAPS.describe()[place[0]]]
        if spent:
            place = min(spent, key=lambda each: (-each[2].timestamp(), each[0]))
            return self._tell(talk, place), [], [self._usage(place)]
        self.taken.update(counted)
        near = [usage for place in counted if (usage := self._usage(place)).used >= NEAR * usage.most]
        return Allowance.GRANTED, counted, sorted(near, key=lambda usage: usage.cap)

    def _tell(self, talk: Conversation, place: tuple[str, str, datetime]) -> Allowance:
        if talk.channel is Channel.API or place in self.told:
            return Allowance.SPENT
        self.told.add(place)
        return Allowance.SPENT_FIRST

    def _usage(self, place: tuple[str, str, datetime]) -> Usage:
        return Usage(cap=place[0], used=self.taken[place], most=CAPS.describe()[place[0]], begins_anew=place[2])


def _whose(cap: str, talk: Conversation) -> str | None:
    if cap.startswith("agent"):
        return talk.agent_id
    return talk.texter_hash or (talk.id if talk.user_ref else None)


@dataclass(slots=True, kw_only=True)
class CapStage:
    """Turns as they are opened and closed, held against the book."""

    store: Store
    now: datetime
    book: Book = field(default_factory=Book)
    open: dict[int, tuple[Hold, Turn, list[tuple[str, str, datetime]]]] = field(default_factory=dict)
    messages: int = 0

    async def set_clock(self, now: datetime) -> None:
        """Let it be that late by Redis's clock."""
        self.now = now
        await self.store.connection.set("test:now_ms", int(now.timestamp() * 1000))

    async def begin(self, which: int) -> None:
        """Open a turn of a talk, unless it has one, and see that it got what the book says."""
        if which in self.open:
            return
        talk = TALKS[which]
        await self._say(talk)
        hold = await hold_of(self.store, talk.id)
        limits = replace(LIMITS, caps=CAPS)
        turn = await self.store.turns.open(hold, TurnId(mint("turn")), limits, alone=True)
        assert isinstance(turn, Turn)
        await self.store.connection.persist(keys.hold(talk.id))  # a machine may be slow, and nobody renews it
        allowance, places, usage = self.book.take(talk, self.now)
        assert (turn.allowance, list(turn.usage)) == (allowance, usage)
        self.open[which] = (hold, turn, places)

    async def end(self, which: int, outcome: Outcome) -> None:
        """Close a talk's turn, if it has one, twice; an unpaid one is taken back from the book, once."""
        if which not in self.open:
            return
        hold, turn, places = self.open.pop(which)
        await self._tell(hold, turn, outcome)
        ended = replace(turn, outcome=outcome, asked=outcome is Outcome.ANSWERED)
        for _ in range(2):
            await self.store.turns.close(hold, ended, Closing(outcome=outcome, said=()), STEP)
        await self.store.holds.release(hold)
        if outcome is not Outcome.ANSWERED:
            self.book.taken.subtract(places)

    async def _tell(self, hold: Hold, turn: Turn, outcome: Outcome) -> None:
        """Have a turn that is to tell that a cap is reached do so, or else take that back from the book."""
        if turn.allowance is not Allowance.SPENT_FIRST:
            return
        if outcome is not Outcome.ANSWERED:
            cap = turn.usage[0]
            self.book.told.discard((cap.cap, _whose(cap.cap, turn.conversation) or "", cap.begins_anew))
            return
        line = Part(index=0, text="Enough")
        await self.store.turns.record_reply(hold, turn, Reply(parts=(line,), outcome=Outcome.CAPPED), STEP)
        await self.store.parts.settle(turn.id, line, PartState.SENT, STEP, sid="SM1")

    async def check(self) -> None:
        """See that Redis has counted what the book has, and never more than the cap."""
        counts = []
        for name in await self.store.connection.keys("tg:taken:*"):
            turns = int(await self.store.connection.read_field(name, "turns") or 0)
            assert 0 <= turns <= CAPS.describe()[name.split(":")[2]]
            counts.append(turns)
        assert sorted(filter(None, counts)) == sorted(filter(None, self.book.taken.values()))

    async def _say(self, talk: Conversation) -> None:
        self.messages += 1
        if talk.channel is Channel.SMS:
            form = inbound_form(sid=message_sid(self.messages), To=str(talk.number))
            assert (
                await self.store.messages.save(InboundMessage.from_form(form, now=NOW), a_saving(admit_to=talk)) == ""
            )
            return
        message_id, trace_id = MessageId(mint("msg")), TraceId(mint("trc"))
        message = ApiMessage(id=message_id, text="Hi", trace_id=trace_id, reply_channel="nobody")
        await self.store.messages.admit(message, conversation=talk, step=STEP, promise=None)


@contextmanager
def setting_clocks() -> Iterator[None]:
    """Have the scripts of stores that are opened meanwhile look at a clock that a test sets."""
    real = connection._source
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_source", lambda name: _CLOCK if name == "clock" else real(name))
        yield


async def open_stage(url: Secret, days: int) -> CapStage:
    """Begin with an empty Redis, so many days from now: what Redis lets lapse must not have lapsed already."""
    store = open_store(url)
    await store.connection.flushall()
    for agent, number in zip(_AGENTS, _NUMBERS, strict=True):
        binding = ("account_id", _ACCOUNT, "agent_id", agent, "number", number)
        await store.connection.execute_command("HSET", f"tg:number:{number}", *binding)
    stage = CapStage(store=store, now=datetime.now(UTC))
    await stage.set_clock(datetime.fromtimestamp(int(time.time()), UTC) + timedelta(days=days))
    return stage
