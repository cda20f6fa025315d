"""What the scripts need to put a message into its conversation's inbox and have it answered."""

from gateway.adapters.store import keys
from gateway.adapters.store.records import only_set
from gateway.adapters.store.seating import Description
from gateway.domain.conversation import Conversation


def describe_admission(conversation: Conversation, seating: Description, *, age_ms: int = 0) -> dict[str, object]:
    """Describe the admission to `conversation` of a message that is `age_ms` old, as `admit` in saving.lua takes it."""
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
                "texter_hash": conversation.texter_hash,
                "user_ref": conversation.user_ref,
                "gather_ms": str(conversation.gather_ms),
            }
        ),
        "conversations_key": (conversation.texter_hash and keys.conversations_of(conversation.texter_hash)) or False,
        "recent": keys.RECENT,
        "age_ms": age_ms,
        "inbox_key": keys.inbox(conversation.id),
        "waiting_key": keys.WAITING,
        "seating": seating,
    }
