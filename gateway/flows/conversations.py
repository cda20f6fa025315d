"""Talk to an agent over the API: the same way as a text, but the reply comes back in the answer."""

from datetime import datetime

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.adapters.store.replies import ReplyListener
from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.errors import (
    Conflict,
    CredentialMissing,
    CredentialSealed,
    ModelBusy,
    ModelOverQuota,
    ModelRejectedKey,
)
from gateway.domain.ids import MessageId, TraceId, derive_conversation_id
from gateway.domain.trace import Step

_WAIT_SECONDS = 75.0
"""Longer than a model call may take, so that its own failure is what the caller hears of."""


async def send_message(
    agent: Agent,
    text: str,
    *,
    user_ref: str | None,
    trace_id: TraceId,
    store: Store,
    replies: ReplyListener,
    pepper: bytes,
    now: datetime,
) -> str:
    """Have an agent answer `text`, and return the reply.

    Conflict when the agent is paused or no model key is set; ModelBusy or ModelRejectedKey when the provider did not
    answer.
    """
    if agent.status is AgentStatus.PAUSED:
        raise Conflict("agent_paused", f"The agent {agent.id} is paused: textgate agents resume {agent.id}")
    if await store.credentials.find(agent.key_id) is None:
        raise Conflict(CredentialMissing.code, CredentialMissing().message)
    message_id = MessageId(mint("msg"))
    conversation = _conversation(agent, user_ref, pepper)
    async with replies.expect(message_id) as reply:
        await store.messages.admit(
            message_id,
            text,
            conversation=conversation,
            trace_id=trace_id,
            step=Step(at=now, name="message.admitted", details={"conversation_id": conversation.id}),
            reply_channel=replies.channel,
        )
        answer = await reply(_WAIT_SECONDS)
    if answer is None:
        raise ModelBusy("The reply is not there yet. It is still being made: ask again later.")
    if answer["reply_text"] is None:
        raise _failure(answer["failure"])
    return str(answer["reply_text"])


def _conversation(agent: Agent, user_ref: str | None, pepper: bytes) -> Conversation:
    return Conversation(
        id=derive_conversation_id(pepper, "api", agent.id, user_ref or ""),
        account_id=agent.account_id,
        channel=Channel.API,
        agent_id=agent.id,
    )


def _failure(code: str | None) -> Exception:
    if code == CredentialMissing.code:
        return Conflict(code, CredentialMissing().message)
    known = {error.code: error for error in (ModelRejectedKey, ModelOverQuota, CredentialSealed)}
    return known.get(code or "", ModelBusy)()
