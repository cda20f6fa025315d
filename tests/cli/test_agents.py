"""`textgate agents`: their lives at an operator's hands."""

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
