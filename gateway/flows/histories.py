"""Conversations as their owners see them: listed, read, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.adapters.store import Store
from gateway.domain.account import ApiKey
from gateway.domain.conversation import Channel, Entry, Overview, Role
from gateway.domain.errors import NotFound
from gateway.domain.ids import is_id
from gateway.domain.receipt import Delivery, judge_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One thing that was said, and, of a reply by text, how far it has come."""

    entry: Entry
    delivery: Delivery | None

    def describe(self) -> dict[str, object]:
        """Tell what its owner may read."""
        return {**self.entry.describe(), **({"delivery": self.delivery.describe()} if self.delivery else {})}


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


async def read_history(found: Overview, *, store: Store) -> list[Shown]:
    """Read what was said in a conversation, oldest first, and of each reply by text how far it has come."""
    entries = await store.conversations.read_entries(found.conversation.id)
    is_texted = found.conversation.channel is Channel.SMS
    replies = {entry.turn_id for entry in entries if is_texted and entry.said.role is Role.ASSISTANT and entry.turn_id}
    deliveries = await store.deliveries.read_all(replies)
    return [Shown(entry=entry, delivery=_find_delivery(entry, deliveries)) for entry in entries]


def _find_delivery(entry: Entry, deliveries: Mapping[str, tuple[Delivery, ...]]) -> Delivery | None:
    is_reply = entry.said.role is Role.ASSISTANT
    return judge_reply(deliveries.get(entry.turn_id or "", ())) if is_reply else None
