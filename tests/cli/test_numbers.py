"""`textgate numbers`: who answers keywords, whom the agent answers, and what must be so at Twilio."""

import pytest

from gateway.adapters.store import Store
from gateway.domain.sms import SmsMode
from gateway.flows.accounts import speak_for
from gateway.flows.agents import AgentWishes, create_agent
from gateway.flows.sms import choose_sms
from tests.cli.tool import Tool
from tests.examples import NOW, NUMBER, TEXTER
from tests.setting_up import set_up_customer

_TOLL_FREE = "+18335550100"
_ANOTHER_PEPPER = "cXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXE"


def test_a_number_without_an_agent(tool: Tool) -> None:
    """Contract 4: `add` makes a number known; what is not said stays when it is added again."""
    added = tool.ask("numbers", "add", NUMBER, "--keywords", "twilio", "--label", "Shop")
    assert (added["number"], added["agent_id"], added["keywords"], added["kind"]) == (NUMBER, None, "twilio", "long")
    again = tool.ask("numbers", "add", NUMBER)
    assert again == added
    assert tool.ask("numbers", "list") == [added]


@pytest.mark.parametrize(
    ("keywords", "words"), [("gateway", "Twilio must not"), ("twilio", "leave its opt-out handling on")]
)
def test_what_must_be_so_at_twilio(tool: Tool, keywords: str, words: str) -> None:
    """I23: whoever adds or sets a number is told what has to be on or off at Twilio."""
    for deed in ("add", "set"):
        assert words in tool.run("numbers", deed, NUMBER, "--keywords", keywords).err


def test_toll_free(tool: Tool) -> None:
    """I23: the carriers answer STOP on a toll-free number, so the gateway must not; the next step is named."""
    refused = tool.run("numbers", "add", _TOLL_FREE, "--json")
    assert (refused.code, refused.value["error"]) == (1, "toll_free_keywords")
    assert f"numbers add {_TOLL_FREE} --keywords twilio" in refused.err
    added = tool.run("numbers", "add", _TOLL_FREE, "--keywords", "twilio", "--json")
    assert added.value["kind"] == "toll-free"
    assert "nobody can switch off" in added.err
    assert tool.run("numbers", "set", _TOLL_FREE, "--keywords", "gateway").code == 1
    assert tool.run("numbers", "set", NUMBER, "--policy", "closed").code == 1
    tool.ask("numbers", "add", NUMBER)
    assert tool.run("numbers", "set", NUMBER, "--kind", "toll-free").code == 1


async def test_toll_free_is_not_bound_unawares(tool: Tool, store: Store) -> None:
    """I23: `bind` adds a number that is new, but no toll-free one: that takes a decision."""
    customer = await set_up_customer(store)
    refused = tool.run("numbers", "bind", _TOLL_FREE, customer.agent.id, "--json")
    assert refused.value["error"] == "toll_free_keywords"
    assert f"numbers add {_TOLL_FREE} --keywords twilio --no-pool" in refused.err
    tool.ask("numbers", "add", _TOLL_FREE, "--keywords", "twilio")
    assert tool.ask("numbers", "bind", _TOLL_FREE, customer.agent.id)["keywords"] == "twilio"
    tool.ask("numbers", "set", _TOLL_FREE, "--label", "Free")
    assert tool.ask("numbers", "list")[1]["agent_id"] == customer.agent.id


def test_stop_words(tool: Tool) -> None:
    """I21: a number's own stop words are kept as they are read; START and HELP can't be one."""
    tool.ask("numbers", "add", NUMBER)
    changed = tool.ask("numbers", "set", NUMBER, "--stop-word", "¡Basta!", "--stop-word", "no mas")
    assert changed["stop_words"] == ["basta", "nomas"]
    for word in ("start", "Help!", "...", "yes", "a" * 61):
        said = tool.run("numbers", "set", NUMBER, "--stop-word", word, "--json")
        assert (said.code, said.value["error"]) == (1, "invalid_stop_word")
    assert tool.ask("numbers", "set", NUMBER, "--stop-word", "")["stop_words"] == []


def test_guests(tool: Tool) -> None:
    """Who is answered where not everybody is: by the operator's list, or by a code that only the operator is shown."""
    tool.ask("numbers", "add", NUMBER)
    assert tool.ask("numbers", "set", NUMBER, "--policy", "allowlist")["join_code"] is None
    tool.ask("numbers", "allow", NUMBER, TEXTER)
    assert tool.ask("numbers", "guests", NUMBER) == [{"number": NUMBER, "texter": TEXTER}]
    code = tool.ask("numbers", "set", NUMBER, "--policy", "code")["join_code"]
    assert tool.ask("numbers", "set", NUMBER, "--policy", "code")["join_code"] == code
    assert tool.run("numbers", "disallow", NUMBER, TEXTER, TEXTGATE_PEPPER=_ANOTHER_PEPPER).code == 3
    assert tool.ask("numbers", "disallow", NUMBER, TEXTER)["was_allowed"]
    assert tool.ask("numbers", "guests", NUMBER) == []
    assert tool.run("numbers", "guests", _TOLL_FREE).code == 1


def test_nothing_to_set(tool: Tool) -> None:
    """A `set` that names nothing says what it could have named."""
    said = tool.run("numbers", "set", NUMBER, "--json")
    assert (said.code, said.value["error"]) == (1, "nothing_to_set")


def test_who_speaks(tool: Tool) -> None:
    """Contract 3: an account may have a brand and a contact of its own, and an empty one gives them back."""
    account = tool.ask("accounts", "create", "Cafe")["account_id"]
    spoken = tool.ask("accounts", "set", account, "--brand", "Corner", "--help-contact", "555")
    assert (spoken["brand"], spoken["help_contact"]) == ("Corner", "555")
    assert spoken["help_text"].startswith("Corner: automated AI text service. Help: 555.")
    cleared = tool.run("accounts", "set", account, "--brand", "", "--json")
    assert (cleared.value["brand"], cleared.value["help_text"]) == (None, None)
    assert "set: brand" in cleared.err
    assert tool.ask("accounts", "set", account)["help_contact"] == "555"
    assert tool.run("accounts", "set", account, "--brand", "x" * 61, "--json").value["error"] == "invalid_line"


def test_doctor_names_the_numbers(tool: Tool) -> None:
    """I23: `doctor` names the numbers for which Twilio's own handling must be off, and tells a foreign pepper."""
    tool.ask("numbers", "add", NUMBER)
    tool.ask("numbers", "add", _TOLL_FREE, "--keywords", "twilio")
    tool.ask("numbers", "allow", NUMBER, TEXTER)
    found = {each["check"]: each for each in tool.run("doctor", "--json").value}
    assert found["keywords"]["detail"] == "answered by the gateway on 1 numbers, by Twilio on 1"
    assert NUMBER in found["keywords"]["fix"]
    assert found["pepper"]["ok"]
    other = tool.run("doctor", "--json", TEXTGATE_PEPPER="cXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXE").value
    assert [each["ok"] for each in other if each["check"] == "pepper"] == [False]


def test_what_a_number_is_there_for(tool: Tool) -> None:
    """Contract 5: a number is the pool's unless the operator says otherwise; a sandbox is nobody else's."""
    added = tool.run("numbers", "add", NUMBER, "--json")
    assert added.value["use"] == "pool"
    assert "sms.mode is managed" in added.err
    kept = tool.run("numbers", "set", NUMBER, "--no-pool", "--json")
    assert (kept.value["use"], f"numbers bind {NUMBER}" in kept.err) == ("own", True)
    shared = tool.run("numbers", "set", NUMBER, "--sandbox", "--json")
    assert (shared.value["use"], "people text `join`" in shared.err) == ("sandbox", True)
    assert tool.ask("numbers", "add", NUMBER, "--label", "Shared")["use"] == "sandbox"
    assert tool.ask("numbers", "set", NUMBER, "--no-sandbox")["use"] == "pool"
    assert tool.run("numbers", "set", NUMBER, "--pool", "--sandbox").code == 2


async def test_a_sandbox_is_not_bound(tool: Tool, store: Store) -> None:
    """Contract 4: `bind` refuses a sandbox, `--sandbox` a bound number; each names the next step."""
    customer = await set_up_customer(store)
    tool.ask("numbers", "add", "+12025550111", "--sandbox")
    refused = tool.run("numbers", "bind", "+12025550111", customer.agent.id, "--json")
    assert (refused.code, refused.value["error"]) == (1, "number_is_sandbox")
    assert "numbers set +12025550111 --no-sandbox" in refused.err
    refused = tool.run("numbers", "set", NUMBER, "--sandbox", "--json")
    assert (refused.code, refused.value["error"]) == (1, "number_bound")
    assert tool.ask("agents", "show", customer.agent.id)["sms"] == {
        "mode": "none",
        "status": "active",
        "phone_number": NUMBER,
    }


async def test_who_got_it_is_said(tool: Tool, store: Store) -> None:
    """Contract 5: `add` names the agent that waited for a number and has this one, and what Twilio must be told."""
    customer = await set_up_customer(store)
    await speak_for(customer.account.id, brand="Cafe", help_contact="555", store=store, now=NOW)
    agent = await create_agent(customer.key, AgentWishes(), store=store, now=NOW)
    await choose_sms(agent, SmsMode.MANAGED, store=store, now=NOW)
    added = tool.run("numbers", "add", "+12025550177", "--json")
    assert added.value["agent_id"] == agent.id
    assert f"{agent.id} of {customer.account.id} has it from the pool" in added.err
    assert "textgate numbers configure +12025550177" in added.err


async def test_messaging_service(tool: Tool, store: Store) -> None:
    """Contract 4: a number's Messaging Service is set, shown and taken away; what is none is refused by name."""
    await set_up_customer(store)
    service = "MG" + "5" * 32
    assert tool.ask("numbers", "set", NUMBER, "--messaging-service", service)["messaging_service"] == service
    assert [row["messaging_service"] for row in tool.ask("numbers", "list")] == [service]
    said = tool.run("numbers", "set", NUMBER, "--messaging-service", "SM" + "5" * 32, "--json")
    assert (said.code, said.value["error"]) == (1, "invalid_messaging_service")
    assert tool.ask("numbers", "set", NUMBER, "--messaging-service", "none")["messaging_service"] is None
