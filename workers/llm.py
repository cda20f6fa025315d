"""The only door to litellm: an explicit key, base and model in, words or one of our errors out."""

import asyncio
import os
from collections.abc import Callable
from typing import Any, Final

import httpx
import stamina

from gateway.domain.conversation import Prompt, Role, Utterance
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.endpoint import parse_base_url
from gateway.domain.errors import (
    CredentialMissing,
    InvalidRequest,
    ModelBusy,
    ModelDeclined,
    ModelFailed,
    ModelOverQuota,
    ModelRefused,
    ModelRejectedKey,
    ModelTooLong,
)
from gateway.domain.secret import Secret
from workers.lanes import inside_lane, outside_lane
from workers.listing import list_models
from workers.witness import Witness

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # before the import, which would fetch the map otherwise

import litellm
from litellm import exceptions as foreign
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
from openai import AsyncOpenAI

litellm.disable_hf_tokenizer_download = True
litellm.suppress_debug_info = True
litellm.turn_off_message_logging = True
litellm.telemetry = False

_CONNECT_SECONDS = 5.0

_SPENT = "insufficient_quota"
"""OpenAI's code for a 429 that waiting does not mend: https://platform.openai.com/docs/guides/error-codes."""

TransportTo = Callable[[str], httpx.AsyncBaseTransport]

ERRORS: Final[dict[type[Exception], type[ModelFailed]]] = {
    foreign.AuthenticationError: ModelRefused,
    foreign.RateLimitError: ModelBusy,
    foreign.Timeout: ModelBusy,
    foreign.APIConnectionError: ModelBusy,
    foreign.InternalServerError: ModelBusy,
    foreign.ServiceUnavailableError: ModelBusy,
    foreign.BadGatewayError: ModelBusy,
    foreign.APIError: ModelBusy,
    foreign.APIResponseValidationError: ModelBusy,
    foreign.OpenAIError: ModelBusy,
    foreign.ContextWindowExceededError: ModelTooLong,
    foreign.ContentPolicyViolationError: ModelDeclined,
    foreign.PaymentRequiredError: ModelOverQuota,
    foreign.BadRequestError: ModelRefused,
    foreign.InvalidRequestError: ModelRefused,
    foreign.NotFoundError: ModelRefused,
    foreign.PermissionDeniedError: ModelRefused,
    foreign.UnprocessableEntityError: ModelRefused,
    foreign.MockException: ModelBusy,
    # raised by litellm's own proxy and extras, which we don't use
    foreign.ModelNotMappedError: ModelRefused,
    foreign.BudgetExceededError: ModelRefused,
    foreign.GuardrailRaisedException: ModelRefused,
    foreign.BlockedPiiEntityError: ModelRefused,
    foreign.ModifyResponseException: ModelRefused,
    foreign.SensitiveDataRouteException: ModelRefused,
}
"""What each of litellm's errors is to us; a subclass is what its nearest parent here is.

Whether a key is rejected is not among it: litellm goes by words for that, and we by the status on the wire.
"""


_ATTEMPTS = 3
_TRIAL = (Utterance(role=Role.USER, text="Hi"),)
_NOT_ALLOWED = "The base URL is not allowed any more."
_NO_CHAT = "The model has no chat API. Name another one."


def _pause(error: Exception) -> bool | float:
    """Tell whether to ask again, and when: a provider that names a time is taken at its word."""
    if not isinstance(error, ModelBusy):
        return False
    return True if error.retry_after is None else error.retry_after


class LiteLlm:
    """A language model behind litellm."""

    def __init__(self, transport_to: TransportTo, *, allowed_private: tuple[str, ...], deadline_seconds: float) -> None:
        self._transport_to = transport_to
        self._allowed_private = allowed_private
        self._deadline_seconds = deadline_seconds

    async def complete(self, prompt: Prompt, route: ModelRoute, secret: Secret, *, seconds: float | None = None) -> str:
        """Return the model's words, within `seconds` where they are fewer than the deadline.

        ModelBusy, ModelRefused or ModelRejectedKey when there are none; CredentialMissing for an empty key,
        with which litellm would reach for a key of its own.
        """
        if not secret:
            raise CredentialMissing
        try:
            most = self._deadline_seconds if seconds is None else min(seconds, self._deadline_seconds)
            async with asyncio.timeout(most):  # litellm's own timeout is none
                async with outside_lane():
                    return await self._ask_patiently(prompt, route, secret)
        except TimeoutError:
            failure = ModelBusy()
        raise failure

    async def try_key(self, route: ModelRoute, secret: Secret, *, seconds: float) -> None:
        """Have a provider take a key: for one token of a model, or for its list of models where none is named.

        ModelFailed when it doesn't, or not in time; CredentialMissing for an empty key.
        """
        if not secret:
            raise CredentialMissing
        try:
            async with asyncio.timeout(seconds):
                async with outside_lane():
                    if route.model:
                        return await self._ask_for_a_token(route, secret)
                    await self._list(route, secret)
                    return None
        except TimeoutError:
            failure = ModelBusy()
        raise failure

    async def _ask_for_a_token(self, route: ModelRoute, secret: Secret) -> None:
        try:
            await self._ask_once(_TRIAL, route, secret, max_tokens=1)
        except ModelFailed as failure:
            # a model that thinks first may refuse so short an answer, and some say 400 to a model that isn't there:
            # then the list tells whether the key is known, and the model
            if failure.status != httpx.codes.BAD_REQUEST or not await self._lists(route, secret):
                raise

    async def _lists(self, route: ModelRoute, secret: Secret) -> bool:
        try:
            return route.model in await self._list(route, secret)
        except ModelRejectedKey:
            raise
        except ModelFailed:
            return False

    async def _list(self, route: ModelRoute, secret: Secret) -> frozenset[str]:
        try:
            transport = self._transport_to(parse_base_url(route.url, allowed_private=self._allowed_private).origin)
        except InvalidRequest:
            raise ModelRefused(_NOT_ALLOWED) from None
        return await list_models(route, secret, transport, seconds=self._deadline_seconds)

    @stamina.retry(on=_pause, attempts=_ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=4)
    async def _ask_patiently(self, prompt: Prompt, route: ModelRoute, secret: Secret) -> str:
        """Ask again while the provider is busy: the only layer that does, and never beyond the deadline."""
        return _words(await self._ask_once(prompt, route, secret))

    async def _ask_once(self, prompt: Prompt, route: ModelRoute, secret: Secret, **limits: int) -> Any:
        witness = Witness(self._transport_to)
        try:
            async with inside_lane():
                return await self._ask(prompt, route, secret, witness.transport_to, **limits)
        except InvalidRequest:
            failure: ModelFailed = ModelRefused(_NOT_ALLOWED)
        except tuple(ERRORS) as error:
            failure = _translate(error, witness.status)
        # raised out here, where it drags no other error along: litellm's messages repeat the key
        raise failure

    async def _ask(
        self, prompt: Prompt, route: ModelRoute, secret: Secret, transport_to: TransportTo, **limits: int
    ) -> Any:
        origin = parse_base_url(route.url, allowed_private=self._allowed_private).origin
        return await litellm.acompletion(
            model=_name_model(route),
            messages=[{"role": said.role.value, "content": said.text} for said in prompt],
            api_key=secret.reveal(),
            base_url=_base_url(route),
            client=_client(route, secret, transport_to(origin)),
            timeout=httpx.Timeout(self._deadline_seconds, connect=min(_CONNECT_SECONDS, self._deadline_seconds / 2)),
            num_retries=0,
            max_retries=0,
            # else models that it knows to have OpenAI's other API are asked there, with a client of its own
            _skip_responses_api_bridge=True,
            **limits,
        )


def _dialect(provider: Provider) -> str:
    return "anthropic" if provider is Provider.ANTHROPIC else "openai"


def _name_model(route: ModelRoute) -> str:
    """Name a model as litellm wants it; ModelRefused for one that it would ask with a client of its own."""
    dialect = _dialect(route.provider)
    name = f"{dialect}/{route.model}"
    if litellm.get_llm_provider(model=name, api_base=_base_url(route))[1] != dialect:
        raise ModelRefused(_NO_CHAT)
    return name


def _base_url(route: ModelRoute) -> str:
    # litellm adds /v1 to Anthropic's by itself, and people write it with and without
    return route.url.removesuffix("/v1") if route.provider is Provider.ANTHROPIC else route.url


def _client(route: ModelRoute, secret: Secret, transport: httpx.AsyncBaseTransport) -> AsyncOpenAI | AsyncHTTPHandler:
    """Make the client that litellm is to use: without one it would open connections of its own."""
    if route.provider is Provider.ANTHROPIC:
        return AsyncHTTPHandler(transport=transport, follow_redirects=False)
    return AsyncOpenAI(
        api_key=secret.reveal(),
        base_url=route.url,
        max_retries=0,
        http_client=httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False),
    )


def _translate(error: Exception, status: int | None) -> ModelFailed:
    """Make one of our errors of litellm's, and of the status on the wire, where there was an answer.

    litellm goes by the words of an answer, which every provider has of its own, and makes up a status.
    """
    kind = next((ERRORS[parent] for parent in type(error).__mro__ if parent in ERRORS), ModelBusy)
    if status == httpx.codes.UNAUTHORIZED:
        kind = ModelRejectedKey
    elif status == httpx.codes.PAYMENT_REQUIRED or (kind is ModelBusy and _is_spent(error)):
        kind = ModelOverQuota
    elif kind in (ModelBusy, ModelRefused) and status and not httpx.codes.is_success(status):
        kind = ModelRefused if _is_final(status) else ModelBusy
    return kind(status=status, retry_after=_read_retry_after(error))


def _is_spent(error: Exception) -> bool:
    """Tell whether a provider says that waiting won't help; litellm's own `code` is but the status once more."""
    body = getattr(error, "body", None)
    return isinstance(body, dict) and _SPENT in (body.get("code"), body.get("type"))


def _read_retry_after(error: Exception) -> float | None:
    """Read Retry-After in seconds; a date, which no provider sends, is not read."""
    response = getattr(error, "response", None)
    value = response.headers.get("retry-after", "") if isinstance(response, httpx.Response) else ""
    return float(value) if value.isdecimal() else None


def _is_final(status: int) -> bool:
    passing = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.CONFLICT, httpx.codes.TOO_MANY_REQUESTS)
    return status < httpx.codes.INTERNAL_SERVER_ERROR and status not in passing


def _words(answer: Any) -> str:
    """Take the words out of an answer; ModelDeclined or ModelRefused where there are none."""
    try:
        return _first_words(answer)
    except (AttributeError, TypeError, IndexError):  # litellm hands some answers through as they came
        failure = ModelRefused(_NO_CHAT)
    raise failure


def _first_words(answer: Any) -> str:
    choices = getattr(answer, "choices", None)
    if not choices:
        raise ModelRefused("The model gave no choice.")
    content = choices[0].message.content
    if choices[0].finish_reason == "content_filter" or _find_refusal(choices[0].message):
        raise ModelDeclined
    if not isinstance(content, str) or not content.strip():
        raise ModelRefused("The model answered without words.")
    return content


def _find_refusal(message: Any) -> Any:
    """Find OpenAI's `refusal` in a message: litellm keeps it among what its own type has no field for."""
    return (getattr(message, "provider_specific_fields", None) or {}).get("refusal")
