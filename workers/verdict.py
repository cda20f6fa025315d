"""What a provider's answer means to us: the words and tokens of a good one, or which of our errors it is."""

import os
from typing import Any, Final

import httpx

from gateway.domain.completion import Completion, Tokens
from gateway.domain.conversation import Prompt
from gateway.domain.model_errors import (
    ModelBusy,
    ModelDeclined,
    ModelFailed,
    ModelOverQuota,
    ModelRefused,
    ModelRejectedKey,
    ModelTooLong,
)
from gateway.domain.window import estimate_tokens, weigh_message

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # before the import, which would fetch the map otherwise

from litellm import exceptions as foreign

NO_CHAT = "The model has no chat API. Name another one."
_PICTURE_TOKENS = 1_600
"""What a picture is taken to be: about the most that a large one is to models that say how they count."""
_SPENT = "insufficient_quota"
"""OpenAI's code for a 429 that waiting does not mend: https://platform.openai.com/docs/guides/error-codes."""

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


def translate(error: Exception, status: int | None) -> ModelFailed:
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


def read_completion(answer: Any, prompt: Prompt) -> Completion:
    """Read the words of an answer to a prompt, and its tokens; ModelDeclined or ModelRefused where there are no words.

    Tokens are estimated where the provider counts none: an answer that costs nothing would pass every cap.
    """
    try:
        words = _first_words(answer)
        return Completion(text=words, tokens=_read_tokens(answer) or _estimate_tokens(prompt, words))
    except (AttributeError, TypeError, IndexError):  # litellm hands some answers through as they came
        failure: ModelFailed = ModelRefused(NO_CHAT)
    except ModelFailed as wordless:
        # what has no words is billed like what has
        wordless.tokens = _read_tokens(answer) or _estimate_tokens(prompt, "")
        failure = wordless
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


def _read_tokens(answer: Any) -> Tokens | None:
    """Read what a provider counted; None where it told nothing, or nonsense."""
    usage = getattr(answer, "usage", None)
    asked, answered = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    if not (isinstance(asked, int) and isinstance(answered, int)) or min(asked, answered) < 0 or asked + answered == 0:
        return None
    return Tokens(asked=asked, answered=answered)


def _estimate_tokens(prompt: Prompt, words: str) -> Tokens:
    asked = sum(weigh_message(said.text) + _PICTURE_TOKENS * len(said.pictures) for said in prompt)
    return Tokens(asked=asked, answered=estimate_tokens(words), estimated=True)
