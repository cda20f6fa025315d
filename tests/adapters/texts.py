"""Texts and turns as far as a test needs them."""

from dataclasses import replace

from gateway.adapters.mint import mint
from gateway.adapters.store import Store, keys
from gateway.adapters.store.messages import Saving
from gateway.domain.consent import ConsentChange, ConsentState, Source
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.ids import AccountId, AgentId, ConversationId, MessageId, TraceId, TurnId
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import Step
from gateway.domain.turn import Hold, Outcome, Part, Reply, Turn
from tests.examples import LIMITS, NOW, NUMBER, TEXTER, TEXTER_HASH, inbound_form, message_sid
from tests.setting_up import Customer

STEP = Step(at=NOW, name="test.step", details={})
CONVERSATION = ConversationId("conv_" + "c" * 32)


def a_conversation(customer: Customer, channel: Channel = Channel.SMS) -> Conversation:
    """The conversation of the example texter with a customer, or one over the API."""
    is_sms = channel is Channel.SMS
    return Conversation(
        id=CONVERSATION,
        account_id=customer.account.id,
        channel=channel,
        agent_id=customer.agent.id,
        number=NUMBER if is_sms else None,
        texter=TEXTER if is_sms else None,
        texter_hash=TEXTER_HASH if is_sms else None,
    )


NOWHERE = Conversation(
    id=CONVERSATION,
    account_id=AccountId("acct_" + "0" * 32),
    channel=Channel.SMS,
    agent_id=AgentId("agt_" + "0" * 32),
    number=NUMBER,
    texter=TEXTER,
    texter_hash=TEXTER_HASH,
)


def a_message(number: int = 1, body: str = "Hello") -> InboundMessage:
    """A text, a different one for each number."""
    return InboundMessage.from_form(inbound_form(body, sid=message_sid(number)), now=NOW)


def a_saving(
    *,
    admit_to: Conversation | None = None,
    consent: ConsentChange | None = None,
    decided_on: ConsentState = ConsentState.UNSET,
    answer: str = "",
) -> Saving:
    """What is saved of a text."""
    return Saving(
        trace_id=TraceId(mint("trc")),
        texter_hash=TEXTER_HASH,
        account_id=admit_to.account_id if admit_to else None,
        outcome="admitted" if admit_to else "ignored",
        step=STEP,
        answer=answer,
        decided_on=decided_on,
        consent=consent,
        admit_to=admit_to,
    )


def a_change(
    state: ConsentState, number: int = 1, wording: str = "words", source: Source = Source.KEYWORD
) -> ConsentChange:
    """A row for the ledger of the example texter."""
    return ConsentChange(
        number=NUMBER,
        texter=TEXTER,
        texter_hash=TEXTER_HASH,
        account_id=None,
        state=state,
        source=source,
        message_sid=MessageId(message_sid(number)),
        wording=wording,
        at=NOW,
    )


async def save_texts(store: Store, conversation: Conversation, *bodies: str, first: int = 1) -> None:
    """Let texts arrive, one after the other."""
    for number, body in enumerate(bodies, first):
        assert await store.messages.save(a_message(number, body), a_saving(admit_to=conversation)) == ""


async def set_consent(store: Store, state: ConsentState, *, before: ConsentState, number: int = 90) -> None:
    """Let the example texter say STOP or START."""
    saving = a_saving(consent=a_change(state, number), decided_on=before)
    assert await store.messages.save(a_message(number, state), saving) is not None


async def set_consent_of(
    store: Store,
    customer: Customer,
    state: ConsentState,
    *,
    number: PhoneNumber = NUMBER,
    before: ConsentState = ConsentState.UNSET,
) -> None:
    """Let the example texter say STOP or START to a number of a customer's."""
    sid = 90 + len(await store.consents.read_places(TEXTER_HASH))
    message = InboundMessage.from_form(inbound_form(state, sid=message_sid(sid), To=number), now=NOW)
    change = replace(a_change(state, sid), number=number, account_id=customer.account.id)
    saving = replace(a_saving(consent=change, decided_on=before), account_id=customer.account.id)
    assert await store.messages.save(message, saving) is not None


async def seat(store: Store, conversation_id: ConversationId = CONVERSATION) -> None:
    """Give a conversation a seat without a message."""
    name = keys.conversation(conversation_id)
    account_id = await store.connection.read_field(name, "account_id")
    if account_id is None:
        account_id = NOWHERE.account_id
        await store.connection.execute_command("HSET", name, "account_id", account_id)
    await store.connection.zadd(f"tg:seats:{account_id}", {conversation_id: 0})


async def hold_of(store: Store, conversation_id: ConversationId = CONVERSATION) -> Hold:
    """Take a hold that must be free, from a seat that is there whether or not anything waits."""
    await seat(store, conversation_id)
    hold = await store.holds.take(conversation_id)
    assert hold
    return hold


async def open_turn(store: Store, hold: Hold) -> Turn:
    """Open a turn where something must wait."""
    turn = await store.turns.open(hold, TurnId(mint("turn")), LIMITS, alone=True)
    assert isinstance(turn, Turn)
    return turn


def a_reply(*texts: str) -> Reply:
    """A reply of these parts."""
    parts = tuple(Part(index=index, text=text) for index, text in enumerate(texts))
    return Reply(parts=parts, outcome=Outcome.ANSWERED)


async def a_recorded_turn(store: Store, customer: Customer) -> Turn:
    """A turn whose reply of two parts is recorded, and of which nothing is sent."""
    await save_texts(store, a_conversation(customer), "Hello")
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    await store.turns.record_reply(hold, turn, a_reply("one", "two"), STEP)
    return await open_turn(store, hold)
