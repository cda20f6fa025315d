"""What can go wrong with a model provider: a branch of the tree in errors.py."""

from gateway.domain.completion import Tokens
from gateway.domain.errors import Failed


class ModelFailed(Failed):
    """The model provider did not give a reply."""

    def __init__(
        self, message: str | None = None, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        """The provider's HTTP status, where there was one."""
        self.retry_after = retry_after
        """Seconds after which the provider wants to be asked again, where it said so."""
        self.tokens: Tokens | None = None
        """What it is billed at all the same, where the provider said so."""


class ModelBusy(ModelFailed):
    """The model provider did not answer in time. Try again."""

    code = "upstream_unavailable"
    retryable = True


class ModelRefused(ModelFailed):
    """The model provider refused the request."""

    code = "upstream_refused"


class ModelTooLong(ModelFailed):
    """The conversation is longer than the model takes."""

    code = "context_too_long"


class ModelDeclined(ModelFailed):
    """The model declined to answer."""

    code = "content_refused"


class ModelOverQuota(ModelFailed):
    """The quota of the model key is spent. Raise it with the provider, or set another key."""

    code = "upstream_over_quota"


class ModelRejectedKey(ModelFailed):
    """The model provider rejected the key. Set a valid one: `PUT /v1/byok`, or `textgate byok set`."""

    code = "byok_rejected"


class HostedRejected(ModelFailed):
    """The model provider rejected the operator's own key. Set a valid TEXTGATE_HOSTED_API_KEY for the workers."""

    code = "hosted_rejected"


class HostedOverQuota(ModelFailed):
    """The quota of the operator's own model key is spent. Raise it with the provider."""

    code = "hosted_over_quota"
