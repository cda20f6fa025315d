"""Texts on a real Redis: each saved once, with all that follows, or not at all."""

import asyncio
import json

import pytest

from gateway.adapters.mint import mint
from gateway.adapters.queue import QUEUE
from gateway.adapters.store import Store
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.consent import ConsentChange, ConsentState
from gateway.domain.conversation import Channel
from gateway.domain.errors import NotFound
from gateway.domain.ids import MessageId, TraceId
from gateway.domain.line import Line
from gateway.flows.accounts import speak_for
from gateway.flows.numbers import allow_guest
from tests.adapters.texts import (
    CONVERSATION,
    STEP,
    a_change,
    a_conversation,
    a_message,
    a_saving,
    save_texts,
    set_consent,
)
from tests.examples import ACCOUNT_SID, NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH, message_sid
from tests.setting_up import Customer, set_up_customer

_LEDGER = f"tg:ledger:{NUMBER}:{TEXTER_HASH}"
_INBOX = f"tg:inbox:{CONVERSATION}"


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody who is texted."""
    return await set_up_customer(store)


async def test_a_line_of_nothing(store: Store) -> None:
    """A text to nobody from nobody: no binding, no agent, no consent, not seen."""
    unknown = Line(
        answered_with=None,
        number=None,
        agent=None,
        consent=ConsentState.UNSET,
        stopped_here=False,
        asked=False,
        guest=False,
    )
    assert await store.messages.read_line(a_message(), TEXTER_HASH) == unknown


async def test_a_line_of_everything(store: Store, customer: Customer) -> None:
    """One look tells number, agent, consent, guest, the account's voice, and what the message was answered with."""
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=store, now=NOW)
    await allow_guest(NUMBER, TEXTER, store=store, pepper=PEPPER)
    await set_consent(store, ConsentState.OUT, before=ConsentState.UNSET)
    await store.messages.save(a_message(1), a_saving(answer="words", decided_on=ConsentState.OUT))
    expected = Line(
        brought_by=ACCOUNT_SID,
        answered_with="words",
        number=customer.number,
        agent=customer.agent,
        consent=ConsentState.OUT,
        stopped_here=True,
        asked=False,
        guest=True,
        brand="Cafe",
        help_contact="555",
    )
    assert await store.messages.read_line(a_message(1), TEXTER_HASH) == expected


async def test_silence_is_an_answer_too(store: Store) -> None:
    """I2: a message that met silence is known, and not to be answered again."""
    await store.messages.save(a_message(), a_saving(answer=""))
    assert (await store.messages.read_line(a_message(), TEXTER_HASH)).answered_with == ""


async def test_a_text_and_what_follows_are_saved_together(store: Store, customer: Customer) -> None:
    """I1, I3: one script saves the text, its conversation, its place in the inbox, its trace and its wake-up."""
    await save_texts(store, a_conversation(customer), "Hello \U0001f600 \\u0000 \"'")
    redis = store.connection
    assert (await redis.read_hash(f"tg:message:{message_sid()}"))["body"] == "Hello \U0001f600 \\u0000 \"'"
    assert await redis.zrange(_INBOX, 0, -1) == [message_sid()]
    assert await redis.zrange("tg:waiting", 0, -1) == [CONVERSATION]
    assert (await store.traces.read(message_sid())).conversation_id == CONVERSATION
    (job_id,) = await redis.zrange(QUEUE, 0, -1)
    assert await redis.exists(f"arq:job:{job_id}") == 1


async def test_words_that_nobody_answers_are_not_kept(store: Store) -> None:
    """I70: of a text that no agent answers, its SID, trace and answer are kept, and its words are not."""
    await store.messages.save(a_message(1, "canary-words"), a_saving())
    fields = await store.messages.find(message_sid())
    assert fields
    assert "canary-words" not in str(fields)
    assert fields["answer"] == ""


async def test_a_message_keeps_its_first_answer(store: Store, customer: Customer) -> None:
    """I2: saved again, with whatever decision, a message changes nothing and gives its first answer."""
    await store.messages.save(a_message(), a_saving(answer="first"))
    size = await store.connection.dbsize()
    again = a_saving(answer="second", admit_to=a_conversation(customer), consent=a_change(ConsentState.OUT))
    assert await store.messages.save(a_message(), again) == "first"
    assert await store.connection.dbsize() == size


async def test_fifty_at_once_are_one(store: Store, customer: Customer) -> None:
    """I2, I3: fifty savings of one MessageSid at once: one inbox entry, one job, one trace."""
    conversation = a_conversation(customer)
    answers = await asyncio.gather(
        *(store.messages.save(a_message(), a_saving(admit_to=conversation)) for _ in range(50))
    )
    assert set(answers) == {""}
    redis = store.connection
    assert await redis.zcard(_INBOX) == await redis.zcard(QUEUE) == 1
    assert len(await redis.keys("arq:job:*")) == len(await redis.keys("tg:trace:*")) == 1
    assert await redis.get("tg:arrivals") == "2", "one for the inbox, one for the job"


@pytest.mark.parametrize("change", [None, a_change(ConsentState.OUT)], ids=["a text", "a STOP"])
async def test_a_decision_on_old_consent_is_not_saved(
    store: Store, customer: Customer, change: ConsentChange | None
) -> None:
    """I19, I27: when consent changed between the look and the write, nothing is saved, and a new look is due."""
    await set_consent(store, ConsentState.IN, before=ConsentState.UNSET)
    size = await store.connection.dbsize()
    saving = a_saving(consent=change, admit_to=a_conversation(customer), decided_on=ConsentState.UNSET)
    assert await store.messages.save(a_message(1), saving) is None
    assert await store.connection.dbsize() == size
    assert (await store.messages.read_line(a_message(1), TEXTER_HASH)).answered_with is None


async def test_the_ledger_grows_and_never_changes(store: Store) -> None:
    """I27: every change is a row with state, time, source, message and exact words; earlier rows stay as they were."""
    states = [ConsentState.OUT, ConsentState.IN, ConsentState.OUT]
    rows: list[str] = []
    before = ConsentState.UNSET
    for number, state in enumerate(states):
        await set_consent(store, state, before=before, number=number)
        before = state
        now = await store.connection.read_list(_LEDGER)
        assert now[:-1] == rows
        rows = now
    assert json.loads(rows[1]) == {
        "version": 2,
        "account_id": None,
        "note": "",
        "state": "in",
        "at": "2026-11-23T10:15:30.123Z",
        "source": "keyword",
        "message_sid": message_sid(1),
        "number": NUMBER,
        "texter": TEXTER,
        "wording": "words",
    }
    assert await store.connection.ttl(_LEDGER) == await store.connection.ttl(f"tg:consent:{NUMBER}:{TEXTER_HASH}") == -1


async def test_texts_wait_in_order_of_arrival(store: Store, customer: Customer) -> None:
    """I37: the inbox is ordered by a counter, so that ten texts of one moment keep their order."""
    bodies = [f"text {number}" for number in range(12)]
    await save_texts(store, a_conversation(customer), *bodies)
    expected = [message_sid(number) for number in range(1, 13)]
    assert await store.connection.zrange(_INBOX, 0, -1) == expected


async def test_an_api_message_is_admitted_with_its_listener(store: Store, customer: Customer) -> None:
    """An API message is saved with its text, its trace and who listens for the reply."""
    message_id, trace_id = MessageId(mint("msg")), TraceId(mint("trc"))
    await store.messages.admit(
        ApiMessage(id=message_id, text="Hello", trace_id=trace_id, reply_channel="channel"),
        conversation=a_conversation(customer, Channel.API),
        step=STEP,
        promise=None,
    )
    fields = await store.messages.find(message_id)
    assert fields
    assert (fields["body"], fields["reply_channel"]) == ("Hello", "channel")
    assert (await store.traces.read(trace_id)).outcome == "admitted"
    assert await store.connection.zcard(QUEUE) == 1


@pytest.mark.parametrize("name", ["trc_x", message_sid(404), "", "*"])
async def test_a_trace_of_nothing_is_not_found(store: Store, name: str) -> None:
    """A trace that never was, or is gone, is NotFound and says how long traces are kept."""
    with pytest.raises(NotFound, match="RETENTION_TRACES_DAYS"):
        await store.traces.read(name)
