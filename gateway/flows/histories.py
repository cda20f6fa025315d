"""Conversations as their owners see them: listed, read, deleted."""

from gateway.adapters.store import Store
from gateway.domain.account import ApiKey
from gateway.domain.conversation import Overview
from gateway.domain.errors import NotFound
from gateway.domain.ids import is_id


async def read_own_conversation(key: ApiKey, conversation_id: str, *, store: Store) -> Overview:
    """Read a conversation of the key's account; NotFound for anybody else's, as if it did not exist.

    That of a deleted agent is there until retention erases it.
    """
    found = await store.conversations.find(conversation_id) if is_id(conversation_id, "conv") else None
    if found is None or found.conversation.account_id != key.account_id:
        raise NotFound(f"There is no conversation {conversation_id[:40]}.")
    return found


async def delete_own_conversation(key: ApiKey, conversation_id: str, *, store: Store) -> None:
    """Forget a conversation of the key's account; NotFound where there is none, as after it was deleted."""
    found = await read_own_conversation(key, conversation_id, store=store)
    await store.forgetting.forget_conversation(found.conversation.id)
