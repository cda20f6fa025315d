"""`textgate agents`: what answers texts."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.settings import OfferSettings
from gateway.adapters.store import Store
from gateway.cli.environment import command_settings, in_store
from gateway.cli.output import Cursor, Json, Limit, group, say, show, show_list
from gateway.domain.agent import MAX_PROMPT, Agent, AgentStatus
from gateway.domain.errors import InvalidRequest
from gateway.domain.flags import find_warnings
from gateway.domain.llm import LlmMode, LlmWishes, Tier
from gateway.domain.spend import MOST_CENTS
from gateway.domain.texting import MAX_GATHER_MS, MAX_LINE, Texting
from gateway.flows.agents import AgentWishes, create_agent, delete_agent, revise_agent
from gateway.flows.llm import LlmMeans, describe_agent
from gateway.flows.sms import show_sms

app = group("Agents: what answers texts.")

AgentName = Annotated[str, typer.Argument(metavar="AGT")]
LlmOption = Annotated[LlmMode | None, typer.Option(help="Whose key pays: yours (hosted) or the account's.")]
TierOption = Annotated[Tier | None, typer.Option(help="Which of your hosted models.")]
SpendOption = Annotated[
    int | None,
    typer.Option(metavar="CENTS", min=0, max=MOST_CENTS, help="What it may spend; 0 for no cap of its own."),
]
PromptFile = Annotated[Path | None, typer.Option(help="A file that holds them.", exists=True, dir_okay=False)]


@app.command("create")
def create(
    key: Annotated[str, typer.Argument(metavar="KEY", help="An API key's id: key_…")],
    prompt: Annotated[str | None, typer.Option(help="The agent's instructions.")] = None,
    prompt_file: PromptFile = None,
    llm: LlmOption = None,
    tier: TierOption = None,
    model: Annotated[str | None, typer.Option(help="Instead of the model of tier or BYOK record.")] = None,
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
    """Create an agent of an API key: it answers with its model key, or with the operator's own."""
    wishes = AgentWishes(
        system_prompt=_read_prompt(prompt, prompt_file),
        llm=_read_llm(llm, tier, model),
        texting=Texting(
            gather_ms=gather_ms,
            disclosure=_check_line(disclosure),
            apology=_check_line(apology),
            refusal=_check_line(refusal),
        ),
    )
    _show_saved(in_store(lambda store: _create(key, wishes, store)), as_json=as_json)


async def _create(key_id: str, wishes: AgentWishes, store: Store) -> Agent:
    key = await store.accounts.read_key(key_id)
    return await create_agent(key, wishes, store=store, now=datetime.now(UTC), means=_read_means())


def _read_llm(mode: LlmMode | None, tier: Tier | None, model: str | None) -> LlmWishes:
    """Take what was named; an empty model is none."""
    wishes = LlmWishes()
    if mode:
        wishes["mode"] = mode
    if tier:
        wishes["tier"] = tier
    if model is not None:
        wishes["model"] = model or None
    return wishes


def _read_means() -> LlmMeans:
    settings = command_settings(OfferSettings)
    return LlmMeans(offer=settings.offer, allowed_private=settings.allowed_private_hosts)


def _show_saved(agent: Agent, *, as_json: bool) -> None:
    warnings = find_warnings(agent)
    told = {"warnings": list(warnings)} if warnings and as_json else {}
    show({**agent.describe(), **told}, as_json=as_json)
    for warning in warnings:
        say(f"Warning: {warning}")
    say(f"Next: textgate numbers bind +E164 {agent.id}")


@app.command("revise")
def revise(
    agent: AgentName,
    prompt: Annotated[str | None, typer.Option(help="The agent's instructions.")] = None,
    prompt_file: PromptFile = None,
    llm: LlmOption = None,
    tier: TierOption = None,
    model: Annotated[str | None, typer.Option(help="Instead of tier's or BYOK record's; empty for that.")] = None,
    gather_ms: Annotated[int | None, typer.Option(min=0, max=MAX_GATHER_MS)] = None,
    disclosure: Annotated[str | None, typer.Option(help="Said before the first reply; empty for nothing.")] = None,
    apology: Annotated[str | None, typer.Option(help="Said when the model fails; empty for silence.")] = None,
    refusal: Annotated[str | None, typer.Option(help="Said when the model declines; empty for silence.")] = None,
    spend_day: SpendOption = None,
    spend_month: SpendOption = None,
    as_json: Json = False,
) -> None:
    """Change an agent, from its next turn on; what you don't name stays."""
    lines = {"disclosure": disclosure, "apology": apology, "refusal": refusal}
    texting: dict[str, Any] = {name: _check_line(line) for name, line in lines.items() if line is not None}
    if gather_ms is not None:
        texting["gather_ms"] = gather_ms
    changes: dict[str, Any] = {}
    if prompt is not None or prompt_file is not None:
        changes["system_prompt"] = _read_prompt(prompt, prompt_file)
    caps = {"day_cents": spend_day, "month_cents": spend_month}
    given = {name: cents or None for name, cents in caps.items() if cents is not None}
    if given:
        changes["spend"] = given
    wishes = _read_llm(llm, tier, model)
    if not changes and not texting and not wishes:
        raise InvalidRequest("nothing_to_revise", "Say what to change: textgate agents revise --help")
    _show_saved(in_store(lambda store: _revise(agent, changes, texting, store, wishes)), as_json=as_json)


async def _revise(
    agent_id: str, changes: dict[str, Any], texting: dict[str, Any], store: Store, llm: LlmWishes | None = None
) -> Agent:
    agent = await store.agents.read(agent_id)
    if texting:
        changes = {**changes, "texting": replace(agent.texting, **texting)}
    if "spend" in changes:
        changes = {**changes, "spend": replace(agent.spend, **changes["spend"])}
    if not llm:
        return await revise_agent(agent, changes, store=store, now=datetime.now(UTC))
    return await revise_agent(agent, changes, store=store, now=datetime.now(UTC), llm=llm, means=_read_means())


@app.command("pause")
def pause(agent: AgentName, as_json: Json = False) -> None:
    """Have an agent answer nobody until it is resumed: texts meet silence, and are not answered later."""
    _set_status(agent, AgentStatus.PAUSED, as_json=as_json)


@app.command("resume")
def resume(agent: AgentName, as_json: Json = False) -> None:
    """Have a paused agent answer again."""
    _set_status(agent, AgentStatus.ACTIVE, as_json=as_json)


def _set_status(agent: str, status: AgentStatus, *, as_json: bool) -> None:
    show(in_store(lambda store: _revise(agent, {"status": status}, {}, store)).describe(), as_json=as_json)


@app.command("delete")
def delete(agent: AgentName, as_json: Json = False) -> None:
    """Delete an agent. Its numbers stay, without an agent; STOP and HELP are heeded on them."""
    in_store(lambda store: _delete(agent, store))
    show({"ok": True, "agent_id": agent}, as_json=as_json)


async def _delete(agent_id: str, store: Store) -> None:
    await delete_agent(await store.agents.read(agent_id), store=store, now=datetime.now(UTC))


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


@app.command("list")
def list_(limit: Limit = 100, cursor: Cursor = None, as_json: Json = False) -> None:
    """List all agents, oldest first."""
    agents, next_cursor = in_store(lambda store: store.agents.read_all(None, limit=limit, cursor=cursor))
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


@app.command("show")
def show_(agent: AgentName, as_json: Json = False) -> None:
    """Show one agent."""
    show(in_store(lambda store: _describe(agent, store)), as_json=as_json)


async def _describe(agent_id: str, store: Store) -> dict[str, object]:
    agent = await store.agents.read(agent_id)
    sms = await show_sms(agent, store=store, now=datetime.now(UTC))
    owners = {"account_id": agent.account_id, "key_id": agent.key_id, "phone_number": sms.number}
    return {**await describe_agent(agent, store=store), **owners, "sms": sms.describe()}
