"""`textgate conversations`, `block` and `unblock`: who talks to whom, and who meets silence."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.adapters.store import Store
from gateway.domain.conversation import Role, Utterance
from gateway.domain.turn import Closing, Outcome
from tests.adapters.texts import STEP, a_conversation, a_message, a_saving, hold_of, open_turn, save_texts
from tests.cli.tool import PATIENCE_SECONDS, Tool, command, has
from tests.examples import NUMBER, TEXTER
from tests.setting_up import Customer, set_up_customer

_FIELDS = ("conversation_id", "account_id", "agent_id", "number", "texter", "last_at", "created_at")


async def _answer(store: Store, customer: Customer) -> str:
    conversation = a_conversation(customer)
    await save_texts(store, conversation, "Hello")
    hold = await hold_of(store)
    turn = await open_turn(store, hold)
    said = (Utterance(role=Role.USER, text="Hello"), Utterance(role=Role.ASSISTANT, text="Hi there"))
    await store.turns.close(hold, turn, Closing(outcome=Outcome.ANSWERED, said=said), STEP)
    await store.holds.release(hold)
    return conversation.id


async def test_listed_and_shown(tool: Tool, store: Store) -> None:
    """Contract 4: conversations are listed for all, an account or an agent, and shown with what was said."""
    customer = await set_up_customer(store)
    conversation_id = await _answer(store, customer)
    (row,) = tool.ask("conversations", "list")
    assert has(row, *_FIELDS)
    assert (row["conversation_id"], row["texter"], row["number"]) == (conversation_id, TEXTER, NUMBER)
    assert tool.ask("conversations", "list", "--agent", customer.agent.id) == [row]
    assert tool.ask("conversations", "list", "--account", customer.account.id) == [row]
    assert tool.ask("conversations", "list", "--agent", "agt_" + "0" * 32) == []
    assert tool.run("conversations", "list", "--agent", "a", "--account", "b").code == 2
    shown = tool.ask("conversations", "show", conversation_id)
    assert [(each["role"], each["text"]) for each in shown["messages"]] == [
        ("user", "Hello"),
        ("assistant", "Hi there"),
    ]
    assert shown["blocked_at"] is None
    assert "Hi there" in tool.run("conversations", "show", conversation_id).out
    said = tool.run("conversations", "show", "conv_" + "0" * 32, "--json")
    assert (said.code, said.value["error"]) == (1, "not_found")


async def test_blocked_and_unblocked(tool: Tool, store: Store) -> None:
    """Contract 4: a block has a time, which the texter's consent and conversations show; it is lifted by unblock."""
    conversation_id = await _answer(store, await set_up_customer(store))
    blocked = tool.ask("block", TEXTER)
    assert blocked["texter"] == TEXTER
    assert tool.ask("block", TEXTER) == blocked
    assert tool.ask("conversations", "show", conversation_id)["blocked_at"] == blocked["blocked_at"]
    consent = tool.run("consent", "show", TEXTER, "--number", NUMBER, "--json")
    assert consent.value[0]["blocked_at"] == blocked["blocked_at"]
    assert "textgate unblock" in consent.err
    assert tool.ask("unblock", TEXTER) == {"texter": TEXTER, "blocked_at": None}
    assert tool.ask("conversations", "show", conversation_id)["blocked_at"] is None
    assert tool.run("block", "555", "--json").value["error"] == "invalid_number"


def _watch(tool: Tool) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    tail = command("conversations", "tail")
    return subprocess.Popen(tail, cwd=tool.directory, env=tool.environment, stdout=pipe, stderr=pipe, text=True)


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """See to it that a process has ended, also where a test fails."""
    try:
        yield
    finally:
        process.kill()


async def test_tail(tool: Tool, store: Store) -> None:
    """Contract 4: `tail` prints each text as it comes, one JSON object a line, and Ctrl-C ends it with exit 0."""
    customer = await set_up_customer(store)
    await save_texts(store, a_conversation(customer), "before")
    with _watch(tool) as watching, _ended(watching):
        assert watching.stdout
        assert watching.stderr
        assert "Ctrl-C" in watching.stderr.readline()
        await save_texts(store, a_conversation(customer), "one", first=2)
        first = json.loads(watching.stdout.readline())
        await store.messages.save(a_message(3, "STOP"), a_saving(answer="Bye."))
        second = json.loads(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        assert (watching.wait(PATIENCE_SECONDS), watching.stdout.read(), watching.stderr.read()) == (0, "", "")
    assert has(first, *_FIELDS[:-1], "message_id", "trace_id")
    assert (first["text"], first["texter"], first["number"]) == ("one", TEXTER, NUMBER)
    assert first["conversation_id"] == a_conversation(customer).id
    assert (second["text"], second["conversation_id"], second["outcome"]) == (None, None, "ignored")


async def test_tail_into_a_pipe(tool: Tool, store: Store) -> None:
    """Whoever reads `tail` through a pipe may leave: it ends without a word."""
    customer = await set_up_customer(store)
    with _watch(tool) as watching, _ended(watching):
        assert watching.stdout
        assert watching.stderr
        watching.stderr.readline()
        watching.stdout.close()
        await save_texts(store, a_conversation(customer), "one")
        assert (watching.wait(PATIENCE_SECONDS), watching.stderr.read()) == (0, "")
