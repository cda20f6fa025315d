"""Receipts in any order over the real webhook: what a part has come to, and what the account reads of it."""

from itertools import permutations
from typing import Any

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.conversation import Role, Utterance
from gateway.domain.turn import Closing, Outcome, PartState
from tests.adapters.texts import STEP, a_recorded_turn, hold_of
from tests.examples import ACCOUNT_SID, message_sid
from tests.setting_up import Customer
from tests.web.api import body_of
from tests.web.twilio import post_text, said

_LOST = ("sent", "failed", "undelivered", "brand_new_state", "undelivered")
_READ = ("queued", "sent", "undelivered", "delivered", "read", "sent")
_ORDERS = [*list(permutations(_LOST))[::13], *list(permutations(_READ))[::79]]
_CODES = {"failed": {"ErrorCode": "30008"}, "undelivered": {"ErrorCode": "30003"}}


async def _post(web: httpx.AsyncClient, turn_id: str, status: str, *, part: int = 0) -> None:
    form = {
        "AccountSid": ACCOUNT_SID,
        "MessageSid": message_sid(50 + part),
        "MessageStatus": status,
        **_CODES.get(status, {}),
    }
    path = f"/webhooks/twilio/status?turn={turn_id}&part={part}"
    assert said(await post_text(web, form, path=path)) == []


@pytest.mark.parametrize("order", _ORDERS, ids="-".join)
async def test_any_order(web: httpx.AsyncClient, customer: Customer, store: Store, order: tuple[str, ...]) -> None:
    """I51: whatever the order, and before the POST's own answer too, a part is where the furthest receipt says."""
    turn = await a_recorded_turn(store, customer)
    for status in order:
        await _post(web, turn.id, status)
    ours, other = (await store.deliveries.read_all([turn.id]))[turn.id]
    expected = ("read", None) if "read" in order else ("undelivered", 30003)
    assert (ours.status, ours.error_code) == expected
    assert other.status == PartState.PENDING.value


async def test_read_by_its_owner(
    web: httpx.AsyncClient, api: httpx.AsyncClient, customer: Customer, store: Store
) -> None:
    """A conversation tells of each reply by text how far it has come: as far as the part that came least far."""
    turn = await a_recorded_turn(store, customer)
    words = (Utterance(role=Role.USER, text="Hello"), Utterance(role=Role.ASSISTANT, text="one two"))
    hold = await _take_again(store, turn.conversation.id)
    await store.turns.close(hold, turn, Closing(outcome=Outcome.ANSWERED, said=words), STEP)
    await _post(web, turn.id, "delivered")

    async def delivery() -> list[Any]:
        shown = body_of(await api.get(f"/v1/conversations/{turn.conversation.id}"))
        return [message.get("delivery") for message in shown["messages"]]

    assert await delivery() == [None, {"status": "pending"}]
    await _post(web, turn.id, "undelivered", part=1)
    meaning = "the phone can't be reached: off, without service, or not able to get texts"
    assert await delivery() == [None, {"status": "undelivered", "error_code": 30003, "meaning": meaning}]


async def _take_again(store: Store, conversation_id: Any) -> Any:
    await store.connection.delete(f"tg:hold:{conversation_id}")
    return await hold_of(store, conversation_id)
