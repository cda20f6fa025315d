"""Texts that are answered, and texts that are not answered any more."""

from tests.examples import NUMBER, TEXTER
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import MODEL_KEY, Customer


def test_a_text_is_answered(gateway: Gateway, customer: Customer) -> None:
    """A text reaches the agent with the account's own key, and its reply is delivered to the texter."""
    gateway.model.behave(reply="We open at nine.")
    gateway.phone.text("When do you open?")
    wait_until(lambda: [message["status"] for message in gateway.phone.messages()] == ["delivered"])
    assert gateway.phone.received() == ["We open at nine."]
    (call,) = gateway.model.calls()
    assert call["key"] == MODEL_KEY
    system, asked = call["body"]["messages"]
    assert system["content"].endswith(customer.agent.system_prompt)
    assert (system["role"], asked) == ("system", {"role": "user", "content": "When do you open?"})


def test_a_trace_tells_the_journey(gateway: Gateway, customer: Customer) -> None:
    """`textgate trace` tells each step of a text, from its admission to Twilio's word on the reply."""
    sid = gateway.phone.text("Hello")
    wait_until(lambda: {"sent", "delivered"} <= _receipts(gateway, sid) and gateway.is_idle())
    sent = gateway.phone.messages()[-1]["sid"]
    assert gateway.run("trace", sent) == gateway.run("trace", sid)
    told = gateway.run("trace", sid)
    assert (told["message_sid"], told["outcome"]) == (sid, "answered")
    steps = [step["step"] for step in told["steps"] if step["step"] != "part.receipt"]
    assert steps == ["text.admitted", "reply.recorded", "part.fenced", "part.sent", "turn.closed"]


def _receipts(gateway: Gateway, sid: str) -> set[str]:
    return {step.details["status"] for step in gateway.read_trace(sid).steps if step.name == "part.receipt"}


def test_quick_texts_get_one_reply(gateway: Gateway, customer: Customer) -> None:
    """Three texts that wait together are one turn: one model call with all three in order, one reply."""
    with gateway.workers[0].frozen():
        sids = [gateway.phone.text(body) for body in ("Hi", "a table", "for four?")]
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    assert gateway.model.asked() == ["Hi\na table\nfor four?"]
    (reply,) = gateway.phone.received()
    assert reply.endswith("Hi\na table\nfor four?")
    assert len({gateway.read_trace(sid).turn_id for sid in sids}) == 1


def test_a_long_reply_arrives_in_order(gateway: Gateway, customer: Customer) -> None:
    """A reply too long for one text arrives as several, in order, with no word lost."""
    words = [f"word{number}" for number in range(400)]
    gateway.model.behave(reply=" ".join(words))
    gateway.phone.text("Tell me a story")
    wait_until(lambda: gateway.phone.received() and gateway.is_idle())
    assert len(gateway.phone.received()) == 2
    assert " ".join(gateway.phone.received()).split() == words


def test_texts_while_the_model_thinks_wait_for_the_next_turn(gateway: Gateway, customer: Customer) -> None:
    """Texts that come while the model thinks are answered next, in order, knowing what was said (I37)."""
    with gateway.model.thinking():
        gateway.phone.text("one")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.phone.text("two")
        gateway.phone.text("three")
        assert len(gateway.model.calls()) == 1
    wait_until(lambda: len(gateway.phone.received()) == 2 and gateway.is_idle())
    first, _ = gateway.phone.received()
    said = [message["content"] for message in gateway.model.calls()[1]["body"]["messages"]]
    assert said[1:] == ["one", first, "two\nthree"]
    assert len(gateway.model.calls()) == 2


def test_two_workers_keep_one_conversation_in_order(gateway: Gateway, customer: Customer) -> None:
    """Of ten texts over two workers each is asked once, in order, with no two turns at a time (I37)."""
    gateway.add_worker()
    bodies = [f"text {number}" for number in range(10)]
    for body in bodies:
        gateway.phone.text(body)
    wait_until(gateway.is_idle)
    assert "\n".join(gateway.model.asked()).split("\n") == bodies
    said = [message["content"] for message in gateway.model.calls()[-1]["body"]["messages"]]
    assert said[2::2] == gateway.phone.received()[:-1]


def test_a_released_number_falls_silent(gateway: Gateway, customer: Customer) -> None:
    """A text that waits when its number is released is stale: nobody asks the model, nobody answers."""
    with gateway.workers[0].frozen():
        sid = gateway.phone.text("Hello")
        gateway.run("numbers", "release", NUMBER)
    wait_until(lambda: gateway.has_outcome(sid, "stale") and gateway.is_idle())
    assert gateway.model.calls() == []
    assert gateway.phone.messages(texter=TEXTER) == []


def test_a_number_released_while_the_model_thinks_falls_silent(gateway: Gateway, customer: Customer) -> None:
    """A number released during the model call sends nothing more, and the text is stale."""
    with gateway.model.thinking():
        sid = gateway.phone.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        gateway.run("numbers", "release", NUMBER)
    wait_until(gateway.is_idle)
    assert gateway.phone.messages() == []
    assert gateway.read_trace(sid).outcome == "stale"
