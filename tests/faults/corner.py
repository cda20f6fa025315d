"""One customer, one texter, one conversation: what they say, and what becomes of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from redis import Redis

from gateway.adapters.store import Store, keys, open_store
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.account import SEATS
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.ids import ConversationId, MessageId, TraceId, derive_conversation_id
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.domain.trace import Step
from gateway.domain.turn import PartState
from gateway.flows.receive import receive_text
from tests.examples import NUMBER, PEPPER, inbound_form
from tests.faults.scenarios import VOICE, Happening, Place, Scenario, Way
from tests.journeys.idleness import is_idle
from tests.journeys.stand_ins import Phone
from tests.setting_up import Customer, set_up_customer

_LOOK_SECONDS = 0.1

_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Corner:
    """A scenario's own corner of the scene."""

    number: int
    redis_url: Secret
    texter: PhoneNumber
    other_texter: PhoneNumber
    model_key: str
    place: str
    phone: Phone
    client: httpx.Client
    seats: int = SEATS
    rate: float = 0.0
    """How many turns of the customer may be in flight."""
    redis: Any = field(init=False)
    customer: Customer = field(init=False)
    conversation_id: ConversationId = field(init=False)
    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the customer."""
        self.redis = Redis.from_url(self.redis_url.reveal(), decode_responses=True)
        self.customer = self.look(
            lambda store: set_up_customer(store, model_place=self.place, model_key=self.model_key)
        )
        self.conversation_id = self._conversation_id(Way.TEXT)

    def _conversation_id(self, way: Way) -> ConversationId:
        if way is Way.API:
            return derive_conversation_id(PEPPER, "api", self.customer.agent.id, "")
        return derive_conversation_id(PEPPER, "sms", self.customer.account.id, NUMBER, self.texter)

    def look(self, deed: Callable[[Store], Awaitable[_T]]) -> _T:
        """Do something with the store, as another process would."""

        async def with_store() -> _T:
            store = open_store(self.redis_url, seats=self.seats)
            try:
                return await deed(store)
            finally:
                await store.close()

        return asyncio.run(with_store())

    def happen(self, happening: Happening | None) -> None:
        """Have something happen here, if anything."""
        if happening:
            self.look(
                lambda store: happening(Place(store=store, conversation_id=self.conversation_id, texter=self.texter))
            )

    def say(self, scenario: Scenario) -> None:
        """Say what the scenario begins with, in its way."""
        self.conversation_id = self._conversation_id(scenario.way)
        for words in scenario.ahead:
            self.text(words, texter=self.other_texter)
        for words in scenario.said:
            if scenario.way is Way.API:
                self._ask(words)
            else:
                self.text(words, at=datetime.now(UTC) - scenario.age)

    def text(self, words: str, *, at: datetime | None = None, texter: PhoneNumber | None = None) -> str:
        """Text the number, and return the MessageSid."""
        sid = f"SM{self.number:04}{len(self.messages):028x}"
        form = inbound_form(words, sid=sid, From=texter or self.texter)
        now = datetime.now(UTC)
        message = InboundMessage.from_form(form, now=at or now)
        self.look(lambda store: receive_text(message, store=store, voice=VOICE, pepper=PEPPER, now=now))
        self.messages.append(sid)
        return sid

    def _ask(self, words: str) -> None:
        name = f"{self.number:04}{len(self.messages):028x}"
        now = datetime.now(UTC)
        conversation = Conversation(
            id=self.conversation_id,
            account_id=self.customer.account.id,
            channel=Channel.API,
            agent_id=self.customer.agent.id,
        )
        self.look(
            lambda store: store.messages.admit(
                ApiMessage(
                    id=MessageId(f"msg_{name}"),
                    text=words,
                    trace_id=TraceId(f"trc_{name}"),
                    reply_channel="tg:replies:test",
                ),
                conversation=conversation,
                step=Step(at=now, name="message.admitted", details={}),
                promise=None,
            )
        )
        self.messages.append(f"trc_{name}")

    def ask_neighbours(self, **wishes: str) -> dict[str, Any]:
        """Ask the stand-ins what they know of this corner."""
        address = f"http://{self.place}/told"
        answer = self.client.get(address, params={"key": self.model_key, "phone": self.texter, **wishes})
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    @property
    def calls(self) -> int:
        """How often the model was asked."""
        return int(self.ask_neighbours()["calls"])

    @property
    def arrivals(self) -> list[float]:
        """When Twilio took a text, by the monotonic clock."""
        return list(self.ask_neighbours()["arrivals"])

    def let_model_answer(self) -> None:
        """Have the model stop thinking about this corner."""
        self.ask_neighbours(open="yes")

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on the phone."""
        return tuple(self.phone.received(texter=self.texter))

    @property
    def other_texts(self) -> tuple[str, ...]:
        """What stands on the other texter's phone."""
        return tuple(self.phone.received(texter=self.other_texter))

    @property
    def outcomes(self) -> set[str]:
        """What became of all that was said."""

        async def read(store: Store) -> set[str]:
            return {(await store.traces.read(name)).outcome for name in self.messages}

        return self.look(read)

    @property
    def turns(self) -> list[dict[str, str]]:
        """The turns of this corner, as they are stored."""
        return [self.redis.hgetall(key) for key in self.redis.scan_iter(f"{keys.TURN_PREFIX}*")]

    @property
    def recorded(self) -> int:
        """How many turns have their reply stored."""
        return sum("outcome" in turn for turn in self.turns)

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody knows, by what is stored, if a part went out."""
        doubtful = {PartState.SENDING.value, PartState.UNKNOWN.value}
        return any(doubtful & set(turn.values()) for turn in self.turns)

    @property
    def history(self) -> list[str]:
        """What was said in the conversation, by what is stored."""
        return [json.loads(row)["text"] for row in self.redis.lrange(keys.history(self.conversation_id), 0, -1)]

    @property
    def replies(self) -> tuple[str, ...]:
        """What was answered over the API."""
        return tuple(
            json.loads(self.redis.get(key))["reply_text"] for key in self.redis.scan_iter(f"{keys.REPLY_PREFIX}*")
        )

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing waits, is held, is open or is queued."""
        is_open = self.redis.hexists(keys.conversation(self.conversation_id), "turn_id")
        return is_idle(self.redis) and not is_open and not self.redis.exists(keys.inbox(self.conversation_id))

    def close(self) -> None:
        """Let go of the database."""
        self.redis.close()
