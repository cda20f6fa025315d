"""A worker's desk on a real store: texts come in through the webhook's own deed, the worker is called by hand."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from gateway.adapters.key_ring import Opener
from gateway.adapters.store import Store, keys
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.compliance import Voice
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.ids import ConversationId, MessageId, TraceId, derive_conversation_id
from gateway.domain.message import InboundMessage
from gateway.domain.trace import Step, Trace
from gateway.flows.receive import receive_text
from tests.examples import (
    ACCOUNT_SID,
    FOREVER,
    LIMITS,
    NOW,
    NUMBER,
    OPEN_KEYS,
    PEPPER,
    TEXTER,
    inbound_form,
    message_sid,
)
from tests.setting_up import Customer
from tests.workers.fakes import ScriptedCarrier, ScriptedModel, WorkerDied
from workers.answer import answer_conversation
from workers.tools import Tools

VOICE = Voice(brand="Corner Cafe", help_contact="help@cafe.example")
MAX_TRIES = 2


@dataclass(slots=True, kw_only=True)
class Desk:
    """One customer's number, one texter, and the worker's tools."""

    store: Store
    customer: Customer
    model: ScriptedModel
    carrier: ScriptedCarrier
    tools: Tools
    numbers: "count[int]"

    @property
    def conversation_id(self) -> ConversationId:
        """The texter's conversation with the number."""
        return derive_conversation_id(PEPPER, "sms", self.customer.account.id, NUMBER, TEXTER)

    async def text(
        self,
        body: str,
        *,
        sender: str = TEXTER,
        recipient: str = NUMBER,
        account_sid: str = ACCOUNT_SID,
        at: datetime = NOW,
    ) -> MessageId:
        """Receive a text as the webhook does."""
        sid = message_sid(next(self.numbers))
        message = InboundMessage.from_form(
            inbound_form(body, sid=sid, From=sender, To=recipient, AccountSid=account_sid),
            now=at,
            vouched_by="" if account_sid == ACCOUNT_SID else account_sid,
        )
        await receive_text(message, store=self.store, voice=VOICE, pepper=PEPPER, now=message.received_at)
        return message.sid

    async def ask(self, text: str) -> tuple[MessageId, ConversationId]:
        """Receive a message over the API."""
        number = next(self.numbers)
        conversation = Conversation(
            id=derive_conversation_id(PEPPER, "api", self.customer.agent.id, ""),
            account_id=self.customer.account.id,
            channel=Channel.API,
            agent_id=self.customer.agent.id,
        )
        message_id = MessageId(f"msg_{number:032x}")
        await self.store.messages.admit(
            ApiMessage(
                id=message_id, text=text, trace_id=TraceId(f"trc_{number:032x}"), reply_channel="tg:replies:test"
            ),
            conversation=conversation,
            step=Step(at=NOW, name="message.admitted", details={}),
            promise=None,
        )
        return message_id, conversation.id

    async def work(self, conversation_id: ConversationId | None = None) -> None:
        """Answer the texter's conversation, or another, as a worker does that was woken for it."""
        await answer_conversation(conversation_id or self.conversation_id, self.tools)

    async def work_until_dead(self, deed: str, *, after: bool, calls: int = 1) -> None:
        """Work, and die just before or after the `calls`th call of one of the store's deeds, as `turns.close`."""
        noun, _, verb = deed.partition(".")
        place = getattr(self.store, noun)
        dying = _dying(getattr(place, verb), calls=calls, after=after)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, verb, dying)
            with pytest.raises(WorkerDied):
                await self.work()

    async def trace(self, message_id: str) -> Trace:
        """Read what became of a message."""
        return await self.store.traces.read(message_id)

    async def turn(self, message_id: str) -> dict[str, str]:
        """Read the fields of the turn that answered a message."""
        turn = await self.store.turns.find((await self.trace(message_id)).turn_id or "")
        assert turn is not None
        return turn

    async def history(self) -> list[tuple[str, str]]:
        """Read who said what."""
        return [(said.role.value, said.text) for said in await self.store.turns.read_history(self.conversation_id)]

    async def reply_to(self, message_id: MessageId) -> dict[str, Any]:
        """Read what an API message was answered with."""
        found: dict[str, Any] = json.loads(await self.store.connection.get(keys.reply(message_id)) or "{}")
        return found

    async def steal_hold(self) -> None:
        """Be another worker, which thinks that this one is dead."""
        await self.store.connection.set(keys.hold(self.conversation_id), "another worker's token")

    async def holder(self) -> str | None:
        """Read whose token holds the conversation."""
        token: str | None = await self.store.connection.get(keys.hold(self.conversation_id))
        return token

    async def wait_until_free(self) -> None:
        """Wait until nobody holds the conversation."""
        async with asyncio.timeout(5):
            while await self.holder():
                await self.store.ping()


def open_desk(store: Store, customer: Customer) -> Desk:
    """Put a desk together."""
    model, carrier = ScriptedModel(), ScriptedCarrier()
    tools = Tools(
        store=store,
        opener=Opener(OPEN_KEYS),
        model=model,
        carrier=carrier,
        limits=replace(LIMITS, max_tries=MAX_TRIES),
        retention=FOREVER,
        voice=VOICE,
        quarantine=None,
    )
    return Desk(store=store, customer=customer, model=model, carrier=carrier, tools=tools, numbers=count(1))


def step_names(trace: Trace) -> list[str]:
    """Name the steps of a trace, in order."""
    return [step.name for step in trace.steps]


def _dying(deed: Callable[..., Any], *, calls: int, after: bool) -> Callable[..., Any]:
    left = count(calls, -1)

    async def dying(*args: Any, **options: Any) -> Any:
        is_last = next(left) == 1
        if is_last and not after:
            raise WorkerDied
        result = await deed(*args, **options)
        if is_last:
            raise WorkerDied
        return result

    return dying
