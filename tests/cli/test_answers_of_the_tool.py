"""Exit codes and JSON: what scripts around the tool rely on."""

import json

import pytest

from gateway import __version__
from gateway.dev.valkey import find_free_port
from tests.cli.tool import Tool, has

NOBODY = {
    "accounts": ["keys", "issue", "acct_" + "0" * 32],
    "keys": ["byok", "show", "key_" + "0" * 32],
    "keys to clear": ["byok", "clear", "key_" + "0" * 32],
    "keys for agents": ["agents", "create", "key_" + "0" * 32],
    "agents": ["agents", "show", "agt_" + "0" * 32],
    "agents to bind": ["numbers", "bind", "+12025550199", "agt_" + "0" * 32],
    "numbers": ["numbers", "release", "+12025550199"],
    "traces": ["trace", "trc_" + "0" * 32],
    "messages": ["trace", "SM" + "0" * 32],
}


@pytest.mark.parametrize("arguments", NOBODY.values(), ids=NOBODY)
def test_unknown(tool: Tool, arguments: list[str]) -> None:
    """What does not exist is refused with exit 1: one JSON value for a script, words for a person."""
    for_script = tool.run(*arguments, "--json")
    assert (for_script.code, for_script.value["error"]) == (1, "not_found")
    assert for_script.value["message"] == for_script.err.strip()


def test_unknown_for_people(tool: Tool) -> None:
    """Without --json a refusal is words on standard error, and nothing on standard output."""
    said = tool.run(*NOBODY["agents"])
    assert (said.code, said.out, said.err) == (1, "", f"There is no agent {NOBODY['agents'][-1]}.\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["accounts", "create", " "], "invalid_name"),
        (["accounts", "create", "a\x07b"], "invalid_name"),
        (["numbers", "bind", "555-0199", "agt_" + "0" * 32], "invalid_number"),
        (["numbers", "release", "+1"], "invalid_number"),
    ],
)
def test_refused(tool: Tool, arguments: list[str], code: str) -> None:
    """What can't be done is refused with exit 1 and a stable code."""
    said = tool.run(*arguments, "--json")
    assert (said.code, said.value["error"]) == (1, code)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["accounts", "nonsense"],
        ["accounts", "create"],
        ["accounts", "create", "a", "b"],
        ["keys", "issue", "acct_1", "--plan", "gold"],
        ["byok", "set", "key_1"],
        ["byok", "set", "key_1", "--provider", "nobody"],
        ["agents", "list", "--limit", "0"],
        ["agents", "list", "--limit", "many"],
        ["agents", "create", "key_1", "--prompt-file", "not-there"],
        ["serve", "--port", "70000"],
        ["text", "+12025550143"],
    ],
    ids=" ".join,
)
def test_usage(stranger: Tool, arguments: list[str]) -> None:
    """Wrong usage is exit 2, without settings too, and standard output stays empty."""
    said = stranger.run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["accounts", "create", "Corner Cafe"],
        ["numbers", "list"],
        ["trace", "SM" + "0" * 32],
    ],
    ids=" ".join,
)
def test_redis_down(tool: Tool, arguments: list[str]) -> None:
    """A Redis that does not answer is exit 3, with words and no traceback."""
    nowhere = f"redis://:canary-password@127.0.0.1:{find_free_port()}/0"
    said = tool.run(*arguments, "--json", TEXTGATE_REDIS_URL=nowhere)
    assert (said.code, said.value["error"]) == (3, "unavailable")
    assert said.err == "Redis does not answer. Start it, or mend TEXTGATE_REDIS_URL.\n"


def test_missing_settings(stranger: Tool) -> None:
    """Missing settings are exit 1, and all of them are listed, one a line."""
    stored = stranger.run("accounts", "create", "Corner Cafe", "--json")
    assert (stored.code, stored.value["error"]) == (1, "not_configured")
    assert [line.partition(":")[0] for line in stored.err.splitlines()] == ["TEXTGATE_REDIS_URL"]
    sealed = stranger.run("byok", "set", "key_1", "--provider", "openai", given="sk-1")
    assert sealed.code == 1
    assert {line.partition(":")[0] for line in sealed.err.splitlines()} == {"TEXTGATE_REDIS_URL", "TEXTGATE_SEAL_KEYS"}


@pytest.mark.parametrize("command", ["serve", "work"])
def test_incomplete_process(stranger: Tool, command: str) -> None:
    """`serve` and `work` refuse to start with all that is missing, one a line, each with the next step."""
    said = stranger.run(command)
    assert (said.code, said.out) == (1, "")
    names = {line.partition(":")[0].removeprefix("TEXTGATE_") for line in said.err.splitlines()}
    everybody = {"REDIS_URL", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}
    own = {"serve": {"SEAL_KEYS", "PEPPER"}, "work": {"OPEN_KEYS"}}
    assert names == everybody | own[command]
    assert all(line.endswith(".") for line in said.err.splitlines())


def test_doctor_is_content(tool: Tool) -> None:
    """`doctor` lists what it looked at; without a worker it is not content, and says how to start one."""
    said = tool.run("doctor", "--json")
    findings = {found["check"]: found for found in said.value}
    assert all(has(found, "check", "ok", "detail", "fix") for found in said.value)
    assert [check for check, found in findings.items() if not found["ok"]] == ["workers"]
    assert (said.code, findings["workers"]["fix"]) == (1, "Start one: textgate work")
    assert {"settings of web", "settings of worker", "redis", "redis persistence", "key ring"} <= set(findings)


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"TEXTGATE_REDIS_URL": ""}, "redis", "TEXTGATE_REDIS_URL"),
        ({"TEXTGATE_REDIS_URL": "redis://127.0.0.1:1/0"}, "redis", "TEXTGATE_REDIS_URL"),
        ({"TEXTGATE_PEPPER": ""}, "settings of web", "TEXTGATE_PEPPER"),
        ({"TEXTGATE_OPEN_KEYS": ""}, "settings of worker", "TEXTGATE_OPEN_KEYS"),
        ({"TEXTGATE_OPEN_KEYS": ""}, "key ring", "keyring new"),
        ({"TEXTGATE_OPEN_KEYS": "aaaaaaaa:" + "A" * 128}, "key ring", "TEXTGATE_OPEN_KEYS"),
    ],
)
def test_doctor_finds(tool: Tool, changes: dict[str, str], check: str, words: str) -> None:
    """`doctor` names what is wrong with exit 1, says what to do about it, and shows no secret."""
    said = tool.run("doctor", "--json", **changes)
    (found,) = [found for found in said.value if found["check"] == check]
    assert (said.code, found["ok"]) == (1, False)
    assert words in found["fix"]
    secrets = [tool.variables[f"TEXTGATE_{name}"] for name in ("TWILIO_AUTH_TOKEN", "SEAL_KEYS", "PEPPER", "REDIS_URL")]
    assert not any(secret in said.out + said.err for secret in secrets)


def test_doctor_for_people(stranger: Tool) -> None:
    """Without --json `doctor` is a list to read, also where nothing is set at all."""
    said = stranger.run("doctor")
    assert said.code == 1
    assert {line[:3] for line in said.out.splitlines() if line[0] != " "} <= {"ok ", "BAD"}
    assert "Traceback" not in said.err


def test_version(stranger: Tool) -> None:
    """`--version` says which textgate this is."""
    said = stranger.run("--version")
    assert (said.code, said.out, said.err) == (0, f"textgate {__version__}\n", "")


def test_help(stranger: Tool) -> None:
    """`--help` lists every command with a sentence."""
    words = stranger.run("--help").out
    for name in ("dev", "serve", "work", "keyring", "accounts", "keys", "byok", "agents", "numbers", "text", "trace"):
        assert f"\n  {name} " in words or f" {name} " in words


@pytest.mark.parametrize("api_url", [{}, {"TEXTGATE_TWILIO_API_URL": "https://API.twilio.com/"}])
def test_text_through_the_real_twilio(tool: Tool, api_url: dict[str, str]) -> None:
    """`text` refuses, without --yes, where the reply would be a real text."""
    said = tool.run("text", "+12025550143", "+12025550199", "Hi", "--json", **api_url)
    assert (said.code, said.value["error"]) == (1, "real_twilio")
    assert "--yes" in said.err


def test_text_to_nobody(tool: Tool) -> None:
    """`text` with --yes is sent; a gateway that does not answer is exit 3."""
    gone = f"http://127.0.0.1:{find_free_port()}"
    arguments = ("text", "+12025550143", "+12025550199", "Hi", "--yes", "--json")
    said = tool.run(*arguments, TEXTGATE_PUBLIC_URL=gone)
    assert (said.code, said.value["error"]) == (3, "unreachable")


def test_one_json_value(tool: Tool) -> None:
    """With --json standard output holds one value and nothing else, also where there is more to say."""
    for arguments in (["accounts", "create", "A"], ["numbers", "list"], ["doctor"], ["keyring", "new"]):
        out = tool.run(*arguments, "--json").out
        assert json.dumps(json.loads(out), ensure_ascii=False) == out.strip()
        assert out.count("\n") == 1
