"""`textgate consent`: what an operator shows, changes and hands to counsel."""

import csv
import io
import subprocess

import pytest

from gateway.adapters.store import Store
from gateway.domain.consent import ConsentState
from tests.adapters.texts import set_consent
from tests.cli.tool import Tool, command
from tests.examples import NUMBER, TEXTER, message_sid

_FIELDS = {"at", "number", "texter", "state", "source", "message_sid", "wording"}


@pytest.fixture
async def stopped(store: Store) -> None:
    """The example texter has texted STOP."""
    await set_consent(store, ConsentState.OUT, before=ConsentState.UNSET)


def test_a_stop_is_shown_and_undone(tool: Tool, stopped: None) -> None:
    """I27: who is out, why and since when; the operator's START is a row of its own, and no row is ever changed."""
    (shown,) = tool.ask("consent", "show", TEXTER)
    assert shown.keys() >= _FIELDS
    assert (shown["number"], shown["state"], shown["message_sid"]) == (NUMBER, "out", message_sid(90))
    (started,) = tool.ask("consent", "start", TEXTER, "--number", NUMBER, "--note", "signed a form")
    assert (started["state"], started["source"], started["note"]) == ("in", "operator", "signed a form")
    assert [row["state"] for row in tool.ask("consent", "show", TEXTER, "--number", NUMBER)] == ["in"]
    rows = tool.ask("consent", "history", TEXTER)
    assert [(row["version"], row["state"], row["wording"]) for row in rows] == [(1, "out", "words"), (2, "in", "")]


def test_an_operators_stop(tool: Tool, stopped: None) -> None:
    """I27: without a number the operator's STOP is for every one, and shown so."""
    assert [row["number"] for row in tool.ask("consent", "stop", "+12025550111")] == ["*"]
    assert [row["state"] for row in tool.ask("consent", "show", "+12025550111", "--number", NUMBER)] == ["out"]
    (shown,) = tool.ask("consent", "show", "+12025550111", "--number", NUMBER)
    assert (shown["number"], shown["said_to"]) == (NUMBER, "*")
    assert tool.ask("consent", "show", "+12025550122") == []


def test_the_ledger_is_exported(tool: Tool, stopped: None) -> None:
    """I27: the whole ledger comes as CSV with a header, and as one JSON array, with the same rows."""
    tool.ask("consent", "stop", "+12025550111", "--note", "=1+1")
    rows = tool.ask("consent", "export")
    assert {(row["number"], row["texter"]) for row in rows} == {(NUMBER, TEXTER), ("*", "+12025550111")}
    table = list(csv.DictReader(io.StringIO(tool.run("consent", "export").out)))
    assert [(row["at"], row["texter"], row["state"]) for row in table] == [
        (row["at"], row["texter"], row["state"]) for row in rows
    ]
    assert {row["note"] for row in table} == {"", "'=1+1"}
    assert tool.ask("consent", "export", "--number", NUMBER) == [row for row in rows if row["number"] == NUMBER]
    assert tool.ask("consent", "export", "--number", "+12025550000") == []


def test_the_scope(tool: Tool, stopped: None) -> None:
    """I32: how far opt-outs reach is data with a date."""
    assert tool.ask("consent", "scope") == [{"scope": "number", "from": None}]
    (row,) = tool.ask("consent", "scope", "account", "--from", "2027-01-31")
    assert row == {"scope": "account", "from": "2027-01-31T00:00:00.000Z"}
    assert tool.run("consent", "scope", "galaxy").code == 2


def test_of_two_scopes_for_one_day_the_last_counts(tool: Tool) -> None:
    """I32: an operator who thinks again about a day has the last word on it."""
    tool.ask("consent", "scope", "number", "--from", "2027-01-31")
    assert [row["scope"] for row in tool.ask("consent", "scope", "account", "--from", "2027-01-31")] == ["account"]


def test_an_export_is_utf8_and_holds_no_formula(tool: Tool) -> None:
    """I27: whatever the terminal speaks, the ledger comes whole, and a note that looks like a formula is quoted."""
    tool.ask("consent", "stop", "+12025550111", "--note", "+1 (202) 555-0111 à l'heure 🛑")
    (row,) = csv.DictReader(io.StringIO(tool.run("consent", "export", PYTHONIOENCODING="utf-8").out))
    assert (row["texter"], row["note"]) == ("+12025550111", "'+1 (202) 555-0111 à l'heure 🛑")
    exported = subprocess.run(
        command("consent", "export"),
        check=True,
        cwd=tool.directory,
        env={**tool.environment, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
    )
    assert row["note"] in exported.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["show", "555-0100"], 1, "invalid_number"),
        (["stop", TEXTER, "--number", "x"], 1, "invalid_number"),
        (["stop", TEXTER, "--note", "x" * 201], 1, "invalid_note"),
        (["stop", TEXTER, "--note", "on the phone,\nin the morning"], 1, "invalid_note"),
        (["stop", TEXTER, "--note", "no UTF-8: \udcff"], 1, "invalid_note"),
        (["scope", "--from", "2027-01-31"], 1, "no_scope"),
    ],
)
def test_bad_input(tool: Tool, arguments: list[str], code: int, error: str) -> None:
    """What is no number or no note is refused in words, and nothing is written."""
    said = tool.run("consent", *arguments, "--json")
    assert (said.code, said.value["error"]) == (code, error)
    assert tool.ask("consent", "export") == []


def test_another_pepper(tool: Tool, stopped: None) -> None:
    """I28: a tool with another pepper would find nobody, so it refuses to look."""
    tool.ask("consent", "show", TEXTER)
    said = tool.run("consent", "show", TEXTER, TEXTGATE_PEPPER="cXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXE")
    assert said.code == 3
    assert "never rotated" in said.err
