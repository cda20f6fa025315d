"""What goes on when a worker dies: who wrote what, how the model and Twilio take it, and how it must end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store, keys
from gateway.dev.model import _NOTE
from gateway.domain.account import SEATS
from gateway.domain.compliance import Voice
from gateway.domain.conversation import join_texts
from gateway.domain.honesty import DISCLOSURE, disclosure_text
from gateway.domain.ids import ConversationId
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.reply import APOLOGY, shape_reply
from gateway.domain.throttle import Rates
from gateway.domain.turn import Outcome, Part
from gateway.flows.receive import receive_text
from tests.adapters.texts import a_reply, open_turn
from tests.examples import NUMBER, PEPPER, inbound_form
from tests.faults.hooks import Deed, Moment, Order
from workers.tools import step

VOICE = Voice(brand="Corner Cafe", help_contact=None)
LEFT_WORDS = "We open at eight."
MAX_TRIES = 3
_QUARANTINE_SECONDS = 15.0
"""A quarantine loads what a worker loads; on a busy machine that takes long."""
_GATHER_LONG_MS = 15_000
_BUSY_SECONDS = 5


class Way(Enum):
    """How the words come in."""

    TEXT = "text"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a scenario plays: one texter, one conversation."""

    store: Store
    conversation_id: ConversationId
    texter: PhoneNumber


Happening = Callable[[Place], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a turn ends, and what stands on the phone then."""

    outcome: Outcome
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way in which a worker meets its death."""

    name: str
    said: tuple[str, ...] = ("Hello",)
    ahead: tuple[str, ...] = ()
    """What another texter wrote before."""
    way: Way = Way.TEXT
    age: timedelta = timedelta()
    """How long ago it was said."""
    model: str = "plain"
    """How the model takes the account's key; see neighbours.py."""
    twilio: str = ""
    """How Twilio treats the worker that dies, and no other; see neighbours.py."""
    seats: int = SEATS
    """How many turns of the account may be in flight."""
    before: Happening | None = None
    """What happens before any worker is there."""
    meanwhile: Happening | None = None
    """What happens while the model thinks."""
    rate: float = 0.0
    """How many segments a second a number sends; 0 for any number."""
    told: Order | None = None
    """Where the worker is told to stop, before it dies."""
    calls: int = 1
    """How often the model is asked until a reply is made, when nobody dies."""
    grace_seconds: float = 0.0
    """How much longer than others it may wait for its end."""
    end: End | None = None
    """How it ends, when not as every answered text does."""

    @property
    def turns(self) -> int:
        """How many turns there are: one for each who wrote."""
        return 2 if self.ahead else 1

    @property
    def ends(self) -> End:
        """How it ends when the second worker does what the first one could not do any more."""
        if self.end:
            return self.end
        is_text = self.way is Way.TEXT
        return End(outcome=Outcome.ANSWERED, texts=shape_reply(echo(join_texts(self.said))) if is_text else ())


def echo(words: str) -> str:
    """What the offline model says to these words."""
    return _NOTE + words


async def lose_wake_up(place: Place) -> None:
    """Have the queue forget the conversation, as a Redis that lost its last second would; its seat lapses then."""
    await place.store.connection.delete(QUEUE)
    await place.store.connection.zadd(keys.SEATED, {place.conversation_id: 0})


async def gather(place: Place, *, milliseconds: int) -> None:
    """Have the first text wait so long for others."""
    name = keys.conversation(place.conversation_id)
    await place.store.connection.execute_command("HSET", name, "gather_ms", milliseconds)


async def gather_long(place: Place) -> None:
    """Have the first text wait until a worker is there, and longer."""
    await gather(place, milliseconds=_GATHER_LONG_MS)


async def say_much(place: Place) -> None:
    """Make the conversation longer than the model can read."""
    rows = [f'{{"role": "user", "text": "{number}"}}' for number in range(8)]
    await place.store.connection.execute_command("RPUSH", keys.history(place.conversation_id), *rows)


async def text_stop(place: Place) -> None:
    """Have the texter opt out."""
    await _text(place, "STOP")


async def text_doubt(place: Place) -> None:
    """Have the texter write what may be meant as an opt-out, and be asked."""
    await _text(place, "wrong number")


async def _text(place: Place, words: str) -> None:
    form = inbound_form(words, sid=f"SM{'5' * 32}", From=place.texter)
    now = datetime.now(UTC)
    message = InboundMessage.from_form(form, now=now)
    await receive_text(message, store=place.store, voice=VOICE, pepper=PEPPER, now=now)


async def occupy_number(place: Place) -> None:
    """Have the number send something else for a while."""
    assert await place.store.throttle.reserve(NUMBER, {0: _BUSY_SECONDS}, Rates(long=1), patience=0) == {0: 0}


async def lose_agent(place: Place) -> None:
    """Have the agent gone that the number leads to."""
    async for name in place.store.connection.scan_iter(f"{keys.AGENT_PREFIX}*"):
        await place.store.connection.delete(str(name))


async def give_own_key(place: Place) -> None:
    """Have the agent hold its account's key as a credential of its own."""
    connection = place.store.connection
    (agent,), (credential,) = [
        [str(name) async for name in connection.scan_iter(f"{prefix}*")]
        for prefix in (keys.AGENT_PREFIX, keys.credential(""))
    ]
    own = await place.store.connection.read_hash(credential)
    await connection.execute_command("HSET", agent, "credential_id", own["id"], "llm_base_url", own["base_url"])


async def release_number(place: Place) -> None:
    """Take the number away from the account."""
    await place.store.numbers.release(NUMBER)


async def leave_in_doubt(place: Place) -> None:
    """Leave the turn as a worker does that dies between a part's fence and Twilio's answer."""
    store = place.store
    await gather(place, milliseconds=0)
    hold = await store.holds.take(place.conversation_id)
    assert hold
    turn = await open_turn(store, hold)
    await store.turns.record_reply(hold, turn, a_reply(LEFT_WORDS), step("reply.recorded"))
    await store.parts.fence(hold, turn, Part(index=0, text=LEFT_WORDS), step("part.fenced", part=0))
    await store.holds.drop(hold, forgiven=True)


async def use_up_tries(place: Place) -> None:
    """Leave the turn as workers do that it has ended, or that ended beside it, so often that one try is left."""
    await gather(place, milliseconds=0)
    hold = await place.store.holds.take(place.conversation_id)
    assert hold
    turn = await open_turn(place.store, hold)
    await place.store.connection.execute_command("HSET", keys.turn(turn.id), "tries", MAX_TRIES - 1)
    await place.store.holds.drop(hold, forgiven=False)


async def leave_a_rest(place: Place) -> None:
    """Leave the rest of an answer that was too long."""
    connection, turn_id = place.store.connection, "turn_before"
    name = keys.conversation(place.conversation_id)
    agent_id = (await connection.read_hash(name))["agent_id"]
    await connection.execute_command("HSET", keys.turn(turn_id), "rest", LEFT_WORDS, "composed_by", agent_id)
    await connection.execute_command("HSET", name, "rest_of", turn_id)


async def leave_in_doubt_without_a_date(place: Place) -> None:
    """Leave the turn in doubt, and nothing of when its part was fenced."""
    await leave_in_doubt(place)
    (turn_id,) = [str(key) async for key in place.store.connection.scan_iter(f"{keys.TURN_PREFIX}*")]
    await place.store.connection.execute_command("HDEL", turn_id, "part:0:fenced_ms")


_APOLOGISED = End(outcome=Outcome.APOLOGISED, texts=(APOLOGY,))
_APOLOGISED_BY_DEFAULT = End(outcome=Outcome.APOLOGISED, texts=(f"{disclosure_text(DISCLOSURE, VOICE)}\n\n{APOLOGY}",))
"""Where no agent is left to say whether the first reply discloses, it does."""
_LEFT = End(outcome=Outcome.ANSWERED, texts=(LEFT_WORDS,))
_ASKING = "llm.LiteLlm._ask:acompletion"
_POSTING = "carrier.TwilioCarrier._post:post"
_LONG = "word " * 319 + "last."

PLAIN = Scenario(name="a text")
THREE_PARTS = Scenario(name="a reply of three parts", said=(_LONG, _LONG))
API = Scenario(name="an API message", way=Way.API)
STALE = Scenario(name="a text too old", age=timedelta(hours=2), calls=0, end=End(outcome=Outcome.STALE))
GATHERING = Scenario(name="a text that waits for others", before=gather_long)
MORE = Scenario(name="a MORE", said=("MORE",), before=leave_a_rest, calls=0, end=_LEFT)
HANDED_ON = Scenario(name="a seat that another conversation leaves", ahead=("Hi",), seats=1)
LAST_TRY = Scenario(name="the last try", before=use_up_tries, grace_seconds=_QUARANTINE_SECONDS)
TOLD_ON_LAST_TRY = Scenario(
    name="told to stop on the last try",
    model="thinking",
    before=use_up_tries,
    grace_seconds=_QUARANTINE_SECONDS,
    told=Order(point="quarantine._Ward.answer:hear", moment=Moment.BEFORE, deed=Deed.STOP),
)
LOST_WAKE_UP = Scenario(name="a wake-up lost", before=lose_wake_up)
THINKING = Scenario(name="the model thinks", model="thinking")
TOLD_WHILE_THINKING = Scenario(
    name="told to stop while the model thinks",
    model="thinking",
    told=Order(point=_ASKING, moment=Moment.BEFORE, deed=Deed.STOP),
)
TOLD_WHILE_SENDING = Scenario(
    name="told to stop while Twilio takes its time",
    twilio="slow",
    told=Order(point=_POSTING, moment=Moment.BEFORE, deed=Deed.STOP),
)
OWN_KEY = Scenario(name="an agent's own key", before=give_own_key)
REJECTED = Scenario(name="the model key is rejected", model="rejected", end=_APOLOGISED)
AGENT_GONE = Scenario(name="the agent is gone", before=lose_agent, calls=0, end=_APOLOGISED_BY_DEFAULT)
TOO_LONG = Scenario(name="a conversation too long", model="long", before=say_much, calls=2)
STOP_MEANWHILE = Scenario(
    name="STOP while the model thinks", model="thinking", meanwhile=text_stop, end=End(outcome=Outcome.OPTED_OUT)
)
STOP_BEFORE_MANY = Scenario(
    name="STOP before a reply of three parts",
    said=(_LONG, _LONG),
    model="thinking",
    meanwhile=text_stop,
    end=End(outcome=Outcome.OPTED_OUT),
)
DOUBT_MEANWHILE = Scenario(
    name="a doubt while the model thinks", model="thinking", meanwhile=text_doubt, end=End(outcome=Outcome.STALE)
)
RELEASED_MEANWHILE = Scenario(
    name="the number is released while the model thinks",
    model="thinking",
    meanwhile=release_number,
    end=End(outcome=Outcome.STALE),
)
NUMBER_BUSY = Scenario(
    name="the number sends something else first",
    model="thinking",
    meanwhile=occupy_number,
    rate=1,
    grace_seconds=_BUSY_SECONDS,
)
BUSY = Scenario(name="Twilio is busy", twilio="busy")
REFUSED = Scenario(name="Twilio refuses", twilio="refusing")
BLOCKED = Scenario(name="Twilio knows that the texter is out", twilio="blocking")
LOST_BEFORE = Scenario(name="the connection breaks before Twilio takes the part", twilio="losing")
LOST_AFTER = Scenario(name="the connection breaks after Twilio took the part", twilio="breaking-off")
MUTE = Scenario(name="Twilio took the part and can't say", twilio="mute")
IN_DOUBT = Scenario(name="a part left in doubt", before=leave_in_doubt, calls=0, end=_LEFT)
UNDATED_DOUBT = Scenario(
    name="a part left in doubt, without a date", before=leave_in_doubt_without_a_date, calls=0, end=_LEFT
)
