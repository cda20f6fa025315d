"""What the scripts need to put a message into its conversation's inbox and wake a worker."""

from gateway.adapters.queue import QUEUE, wake_up
from gateway.adapters.store import keys
from gateway.adapters.store.records import only_set
from gateway.domain.conversation import GATHER_SECONDS, Channel, Conversation


def describe_admission(conversation: Conversation) -> dict[str, object]:
    """Describe an admission to `conversation`, as `admit` in saving.lua takes it."""
    gathers = conversation.channel is Channel.SMS
    wake = wake_up(conversation.id, in_seconds=GATHER_SECONDS if gathers else 0)
    return {
        "conversation_key": keys.conversation(conversation.id),
        "conversation": only_set(
            {
                "id": conversation.id,
                "account_id": conversation.account_id,
                "channel": conversation.channel.value,
                "agent_id": conversation.agent_id,
                "number": conversation.number,
                "texter": conversation.texter,
            }
        ),
        "arrivals_key": keys.ARRIVALS,
        "inbox_key": keys.inbox(conversation.id),
        "waiting_key": keys.WAITING,
        "queue_key": QUEUE,
        "job_key": wake.job_key,
        "job": wake.job.decode(),
        "job_id": wake.job_id,
        "job_due_ms": wake.due_ms,
        "job_seconds": int(keys.WAKE_UPS.total_seconds()),
    }
