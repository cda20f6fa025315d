"""The `textgate` command: its commands, loaded when called, and what becomes of errors."""

import json
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from gateway import __version__

REFUSED, UNREACHABLE = 1, 3

# loading every command's libraries would take a second: here stands what `--help` needs
_COMMANDS = {
    "dev": ("gateway.dev.command:dev", "Run everything on this machine, with a phone page to try it."),
    "serve": ("gateway.cli.processes:serve", "Run the web process."),
    "work": ("gateway.cli.processes:work", "Run a worker."),
    "keyring": ("gateway.cli.keyring:app", "The key ring that seals model keys."),
    "accounts": ("gateway.cli.accounts:accounts", "Customers: who owns agents, numbers and keys."),
    "keys": ("gateway.cli.accounts:keys", "API keys: what an account's programs show to us."),
    "byok": ("gateway.cli.byok:app", "Model keys: what we show to a provider for an account."),
    "agents": ("gateway.cli.agents:app", "Agents: what answers texts."),
    "numbers": ("gateway.cli.numbers:app", "Numbers: which agent answers on which."),
    "consent": ("gateway.cli.consent:app", "Consent: who may be texted, why, and the proof of it."),
    "conversations": ("gateway.cli.conversations:app", "Conversations: who talks to whom."),
    "block": ("gateway.cli.block:block", "Meet a texter with silence on every number."),
    "unblock": ("gateway.cli.block:unblock", "Have a blocked texter answered again."),
    "text": ("gateway.cli.text:text", "Send a pretend text, and print the answer."),
    "trace": ("gateway.cli.trace:trace", "Show what became of one text or API request."),
    "reconcile": ("gateway.cli.reconcile:reconcile", "Fetch texts whose webhook never arrived from Twilio."),
    "dead": ("gateway.cli.dead:app", "Turns that ended in error: look, retry, drop."),
    "notices": ("gateway.cli.notices:notices", "What went wrong without anybody asking."),
    "stats": ("gateway.cli.stats:stats", "Count what there is, what waits, what became of it, and what it cost."),
    "doctor": ("gateway.cli.doctor:doctor", "Look for what is wrong, and say what to do about it."),
}


class _LazyGroup(TyperGroup):
    """Knows its commands by name and help, and loads the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        return TyperCommand(cmd_name, help=_COMMANDS[cmd_name][1])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, _load(str(name)) if name in _COMMANDS else command, rest


def _load(name: str) -> Any:
    module, _, attribute = _COMMANDS[name][0].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name)(found)
    return typer.main.get_command(single)


app = typer.Typer(
    cls=_LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"textgate {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The SMS-first gateway that gives an AI agent a phone number."""


def main() -> None:
    """Run a command; the exit code is 1 when it refused or failed, 2 for wrong usage, 3 for nobody there."""
    try:
        app()
    except Exception as error:
        sys.exit(_report(error))


def _report(error: Exception) -> int:
    """Say what went wrong, and return the exit code; what nobody foresaw keeps its traceback."""
    import httpx

    from config.settings import SettingsError
    from gateway.domain.errors import Failed, StoreDown, TextgateError

    match error:
        case SettingsError():
            return _complain("not_configured", str(error), REFUSED)
        case StoreDown():
            absent = error.message == StoreDown().message
            words = "Redis does not answer. Start it, or mend TEXTGATE_REDIS_URL." if absent else error.message
            return _complain(error.code, _start_dev() or words, UNREACHABLE)
        case httpx.TransportError():
            words = "The gateway does not answer at TEXTGATE_PUBLIC_URL. Start it: textgate serve"
            return _complain("unreachable", _start_dev() or words, UNREACHABLE)
        case Failed():
            return _complain(error.code, error.message, UNREACHABLE if error.retryable else REFUSED)
        case TextgateError():
            return _complain(error.code, error.message, REFUSED)
        case _:
            raise error


def _start_dev() -> str | None:
    """Name the next step of somebody whose commands go to `textgate dev`, which is not running."""
    from gateway.cli.environment import read_environment, uses_dev

    return "`textgate dev` is not running here. Start it: make dev" if uses_dev(read_environment()) else None


def _complain(code: str, message: str, exit_code: int) -> int:
    if "--json" in sys.argv:
        print(json.dumps({"error": code, "message": message}))
    print(message, file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    main()
