"""`textgate agents`: their lives at an operator's hands."""

from dataclasses import replace

from gateway.adapters.store import Store
from tests.cli.tool import Tool
from tests.setting_up import set_up_customer


async def test_an_agents_life(tool: Tool, store: Store) -> None:
    """Contract 4: revised, paused, resumed, deleted; what is not named stays."""
    agent = (await set_up_customer(store)).agent.id
    revised = tool.ask("agents", "revise", agent, "--prompt", "Be brief.", "--gather-ms", "0", "--model", "m2")
    assert (revised["system_prompt"], revised["texting"]["gather_ms"], revised["llm"]["model"]) == (
        "Be brief.",
        0,
        "m2",
    )
    assert tool.ask("agents", "revise", agent, "--model", "")["llm"]["model"] is None
    assert tool.ask("agents", "pause", agent)["status"] == "paused"
    resumed = tool.ask("agents", "resume", agent)
    assert (resumed["status"], resumed["system_prompt"]) == ("active", "Be brief.")
    assert tool.run("agents", "revise", agent, "--json").value["error"] == "nothing_to_revise"
    assert tool.ask("agents", "delete", agent)["ok"]
    assert tool.run("agents", "pause", agent, "--json").value["error"] == "not_found"
    assert [row["agent_id"] for row in tool.ask("numbers", "list")] == [None]


HOSTED = {"TEXTGATE_HOSTED_FAST_MODEL": "openai/fast"}


async def test_whose_key_pays(tool: Tool, store: Store) -> None:
    """Contract 4: `--llm`, `--tier` and `--model` say who pays and for what, and `show` tells what was resolved."""
    key = (await set_up_customer(store)).key.id
    assert tool.ask("agents", "create", key)["llm"]["mode"] == "byok"
    assert tool.run("agents", "create", key, "--llm", "hosted", "--json").value["error"] == "hosted_not_available"
    operator = replace(tool, variables={**tool.variables, **HOSTED})
    made = operator.ask("agents", "create", key)
    assert made["llm"] == {"mode": "hosted", "tier": "fast", "model": None, "label": None}
    revised = operator.ask("agents", "revise", made["agent_id"], "--llm", "byok", "--model", "m")
    assert (revised["llm"]["mode"], revised["llm"]["model"]) == ("byok", "m")
    assert tool.ask("agents", "show", made["agent_id"])["llm"] == revised["llm"]
    refused = operator.run("agents", "create", key, "--tier", "smart", "--json")
    assert (refused.code, refused.value["error"]) == (1, "hosted_not_available")
    refused = operator.run("agents", "create", key, "--llm", "byok", "--tier", "fast", "--json")
    assert (refused.code, refused.value["error"]) == (1, "invalid_llm_tier")
