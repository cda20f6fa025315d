"""`textgate agents`: what answers texts."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.environment import command_store
from gateway.cli.output import Cursor, Json, Limit, group, say, show, show_list
from gateway.domain.agent import MAX_PROMPT, Agent, LlmMode
from gateway.domain.errors import InvalidRequest
from gateway.domain.flags import find_warnings
from gateway.domain.texting import MAX_GATHER_MS, MAX_LINE, Texting
from gateway.flows.agents import AgentWishes, create_agent

app = group("Agents: what answers texts.")


@app.command("create")
def create(
    key: Annotated[str, typer.Argument(metavar="KEY", help="An API key's id: key_…")],
    prompt: Annotated[str | None, typer.Option(help="The agent's instructions.")] = None,
    prompt_file: Annotated[
        Path | None, typer.Option(help="A file that holds them.", exists=True, dir_okay=False)
    ] = None,
    llm: Annotated[LlmMode, typer.Option(help="Whose model key pays.")] = LlmMode.BYOK,
    model: Annotated[str | None, typer.Option(help="Instead of the BYOK record's model.")] = None,
    gather_ms: Annotated[
        int, typer.Option(min=0, max=MAX_GATHER_MS, help="Milliseconds that a text waits for others.")
    ] = Texting().gather_ms,
    disclosure: Annotated[
        str, typer.Option(help="Said before the first reply, {brand} for yours; empty for nothing.")
    ] = Texting().disclosure,
    apology: Annotated[str, typer.Option(help="Said when the model fails; empty for silence.")] = Texting().apology,
    refusal: Annotated[str, typer.Option(help="Said when the model declines; empty for silence.")] = Texting().refusal,
    as_json: Json = False,
) -> None:
    """Create an agent that answers with the model key of an API key."""
    _ = llm  # one mode so far; the option names it already
    wishes = AgentWishes(
        system_prompt=_read_prompt(prompt, prompt_file),
        llm_model=model,
        texting=Texting(
            gather_ms=gather_ms,
            disclosure=_check_line(disclosure),
            apology=_check_line(apology),
            refusal=_check_line(refusal),
        ),
    )
    agent = asyncio.run(_create(key, wishes))
    warnings = find_warnings(agent)
    told = {"warnings": list(warnings)} if warnings and as_json else {}
    show({**agent.describe(), **told}, as_json=as_json)
    for warning in warnings:
        say(f"Warning: {warning}")
    say(f"Next: textgate numbers bind +E164 {agent.id}")


def _read_prompt(prompt: str | None, prompt_file: Path | None) -> str:
    if prompt is not None and prompt_file is not None:
        raise typer.BadParameter("give --prompt or --prompt-file, not both")
    text = prompt_file.read_text().strip() if prompt_file else prompt or ""
    if len(text) > MAX_PROMPT:
        message = f"A prompt has {MAX_PROMPT} characters at the most; this one has {len(text)}."
        raise InvalidRequest("system_prompt_too_long", message, field="prompt")
    return text


def _check_line(line: str) -> str:
    if len(line) > MAX_LINE:
        raise typer.BadParameter(f"a line has {MAX_LINE} characters at the most; this one has {len(line)}")
    return line


async def _create(key_id: str, wishes: AgentWishes) -> Agent:
    async with command_store() as store:
        key = await store.accounts.read_key(key_id)
        return await create_agent(key, wishes, store=store, now=datetime.now(UTC))


@app.command("list")
def list_(limit: Limit = 100, cursor: Cursor = None, as_json: Json = False) -> None:
    """List all agents, oldest first."""
    agents, next_cursor = asyncio.run(_read_all(limit, cursor))
    rows = [
        {
            "agent_id": agent.id,
            "account_id": agent.account_id,
            "key_id": agent.key_id,
            "status": agent.status.value,
            "system_prompt": _shorten(agent.system_prompt) if not as_json else agent.system_prompt,
        }
        for agent in agents
    ]
    show_list(rows, as_json=as_json, next_cursor=next_cursor)


def _shorten(text: str) -> str:
    shown, text = 60, " ".join(text.split())
    return text if len(text) <= shown else f"{text[: shown - 1]}…"


async def _read_all(limit: int, cursor: str | None) -> tuple[list[Agent], str | None]:
    async with command_store() as store:
        return await store.agents.read_all(None, limit=limit, cursor=cursor)


@app.command("show")
def show_(agent: Annotated[str, typer.Argument(metavar="AGT")], as_json: Json = False) -> None:
    """Show one agent."""
    show(asyncio.run(_describe(agent)), as_json=as_json)


async def _describe(agent_id: str) -> dict[str, object]:
    async with command_store() as store:
        agent = await store.agents.read(agent_id)
        number = await store.numbers.find_of_agent(agent.id)
    owners = {"account_id": agent.account_id, "key_id": agent.key_id, "phone_number": number}
    return {**agent.describe(), **owners}
