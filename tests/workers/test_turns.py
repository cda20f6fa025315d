"""A turn: everything waiting in, one reply out."""

import asyncio
from dataclasses import replace

import pytest

from gateway.adapters.key_ring import Opener, new_pair
from gateway.adapters.store import keys
from gateway.domain.credential import Provider
from gateway.domain.ids import derive_conversation_id
from gateway.domain.model_errors import ModelBusy, ModelFailed, ModelRefused, ModelRejectedKey
from gateway.domain.reply import APOLOGY
from gateway.domain.ring import format_entry
from gateway.domain.secret import Secret
from gateway.domain.texting import Texting
from gateway.flows.accounts import speak_for
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.numbers import NumberWishes, bind_number, set_number
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH
from tests.setting_up import MODEL_KEY, MODEL_PLACE, set_up_customer
from tests.workers.desk import Desk, step_names
from tests.workers.fakes import WORDS


async def test_everything_waiting_is_one_turn(desk: Desk) -> None:
    """Three quick texts get one reply to all three, in their order."""
    sids = [await desk.text(body) for body in ("Hi", "Are you open", "on Sunday?")]
    await desk.work()
    assert desk.model.last_words == ["Hi\nAre you open\non Sunday?"]
    assert [(part.sender, part.recipient, part.text) for part in desk.carrier.taken] == [(NUMBER, TEXTER, WORDS)]
    traces = [await desk.trace(sid) for sid in sids]
    assert {(trace.outcome, trace.turn_id) for trace in traces} == {("answered", traces[0].turn_id)}


async def test_what_comes_meanwhile_is_the_next_turn(desk: Desk) -> None:
    """A text that arrives while the model thinks is answered by a turn of its own, right after."""
    desk.model.interlude = lambda: desk.text("And on Monday?")
    first = await desk.text("Open on Sunday?")
    await desk.work()
    assert desk.model.last_words == ["Open on Sunday?", "And on Monday?"]
    assert desk.carrier.texts == [WORDS, WORDS]
    assert await desk.holder() is None
    assert (await desk.turn(first))["messages"].count("SM") == 1


async def test_nothing_waiting(desk: Desk) -> None:
    """A wake-up for nothing asks nobody and sends nothing."""
    await desk.work()
    await desk.text("Hi")
    await desk.work()
    await desk.work()
    assert (len(desk.model.asked), len(desk.carrier.taken)) == (1, 1)


async def test_two_workers_at_once(desk: Desk) -> None:
    """I35: of workers woken for the same conversation, one answers and the others leave."""
    await desk.text("Hi")
    await asyncio.gather(*[desk.work() for _ in range(10)])
    assert (len(desk.model.asked), len(desk.carrier.taken)) == (1, 1)


async def test_prompt(desk: Desk) -> None:
    """The model gets the agent's instructions, what was said before, and what waits; and the account's own key."""
    desk.model.answers.extend(["At eight.", "At ten."])
    for body in ("When do you open?", "And on Sunday?"):
        await desk.text(body)
        await desk.work()
    asked = desk.model.asked[1]
    assert asked.prompt[0].text.endswith("You are the agent of a cafe.")
    assert [(said.role.value, said.text) for said in asked.prompt[1:]] == [
        ("user", "When do you open?"),
        ("assistant", "At eight."),
        ("user", "And on Sunday?"),
    ]
    assert (asked.route.provider, asked.route.model) == (Provider.OPENAI_COMPAT, "test-model")
    assert (asked.route.url, asked.key) == (f"http://{MODEL_PLACE}/v1", MODEL_KEY)


async def test_agents_own_model(desk: Desk) -> None:
    """An agent's own model wins over the BYOK record's, and loses its route prefix on the way."""
    wishes = AgentWishes(llm={"model": "openai/amazon/nova-lite"})
    agent = await create_agent(desk.customer.key, wishes, store=desk.store, now=NOW)
    await bind_number(NUMBER, agent.id, store=desk.store, now=NOW)
    await desk.text("Hi")
    await desk.work()
    (asked,) = desk.model.asked
    assert asked.route.model == "amazon/nova-lite"
    assert [said.role.value for said in asked.prompt] == ["system", "user"]


async def test_api_messages_are_turns_of_their_own(desk: Desk) -> None:
    """Messages over the API are never merged: one turn each, in order, and nothing is texted."""
    (first, conversation_id), (second, _) = await desk.ask("One?"), await desk.ask("Two?")
    desk.model.answers.extend(["1" * 2000, "2"])
    await desk.work(conversation_id)
    assert desk.model.last_words == ["One?", "Two?"]
    assert [(await desk.reply_to(message))["reply_text"] for message in (first, second)] == ["1" * 2000, "2"]
    assert desk.carrier.taken == []


async def test_half_a_character_over_the_api(desk: Desk) -> None:
    """I70: halves of characters in a model's words reach neither the API nor Redis, whose scripts can't read them."""
    message_id, conversation_id = await desk.ask("Hi")
    desk.model.answers.append(" Hello \ud83d\x00! ")
    await desk.work(conversation_id)
    assert (await desk.reply_to(message_id))["reply_text"] == "Hello !"


@pytest.mark.parametrize("failure", [ModelBusy(), ModelRefused(), ModelRejectedKey()], ids=lambda error: error.code)
async def test_model_failure_over_the_api(desk: Desk, failure: ModelFailed) -> None:
    """Over the API a failed model is no apology but a code to read."""
    message_id, conversation_id = await desk.ask("Hi")
    desk.model.answers.append(failure)
    await desk.work(conversation_id)
    assert await desk.reply_to(message_id) == {"outcome": "failed", "reply_text": None, "failure": failure.code}


@pytest.mark.parametrize("failure", [ModelBusy(), ModelRefused(), ModelRejectedKey()], ids=lambda error: error.code)
async def test_apology(desk: Desk, failure: ModelFailed) -> None:
    """A failed model is one neutral line for the texter, once an hour, and the reason in the account's trace."""
    desk.model.answers.extend([failure, failure])
    sids = []
    for body in ("Hi", "Hello?"):
        sids.append(await desk.text(body))
        await desk.work()
    assert desk.carrier.texts == [APOLOGY]
    traces = [await desk.trace(sid) for sid in sids]
    assert [trace.outcome for trace in traces] == ["apologised", "failed"]
    recorded = [step.details["failure"] for trace in traces for step in trace.steps if step.name == "reply.recorded"]
    assert recorded == [failure.code] * 2
    assert await desk.history() == [("user", "Hi"), ("user", "Hello?")]


@pytest.mark.parametrize("draft", ["", "  \n", "\x00\x07"], ids=["empty", "blank", "invisible"])
async def test_empty_words(desk: Desk, draft: str) -> None:
    """A model that says nothing has failed: an empty text is never sent."""
    desk.model.answers.append(draft)
    await desk.text("Hi")
    await desk.work()
    assert desk.carrier.texts == [APOLOGY]


async def test_key_that_does_not_open(desk: Desk) -> None:
    """I62: a key sealed to another ring is no key: the model is not asked with any other."""
    _, private = new_pair()
    desk.tools = replace(desk.tools, opener=Opener(Secret(format_entry(private))))
    sid = await desk.text("Hi")
    await desk.work()
    assert desk.model.asked == []
    assert (await desk.turn(sid))["failure"] == "byok_not_available"


async def test_key_that_was_cleared(desk: Desk) -> None:
    """I62: an account that cleared its key is not answered with anybody else's."""
    sid = await desk.text("Hi")
    await desk.store.credentials.clear(desk.customer.key.id)
    await desk.work()
    assert desk.model.asked == []
    assert (await desk.turn(sid))["failure"] == "byok_not_configured"


async def test_released_number(desk: Desk) -> None:
    """What waits when a number is released is marked stale: nobody is asked, nothing is sent."""
    sid = await desk.text("Hi")
    await desk.store.numbers.release(NUMBER)
    await desk.work()
    assert (desk.model.asked, desk.carrier.taken) == ([], [])
    assert (await desk.trace(sid)).outcome == "stale"


async def test_number_of_another_account(desk: Desk) -> None:
    """After a number changes hands, the next account's agent says nothing to what waited for the last one."""
    sid = await desk.text("Hi")
    await desk.store.numbers.release(NUMBER)
    await set_up_customer(desk.store, name="Somebody else")
    await desk.work()
    assert (desk.model.asked, desk.carrier.taken) == ([], [])
    assert (await desk.trace(sid)).outcome == "stale"
    assert await desk.history() == []


async def test_steps(desk: Desk) -> None:
    """A trace tells the journey of a text from the webhook to the SID, without its words."""
    sid = await desk.text("Tell me your canary words")
    await desk.work()
    trace = await desk.trace(sid)
    assert step_names(trace) == ["text.admitted", "reply.recorded", "part.fenced", "part.sent", "turn.closed"]
    assert "canary" not in str(trace)
    assert WORDS not in str(trace)


async def test_what_was_in_doubt_is_heard_with_the_next_text(desk: Desk) -> None:
    """I22: the agent is paused while the texter is asked; whatever they answer, it hears both, in order."""
    doubtful = await desk.text("wrong number")
    await desk.work()
    assert desk.model.asked == []
    await desk.text("no, the number of the order is wrong")
    await desk.work()
    assert desk.model.last_words == ["wrong number\nno, the number of the order is wrong"]
    assert (await desk.trace(doubtful)).outcome == "answered"


async def test_who_texts(desk: Desk) -> None:
    """I29: the number's own brand is disclosed, else its account's, else the operator's."""
    await speak_for(desk.customer.account.id, brand="Bakery", help_contact=None, store=desk.store, now=NOW)
    agent = replace(desk.customer.agent, texting=Texting())
    await desk.store.agents.save(agent)
    await desk.text("Hello")
    await desk.work()
    assert desk.carrier.texts[-1].startswith("Bakery: ")
    await set_number(NUMBER, NumberWishes(brand="Bread Line"), store=desk.store, now=NOW)
    await desk.text("Are you human?")
    await desk.work()
    assert desk.carrier.texts[-1].startswith("Bread Line: ")


async def test_an_old_doubt_is_not_answered_as_new(desk: Desk) -> None:
    """I39: a text in doubt keeps its age, by which it is stale, however much later another one comes."""
    doubtful = await desk.text("wrong number")
    consent = keys.consent(NUMBER, TEXTER_HASH)
    await desk.store.connection.execute_command("HSET", consent, "asked_ms", 1)
    await desk.text("Hello")
    assert (await desk.store.messages.find(doubtful) or {})["arrived_ms"] == "1"


async def test_the_next_account_hears_nothing_of_a_doubt(desk: Desk) -> None:
    """A text that was in doubt when the number was another account's is not heard by the next one's agent."""
    await desk.text("wrong number")
    await desk.store.numbers.release(NUMBER)
    other = await set_up_customer(desk.store, name="Other", model_place=MODEL_PLACE)
    await desk.text("Hello")
    await desk.work(derive_conversation_id(PEPPER, "sms", other.account.id, NUMBER, TEXTER))
    assert desk.model.last_words == ["Hello"]
