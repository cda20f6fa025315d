"""From an empty Redis to a bound number: the commands that README names, in their order."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from gateway.domain.secret import Secret
from tests.cli.tool import Said, Tool, has
from tests.examples import NUMBER

MODEL_KEY = "sk-canary-of-the-cli-8277e0910d750195"
BYOK = ("--provider", "openai", "--model", "openai/gpt-4o-mini", "--label", "work")


def read_ring(printed: str) -> dict[str, str]:
    """Read the NAME=value lines of `keyring new`, as an env file is read."""
    lines = [line for line in printed.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_way(stranger: Tool, redis_url: Secret) -> None:
    """A stranger goes from an empty Redis to a number that an agent answers on, by what each command prints."""
    ring = read_ring(stranger.run("keyring", "new").out)
    stranger.variables = {"TEXTGATE_REDIS_URL": redis_url.reveal(), **ring}
    account = stranger.ask("accounts", "create", "Corner Cafe")
    assert has(account, "account_id", "name")
    key = stranger.ask("keys", "issue", account["account_id"], "--label", "shop", "--plan", "byok")
    assert has(key, "key_id", "api_key", "plan")
    assert (key["plan"], key["api_key"][:4]) == ("byok", "vck_")
    byok = stranger.ask("byok", "set", key["key_id"], *BYOK, given=f"{MODEL_KEY}\n")
    assert has(byok, "provider", "base_url", "model", "label", "fingerprint", "health", "updated_at")
    assert stranger.ask("byok", "show", key["key_id"]) == byok
    agent = stranger.ask("agents", "create", key["key_id"], "--prompt", "Be brief.")
    assert (agent["system_prompt"], agent["llm"]["mode"]) == ("Be brief.", "byok")
    assert [row["agent_id"] for row in stranger.ask("agents", "list")] == [agent["agent_id"]]
    bound = stranger.ask("numbers", "bind", NUMBER, agent["agent_id"])
    assert has(bound, "number", "agent_id", "keywords")
    assert stranger.ask("agents", "show", agent["agent_id"])["phone_number"] == NUMBER
    assert stranger.ask("numbers", "list") == [bound]
    assert stranger.ask("numbers", "release", NUMBER)["number"] == NUMBER
    assert stranger.ask("numbers", "list") == []
    stranger.ask("byok", "clear", key["key_id"])
    assert stranger.ask("byok", "show", key["key_id"]) == {"byok": None}
    stranger.ask("byok", "clear", key["key_id"])  # and nothing is wrong with doing it again
    datetime.fromisoformat(account["created_at"])


def test_words_for_people(tool: Tool) -> None:
    """Without --json each step prints its fields to standard output, and the next command to standard error."""
    created = tool.run("accounts", "create", "Corner Cafe")
    assert created.out.split()[0] == "account_id"
    account_id = created.out.split()[1]
    assert created.err == f"Next: textgate keys issue {account_id}\n"
    issued = tool.run("keys", "issue", account_id)
    key_id = issued.out.split()[1]
    assert f"Next: textgate byok set {key_id} " in issued.err
    shown = tool.run("byok", "show", key_id)
    assert (shown.code, shown.out) == (0, "")
    assert "Set one: textgate byok set" in shown.err


def test_keyring(stranger: Tool) -> None:
    """`keyring new` needs no settings; it prints four settings, each under a line that says who needs it."""
    lines = stranger.run("keyring", "new").out.splitlines()
    names = ["TEXTGATE_SEAL_KEYS", "TEXTGATE_OPEN_KEYS", "TEXTGATE_EDGE_KEYS", "TEXTGATE_PEPPER"]
    assert [line.partition("=")[0] for line in lines[1::2]] == names
    assert all(line.startswith("# ") for line in lines[::2])
    as_json = stranger.ask("keyring", "new")
    assert list(as_json) == names
    assert set(as_json.values()).isdisjoint(read_ring("\n".join(lines)).values())


@pytest.fixture
def key_id(tool: Tool) -> str:
    """An API key with a model key."""
    account = tool.ask("accounts", "create", "Corner Cafe")
    issued: str = tool.ask("keys", "issue", account["account_id"])["key_id"]
    tool.ask("byok", "set", issued, *BYOK, given=MODEL_KEY)
    return issued


def test_secret_is_not_shown(tool: Tool, key_id: str) -> None:
    """I61: a model key goes in over standard input and comes out nowhere, with or without --json."""
    said: list[Said] = [
        *[tool.run("byok", "set", key_id, *BYOK, *flag, given=MODEL_KEY) for flag in ([], ["--json"])],
        *[tool.run("byok", "show", key_id, *flag) for flag in ([], ["--json"])],
        tool.run("byok", "set", key_id, "--provider", "openai", given=f"{MODEL_KEY} with a space"),
        tool.run("byok", "set", key_id, *BYOK, given=MODEL_KEY, TEXTGATE_SEAL_KEYS="00000000:AAAA"),
    ]
    assert [one.code for one in said] == [0, 0, 0, 0, 1, 1]
    assert MODEL_KEY not in str(said)
    assert tool.variables["TEXTGATE_SEAL_KEYS"] not in str(said)


def test_secret_is_no_argument(tool: Tool, key_id: str) -> None:
    """A secret given as an argument is wrong usage: everyone on the machine could read it there."""
    for option in ("--api-key", "--secret", "--key"):
        assert tool.run("byok", "set", key_id, *BYOK, option, MODEL_KEY).code == 2
    assert tool.run("byok", "set", key_id, MODEL_KEY, *BYOK).code == 2


def test_no_secret_at_all(tool: Tool, key_id: str) -> None:
    """An empty standard input sets no key, and leaves the one that is set."""
    before = tool.ask("byok", "show", key_id)
    refused = tool.run("byok", "set", key_id, *BYOK, "--json", given=" \n")
    assert (refused.code, refused.value["error"]) == (1, "missing_api_key")
    assert tool.ask("byok", "show", key_id) == before


def test_prompt_from_a_file(tool: Tool, key_id: str) -> None:
    """A prompt may stand in a file; too long a prompt is refused, and two prompts are wrong usage."""
    prompt = tool.directory / "prompt.txt"
    prompt.write_text("Grüße, \U0001f44b and be brief.\n")
    agent = tool.ask("agents", "create", key_id, "--prompt-file", str(prompt), "--model", "gpt-4o")
    assert (agent["system_prompt"], agent["llm"]["model"]) == ("Grüße, \U0001f44b and be brief.", "gpt-4o")
    prompt.write_text("x" * 2001)
    assert tool.run("agents", "create", key_id, "--prompt-file", str(prompt)).code == 1
    assert tool.run("agents", "create", key_id, "--prompt-file", str(prompt), "--prompt", "Hi").code == 2


def test_number_of_another_account(tool: Tool, key_id: str) -> None:
    """A number that is bound for another account is refused, and stays where it is."""
    agent = tool.ask("agents", "create", key_id)
    tool.ask("numbers", "bind", NUMBER, agent["agent_id"])
    account = tool.ask("accounts", "create", "Somebody else")
    other_key = tool.ask("keys", "issue", account["account_id"])["key_id"]
    tool.ask("byok", "set", other_key, *BYOK, given=MODEL_KEY)
    other = tool.ask("agents", "create", other_key)
    refused = tool.run("numbers", "bind", NUMBER, other["agent_id"], "--json")
    assert (refused.code, refused.value["error"]) == (1, "number_taken")
    assert f"textgate numbers release {NUMBER}" in refused.err
    assert [row["agent_id"] for row in tool.ask("numbers", "list")] == [agent["agent_id"]]


def test_pages(tool: Tool, key_id: str) -> None:
    """Lists come in pages: --limit ends one, and standard error says with which --cursor the next begins."""
    agents = [tool.ask("agents", "create", key_id)["agent_id"] for _ in range(3)]
    for last, agent_id in enumerate(agents):
        tool.ask("numbers", "bind", f"+1202555010{last}", agent_id)
    for noun, name in (("agents", "agent_id"), ("numbers", "number")):
        whole = tool.ask(noun, "list")
        assert len(whole) == 3
        first = tool.run(noun, "list", "--limit", "2", "--json")
        cursor = first.err.split()[-1]
        assert f"--cursor {cursor}" in first.err
        rest = tool.run(noun, "list", "--limit", "2", "--cursor", cursor, "--json")
        assert [*first.value, *rest.value] == whole
        assert (len(first.value), rest.err) == (2, "")
        assert [row[name] for row in whole] == sorted(row[name] for row in whole)


def test_tables(tool: Tool, key_id: str) -> None:
    """A list for people is an aligned table without colour, one line for each row, however long it is."""
    assert tool.run("numbers", "list").err == "None yet.\n"
    tool.ask("agents", "create", key_id, "--prompt", "A prompt\nof lines " * 20)
    table = tool.run("agents", "list")
    assert "\x1b" not in table.out
    header, *rows = table.out.splitlines()
    assert header.split()[0] == "agent_id"
    assert len(rows) == 1


def test_a_copied_ring(tool: Tool, key_id: str) -> None:
    """What was sealed under one ring is described under another just the same: nothing is opened to show it."""
    shown = tool.ask("byok", "show", key_id)
    ring = tool.ask("keyring", "new")
    other = replace(tool, variables={**tool.variables, **ring})
    assert other.ask("byok", "show", key_id) == shown
    assert json.dumps(shown).count(MODEL_KEY) == 0


def test_warnings(tool: Tool, key_id: str) -> None:
    """I31: `agents create` says on standard error what will not work by text, and in its JSON; the agent is made."""
    create = ("agents", "create", key_id, "--prompt", "Have them reply YES.", "--disclosure", "Hi from {brand}!")
    said = tool.run(*create, "--json")
    assert [warning.split(".")[0] for warning in said.value["warnings"]] == [
        "It asks people to answer YES",
        "The disclosure does not say that an automated AI answers (EU AI Act Art",
        "The disclosure does not say STOP, the way out",
        "The disclosure does not say HELP, the way to a person",
    ]
    for_people = tool.run(*create)
    assert (for_people.code, for_people.err.count("Warning: ")) == (0, 4)
    assert "warnings" not in for_people.out


def test_disclosure(tool: Tool, key_id: str) -> None:
    """I29: `agents create` takes a disclosure, or none; left out it is the default, and nothing is warned of."""
    default = tool.run("agents", "create", key_id, "--json")
    assert default.value["texting"]["disclosure"].startswith("{brand}: you're texting with an automated AI.")
    assert ("warnings" in default.value, "Warning" in default.err) == (False, False)
    assert tool.ask("agents", "create", key_id, "--disclosure", "")["texting"]["disclosure"] == ""
    assert tool.run("agents", "create", key_id, "--disclosure", "x" * 321).code == 2
