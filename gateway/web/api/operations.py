"""What each method of each address does, takes and answers: the API's description is made of this table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.domain.errors import (
    CredentialMissing,
    CredentialSealed,
    EdgeShut,
    HostedMissing,
    TextgateError,
)
from gateway.domain.model_errors import ModelFailed
from gateway.web.api import agents, answers, byok, channels, messages, usage, warmup
from gateway.web.api.requests import Body, Codes

_READING = ("invalid_json", "unknown_field")


def _codes(codes: Codes, *others: str) -> tuple[str, ...]:
    """Name everything that can be wrong with a body."""
    return tuple(dict.fromkeys([*(code for pair in codes.values() for code in pair), *others, *_READING]))


def _all_codes(*kinds: type[TextgateError]) -> tuple[str, ...]:
    return tuple(kind.code for kind in kinds)


def _family(kind: type[TextgateError]) -> Iterable[type[TextgateError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address."""

    tag: str
    summary: str
    answer: type[answers.Answer]
    later: type[answers.Answer] | None = None
    """What a 202 has: the work goes on."""
    body: type[Body] | None = None
    needs_body: bool = True
    example: Mapping[str, object] | None = None
    """A body that can be sent as it is."""
    has_table: bool = False
    """Whether it may be had as CSV, too."""
    parameters: tuple[str, ...] = ()
    """What else may be given in the address or a header, by name."""
    refusals: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The errors of its own, by status."""


_NO_SUCH = {404: ("not_found",)}
_PAGE_REFUSALS = {400: ("invalid_limit", "invalid_cursor")}
_SAVING = {
    409: (*_all_codes(CredentialMissing), "agent_changed"),
    503: _all_codes(CredentialSealed, HostedMissing),
}
_LLM = ("missing_llm_provider", "llm_api_key_requires_byok_mode")
_PROMPT = "You answer for the Corner Cafe. Keep replies short."

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/v1/status"): Operation(tag="Status", summary="Is it there, and is the key good?", answer=answers.Status),
    ("GET", "/v1/byok"): Operation(tag="Model key", summary="Look at the model key", answer=answers.ByokAnswer),
    ("PUT", "/v1/byok"): Operation(
        tag="Model key",
        summary="Set the model key",
        answer=answers.ByokAnswer,
        body=byok.PutByok,
        example={"provider": "openai", "api_key": "sk-replace-me", "model": "gpt-4o-mini", "label": "work"},
        parameters=("verify",),
        refusals={400: _codes(byok.CODES, "invalid_verify"), 503: _all_codes(CredentialSealed)},
    ),
    ("DELETE", "/v1/byok"): Operation(tag="Model key", summary="Clear the model key", answer=answers.Done),
    ("POST", "/v1/warmup"): Operation(
        tag="Model key",
        summary="Try now what an agent would answer with",
        answer=answers.Warmed,
        body=warmup.PostWarmup,
        needs_body=False,
        refusals={
            400: _codes(warmup.CODES),
            409: _all_codes(CredentialMissing),
            503: (*_all_codes(CredentialSealed), "hosted_not_available"),
        },
    ),
    ("GET", "/v1/agents"): Operation(
        tag="Agents",
        summary="List the agents",
        answer=answers.AgentsPage,
        parameters=("limit", "cursor"),
        refusals=_PAGE_REFUSALS,
    ),
    ("POST", "/v1/agents"): Operation(
        tag="Agents",
        summary="Make an agent",
        answer=answers.SavedAgent,
        body=agents.PostAgent,
        example={"system_prompt": _PROMPT, "customer_ref": "cafe-17"},
        refusals={400: _codes(agents.CODES, *_LLM), **_SAVING},
    ),
    ("GET", "/v1/agents/{agent_id}"): Operation(
        tag="Agents", summary="Look at an agent", answer=answers.AgentAnswer, refusals=_NO_SUCH
    ),
    ("PATCH", "/v1/agents/{agent_id}"): Operation(
        tag="Agents",
        summary="Change what the body names of an agent",
        answer=answers.SavedAgent,
        body=agents.PostAgent,
        example={"system_prompt": "Be brief.", "texting": {"gather_ms": 0}},
        refusals={400: _codes(agents.CODES, *_LLM), **_SAVING, **_NO_SUCH},
    ),
    ("DELETE", "/v1/agents/{agent_id}"): Operation(
        tag="Agents", summary="Delete an agent", answer=answers.Done, refusals=_NO_SUCH
    ),
    ("POST", "/v1/agents/{agent_id}/channels/sms"): Operation(
        tag="Agents",
        summary="Give an agent a number",
        answer=answers.SmsAnswer,
        body=channels.PostSms,
        example={"mode": "sandbox"},
        refusals={
            400: _codes(channels.CODES, "missing_auth_token"),
            409: ("number_taken",),
            503: _all_codes(EdgeShut),
            **_NO_SUCH,
        },
    ),
    ("POST", "/v1/agents/{agent_id}/messages"): Operation(
        tag="Messages",
        summary="Talk to an agent",
        answer=answers.ReplyAnswer,
        later=answers.AdmittedMessage,
        body=messages.PostMessage,
        example={"text": "When do you open?", "user_ref": "ann"},
        parameters=("Idempotency-Key", "Prefer"),
        refusals={
            400: _codes(messages.CODES, "invalid_idempotency_key"),
            409: (
                *_all_codes(CredentialMissing),
                "byok_mismatch",
                "agent_paused",
                "idempotency_conflict",
                "conversation_deleted",
            ),
            503: (*_all_codes(CredentialSealed, HostedMissing), *(kind.code for kind in _family(ModelFailed))),
            **_NO_SUCH,
        },
    ),
    ("GET", "/v1/agents/{agent_id}/conversations"): Operation(
        tag="Conversations",
        summary="List an agent's conversations, those used last first",
        answer=answers.ConversationsPage,
        parameters=("limit", "cursor"),
        refusals={**_PAGE_REFUSALS, **_NO_SUCH},
    ),
    ("GET", "/v1/conversations/{conversation_id}"): Operation(
        tag="Conversations", summary="Read what was said", answer=answers.ConversationAnswer, refusals=_NO_SUCH
    ),
    ("DELETE", "/v1/conversations/{conversation_id}"): Operation(
        tag="Conversations", summary="Delete a conversation", answer=answers.Done, refusals=_NO_SUCH
    ),
    ("GET", "/v1/messages/{message_id}"): Operation(
        tag="Messages", summary="See how far a message has come", answer=answers.MessageAnswer, refusals=_NO_SUCH
    ),
    ("GET", "/v1/usage"): Operation(
        tag="Usage",
        summary="See what the account has spent",
        answer=usage.UsageAnswer,
        has_table=True,
        parameters=("from", "to", "by", "format"),
        refusals={400: ("invalid_from", "invalid_to", "invalid_by", "invalid_format", "unknown_field")},
    ),
}
