"""What the tool tells of parts that did not arrive: in words, with a next step."""

from gateway.adapters.store import Store
from gateway.domain.conversation import Role, Utterance
from gateway.domain.ids import AccountId, TurnId
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.trace import Step
from gateway.domain.turn import Closing, Outcome, PartState
from tests.adapters.texts import STEP, a_conversation, a_reply, hold_of, open_turn, save_texts
from tests.cli.tool import Tool
from tests.examples import NOW, NUMBER, message_sid
from tests.setting_up import set_up_customer

_UNREACHABLE = "the phone can't be reached: off, without service, or not able to get texts"


async def _lose_parts(store: Store) -> str:
    """Have a turn whose first part was lost on its way, and whose second Twilio refused; returns its conversation."""
    conversation = a_conversation(await set_up_customer(store))
    await save_texts(store, conversation, "Hello")
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    await store.turns.record_reply(hold, turn, a_reply("one", "two"), STEP)
    turn = await open_turn(store, hold)
    await store.parts.settle(turn.id, turn.parts[0], PartState.SENT, STEP, sid=message_sid(60))
    details = {"part": 0, "status": "undelivered", "error_code": "30003"}
    lost = Step(at=NOW, name="part.receipt", details=details)
    await store.parts.note_receipt(turn.id, 0, status="undelivered", sid=message_sid(60), step=lost)
    refused = Step(at=NOW, name="part.failed", details={"part": 1, "twilio_code": 21211})
    await store.parts.settle(turn.id, turn.parts[1], PartState.FAILED, refused)
    said = (Utterance(role=Role.USER, text="Hello"), Utterance(role=Role.ASSISTANT, text="one"))
    await store.turns.close(hold, turn, Closing(outcome=Outcome.FAILED, said=said), STEP)
    return conversation.id


async def test_a_lost_reply(tool: Tool, store: Store) -> None:
    """I48: trace, conversation and dead list name the code, say what it means, and what to do."""
    conversation_id = await _lose_parts(store)
    trace = tool.ask("trace", message_sid(60))
    refusal = {"status": "failed", "error_code": 21211, "meaning": "the texter's number is not valid"}
    loss = {"status": "undelivered", "error_code": 30003, "meaning": _UNREACHABLE}
    assert trace["deliveries"] == [{"part": 0, **loss}, {"part": 1, **refusal}]
    words = {step["step"]: (step["meaning"], step["next"][:8]) for step in trace["steps"] if "meaning" in step}
    assert words == {
        "part.receipt": (_UNREACHABLE, "Nothing:"),
        "part.failed": ("the texter's number is not valid", "Nothing:"),
    }
    assert f"part 0: undelivered: 30003, {_UNREACHABLE}" in tool.run("trace", message_sid(60)).out
    _, reply = tool.ask("conversations", "show", conversation_id)["messages"]
    assert reply["delivery"] == loss
    assert "(undelivered: 30003" in tool.run("conversations", "show", conversation_id).out
    (dead,) = tool.ask("dead", "list")
    assert (dead["twilio_code"], dead["meaning"]) == (21211, "the texter's number is not valid")
    assert dead["next"].startswith("Nothing")


async def test_an_alert(tool: Tool, store: Store) -> None:
    """An alert names the number that it is about, and the next step of its code."""
    notice = Notice(
        kind=NoticeKind.CARRIER_ALERT,
        account_id=AccountId("acct_1"),
        reason="30034",
        turn_id=TurnId("turn_1"),
        number=NUMBER,
    )
    assert await store.notices.post(notice)
    (row,) = tool.ask("notices")
    assert (row["notice"], row["number"], row["reason"]) == ("twilio.alert", NUMBER, "30034")
    assert row["next"].startswith("Register the number")
