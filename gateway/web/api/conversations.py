"""/v1/conversations, and those of an agent: who talked to it, and what was said."""

from starlette.responses import JSONResponse

from gateway.domain.conversation import Overview
from gateway.flows.agents import read_own_agent
from gateway.flows.histories import delete_own_conversation, read_history, read_own_conversation
from gateway.web.api.requests import Call, read_paging


async def list_conversations(call: Call) -> JSONResponse:
    """Show a page of an agent's conversations, those used last first."""
    store = call.resources.store
    agent = await read_own_agent(call.key, call.request.path_params["agent_id"], store=store)
    limit, cursor = read_paging(call)
    found, next_cursor = await store.conversations.read_page(agent.id, limit=limit, cursor=cursor)
    return call.answer({"conversations": [each.describe() for each in found], "next_cursor": next_cursor})


async def get_conversation(call: Call) -> JSONResponse:
    """Show a conversation, and what was said in it, oldest first."""
    found = await _read_conversation(call)
    history = await read_history(found, store=call.resources.store)
    return call.answer({**found.describe(), "messages": [shown.describe() for shown in history]})


async def delete_conversation(call: Call) -> JSONResponse:
    """Delete a conversation: its words, its memory and what waits in it."""
    await delete_own_conversation(call.key, call.request.path_params["conversation_id"], store=call.resources.store)
    return call.answer({"ok": True})


async def _read_conversation(call: Call) -> Overview:
    conversation_id = call.request.path_params["conversation_id"]
    return await read_own_conversation(call.key, conversation_id, store=call.resources.store)
