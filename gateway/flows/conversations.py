"""Talk to an agent over the API: the same way as a text, but the reply comes back in the answer."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.adapters.store.caps import read_usage
from gateway.adapters.store.forgetting import FORGOTTEN
from gateway.adapters.store.messages import ApiMessage, Promise
from gateway.adapters.store.replies import Reply, ReplyListener
from gateway.domain.account import ApiKey
from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.errors import (
    Conflict,
    CredentialMissing,
    CredentialSealed,
    CredentialUnfit,
    Failed,
    HostedMissing,
    NotFound,
    TextgateError,
    TooMany,
)
from gateway.domain.ids import AgentId, KeyId, MessageId, TraceId, derive_conversation_id, is_id
from gateway.domain.limits import Usage
from gateway.domain.llm import HostedOffer
from gateway.domain.model_errors import ModelBusy, ModelOverQuota, ModelRejectedKey
from gateway.domain.trace import Step
from gateway.domain.turn import Outcome
from gateway.flows.llm import check_payable

_WAIT_SECONDS = 75.0
"""Longer than a model call may take, so that its own failure is what the caller hears of."""

_TOLD: tuple[type[Failed], ...] = (ModelRejectedKey, ModelOverQuota, CredentialSealed, CredentialUnfit, HostedMissing)
"""What developers can mend; of the rest they hear that the provider did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a developer sends to an agent."""

    text: str
    user_ref: str | None
    """Separates memory: each has a conversation of its own."""
    idempotency_key: str | None

    def promise(self, key_id: KeyId, agent_id: AgentId) -> Promise | None:
        """Name what the same answer is promised for, if it is."""
        if self.idempotency_key is None:
            return None
        digest = _hash(agent_id, self.text, self.user_ref or "", str(self.user_ref is None))
        return Promise(key_id=key_id, name=_hash(self.idempotency_key), digest=digest)


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


async def admit_message(
    agent: Agent,
    said: Said,
    key: ApiKey,
    *,
    offer: HostedOffer,
    trace_id: TraceId,
    store: Store,
    channel: str,
    pepper: bytes,
    now: datetime,
) -> MessageId:
    """Have an agent answer a message some time soon, and return the message's id.

    Conflict when the agent is paused, no model key is set, or the Idempotency-Key stands for something else;
    HostedMissing when the operator has taken its model away.
    """
    if agent.status is AgentStatus.PAUSED:
        raise Conflict("agent_paused", f"The agent {agent.id} is paused: textgate agents resume {agent.id}")
    await check_payable(agent, offer, store=store)
    conversation = _conversation(agent, said.user_ref, pepper)
    message = ApiMessage(id=MessageId(mint("msg")), text=said.text, trace_id=trace_id, reply_channel=channel)
    step = Step(at=now, name="message.admitted", details={"conversation_id": conversation.id})
    promise = said.promise(key.id, agent.id)
    return MessageId(await store.messages.admit(message, conversation=conversation, step=step, promise=promise))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """What a message was answered with."""

    reply_text: str
    warnings: tuple[str, ...]
    """Which caps are nearly used up, in sentences."""

    def describe(self) -> dict[str, object]:
        """Tell what its sender may read."""
        return {"reply_text": self.reply_text, **({"warnings": list(self.warnings)} if self.warnings else {})}


async def await_reply(message_id: MessageId, *, replies: ReplyListener) -> Replied:
    """Wait for the reply to a message; ModelBusy when it takes too long, or what went wrong with it."""
    async with replies.expect(message_id) as reply:
        answer = await reply(_WAIT_SECONDS)
    if answer is None:
        raise ModelBusy("The reply is not there yet. It is still being made: ask again later.")
    return read_reply(answer)


def read_reply(answer: Reply) -> Replied:
    """Read a reply; raises what went wrong when there is none, TooMany when there was no turn left for it."""
    usage = read_usage(answer.get("usage", []))
    if answer["outcome"] == Outcome.CAPPED:
        raise _refusal(usage[0], now=datetime.now(UTC))
    if answer["reply_text"] is None:
        raise _failure(answer["failure"])
    return Replied(reply_text=str(answer["reply_text"]), warnings=tuple(each.sentence for each in usage))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """How far a message over the API has come."""

    status: str
    """`waiting`, `answered`, `failed`, or `expired` when its reply is no longer kept."""
    reply_text: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    reason: str | None = None
    """Which cap was reached."""


async def read_message(message_id: str, key: ApiKey, *, store: Store, replies: ReplyListener) -> MessageState:
    """Read how far a message has come; NotFound for anybody else's, as if it did not exist."""
    fields = await store.messages.find(message_id) if is_id(message_id, "msg") else None
    if fields is None or fields.get("account_id") != key.account_id:
        raise NotFound(f"There is no message {message_id[:40]}.")
    answer = await replies.find(message_id)
    if answer is None:
        trace = await store.traces.read(fields["trace_id"])
        return MessageState(status="waiting" if trace.outcome == "admitted" else "expired")
    try:
        replied = read_reply(answer)
    except TextgateError as failure:
        return MessageState(status="failed", error=failure.code, reason=getattr(failure, "reason", None))
    return MessageState(status="answered", reply_text=replied.reply_text, warnings=replied.warnings)


def _conversation(agent: Agent, user_ref: str | None, pepper: bytes) -> Conversation:
    return Conversation(
        id=derive_conversation_id(pepper, "api", agent.id, user_ref or ""),
        account_id=agent.account_id,
        channel=Channel.API,
        agent_id=agent.id,
        user_ref=user_ref or None,
    )


def _refusal(usage: Usage, *, now: datetime) -> TooMany:
    wait_seconds = max(1, ceil((usage.begins_anew - now).total_seconds()))
    return TooMany(limit=usage.cap, most=usage.measure, wait_seconds=wait_seconds, reason=usage.cap)


def _failure(code: str | None) -> TextgateError:
    if code == FORGOTTEN:
        return Conflict(code, "The conversation was deleted before the reply was there. Send the message again.")
    if code == CredentialMissing.code:
        return Conflict(code, CredentialMissing().message)
    known = {error.code: error for error in _TOLD}
    return known.get(code or "", ModelBusy)()
