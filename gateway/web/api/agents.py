"""/v1/agents: make agents and look at them."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError
from starlette.responses import JSONResponse

from gateway.adapters.store import Store
from gateway.domain.agent import MAX_PROMPT, Agent
from gateway.domain.brevity import MOST_SEGMENTS
from gateway.domain.flags import find_warnings
from gateway.domain.honesty import DISCLOSURE
from gateway.domain.sms import SmsMode
from gateway.domain.spend import MOST_CENTS, OwnCaps
from gateway.domain.texting import MAX_GATHER_MS, MAX_LINE, Texting
from gateway.flows.agents import AgentWishes, draft_agent, read_own_agent, revise_agent
from gateway.flows.agents import delete_agent as delete
from gateway.flows.llm import describe_agent, describe_agents
from gateway.flows.sms import choose_sms, show_every_sms, show_sms
from gateway.web.api.llm import LLM_CODES, PostLlm, means_of, read_llm
from gateway.web.api.requests import Body, Call, read_json, read_paging

_MAX_METADATA = 4000
_MAX_DEPTH = 50
"""Far less than what Python's own reader and writer of JSON take, which depends on who calls them."""


class Sms(Body):
    """How an agent comes to a number."""

    mode: Annotated[SmsMode | None, Field(strict=False)] = None
    """By which way: not at all, a shared one, one of the operator's, or one of your own Twilio account."""


def _check_metadata(metadata: dict[str, object] | None) -> dict[str, object] | None:
    if _is_deeper(metadata, _MAX_DEPTH):
        raise PydanticCustomError("too_deep", "may nest {most} levels deep", {"most": _MAX_DEPTH})
    if len(json.dumps(metadata)) > _MAX_METADATA:
        raise PydanticCustomError("too_large", "may have {most} characters as JSON", {"most": _MAX_METADATA})
    return metadata


def _is_deeper(value: object, most: int) -> bool:
    """Tell whether objects and lists nest deeper than that, without going any deeper."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deeper(each, most - 1) for each in inside)


def _word_switch(disclosure: object) -> object:
    """Read a switch, which is on or off, as the wording that it stands for."""
    return {True: DISCLOSURE, False: ""}[disclosure] if isinstance(disclosure, bool) else disclosure


class TextingWishes(Body):
    """How an agent texts; what is left out is as it is for everybody."""

    max_segments: Annotated[int | None, Field(ge=1, le=MOST_SEGMENTS)] = None
    """How many segments an answer by text may have: 4 unless you say so, null for 100. Who texts MORE gets the rest."""
    emoji: bool | None = None
    """Whether an answer by text may have emoji."""
    gather_ms: Annotated[int | None, Field(ge=0, le=MAX_GATHER_MS)] = None
    """Milliseconds that a text waits for others, to be answered with them."""
    disclosure: Annotated[
        str | None, Field(max_length=MAX_LINE), BeforeValidator(_word_switch, json_schema_input_type=str | bool | None)
    ] = None
    """What stands before a texter's first reply, `{brand}` for yours; true for our own words, false for none."""
    apology: Annotated[str | None, Field(max_length=MAX_LINE)] = None
    """What is said when the model fails; empty for silence."""
    refusal: Annotated[str | None, Field(max_length=MAX_LINE)] = None
    """What is said when the model declines; empty for silence."""


class SpendWishes(Body):
    """What an agent may spend on segments and tokens in a day and a month (UTC); beyond it nobody is answered."""

    day_cents: Annotated[int | None, Field(ge=1, le=MOST_CENTS)] = None
    """US cents; null for no cap of its own."""
    month_cents: Annotated[int | None, Field(ge=1, le=MOST_CENTS)] = None
    """US cents; null for no cap of its own."""


class PostAgent(Body):
    """The body of POST /v1/agents; every field may be left out."""

    system_prompt: Annotated[str | None, Field(max_length=MAX_PROMPT)] = None
    """The agent's instructions."""
    customer_ref: Annotated[str | None, Field(max_length=200)] = None
    """Yours: what you know the agent by."""
    metadata: Annotated[dict[str, object] | None, AfterValidator(_check_metadata)] = None
    """Yours: up to 4,000 characters as JSON, 50 levels deep, kept and shown, never read."""
    sms: Sms | None = None
    llm: PostLlm | None = None
    texting: TextingWishes | None = None
    spend: SpendWishes | None = None


CODES = {
    "system_prompt": ("invalid_system_prompt", "system_prompt_too_long"),
    "customer_ref": ("invalid_customer_ref", "customer_ref_too_long"),
    "metadata": ("invalid_metadata", "metadata_too_large"),
    **LLM_CODES,
    "sms": ("invalid_sms_mode", "invalid_sms_mode"),
    "texting": ("invalid_texting", "invalid_texting"),
    "spend": ("invalid_spend", "invalid_spend"),
}


async def post_agent(call: Call) -> JSONResponse:
    """Make an agent."""
    body = read_json(call, PostAgent, CODES)
    wishes = AgentWishes(
        system_prompt=body.system_prompt or "",
        customer_ref=body.customer_ref,
        metadata=body.metadata or {},
        llm=read_llm(body.llm),
        texting=Texting(**_read_texting(body.texting)) if body.texting else Texting(),
        spend=OwnCaps(**body.spend.model_dump()) if body.spend else OwnCaps(),
    )
    store = call.resources.store
    draft = await draft_agent(call.key, wishes, store=store, now=datetime.now(UTC), means=means_of(call.resources))
    await call.take(call.resources.quotas.of_new_agent(call.key.id, call.ip))
    await store.agents.save(draft.agent, draft.credential)
    return await _answer_saved(call, draft.agent, body.sms)


async def _answer_saved(call: Call, agent: Agent, sms: Sms | None) -> JSONResponse:
    if sms and sms.mode:
        await choose_sms(agent, sms.mode, store=call.resources.store, now=datetime.now(UTC))
    warnings = find_warnings(agent)
    told = {"warnings": list(warnings)} if warnings else {}
    return call.answer({**await _present(agent, call.resources.store), **told})


def _read_texting(wishes: TextingWishes) -> dict[str, Any]:
    """Read what is wished; null stands for what everybody has, and for no ceiling but the gateway's own."""
    usual = asdict(Texting(max_segments=MOST_SEGMENTS))
    return {name: usual[name] if wish is None else wish for name, wish in wishes.model_dump(exclude_unset=True).items()}


async def patch_agent(call: Call) -> JSONResponse:
    """Change what the body names of an agent, and leave the rest."""
    agent = await _read_agent(call)
    body = read_json(call, PostAgent, CODES)
    revised = await revise_agent(
        agent,
        _changes(body, agent),
        store=call.resources.store,
        now=datetime.now(UTC),
        llm=read_llm(body.llm),
        means=means_of(call.resources),
    )
    return await _answer_saved(call, revised, body.sms)


def _changes(body: PostAgent, agent: Agent) -> dict[str, object]:
    given: dict[str, object] = {
        "system_prompt": body.system_prompt or "",
        "customer_ref": body.customer_ref,
        "metadata": body.metadata or {},
    }
    changes = {name: value for name, value in given.items() if name in body.model_fields_set}
    if body.texting:
        changes["texting"] = replace(agent.texting, **_read_texting(body.texting))
    if body.spend:
        changes["spend"] = replace(agent.spend, **body.spend.model_dump(exclude_unset=True))
    return changes


async def delete_agent(call: Call) -> JSONResponse:
    """Delete an agent; what was texted to it before is not answered any more."""
    await delete(await _read_agent(call), store=call.resources.store, now=datetime.now(UTC))
    return call.answer({"ok": True})


async def list_agents(call: Call) -> JSONResponse:
    """Show a page of the account's agents, oldest first."""
    limit, cursor = read_paging(call)
    store = call.resources.store
    agents, next_cursor = await store.agents.read_all(call.key.account_id, limit=limit, cursor=cursor)
    told, every_sms = await describe_agents(agents, store=store), await show_every_sms(agents, store=store)
    shown = [{**each, "sms": sms.describe()} for each, sms in zip(told, every_sms, strict=True)]
    return call.answer({"agents": shown, "next_cursor": next_cursor})


async def get_agent(call: Call) -> JSONResponse:
    """Show an agent."""
    return call.answer(await _present(await _read_agent(call), call.resources.store))


async def _read_agent(call: Call) -> Agent:
    return await read_own_agent(call.key, call.request.path_params["agent_id"], store=call.resources.store)


async def _present(agent: Agent, store: Store) -> dict[str, object]:
    sms = await show_sms(agent, store=store, now=datetime.now(UTC))
    return {**await describe_agent(agent, store=store), "sms": sms.describe()}
