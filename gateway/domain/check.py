"""Checks: a credential, or the operator's model, tried with its provider by a worker, and what that tells of it."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.credential import UNKNOWN_KEY, Health
from gateway.domain.errors import CredentialSealed
from gateway.domain.ids import CheckId, CredentialId
from gateway.domain.llm import Tier
from gateway.domain.model_errors import ModelBusy, ModelFailed, ModelOverQuota, ModelRejectedKey

_REASONS = {
    400: "The provider answered the trial with 400, which tells nothing of the key. Look at the model's name.",
    403: "The provider refused what was asked with this key (403). It was not rejected.",
    404: "The provider does not know that model or address (404). Look at base_url and model.",
    429: "The provider has too much to do for this key (429). Try again later.",
}
_SILENT = "The provider could not be reached, or did not answer in time."
_SPENT = "The quota of this key is spent. Raise it with the provider."


class ModelUnproven(ModelFailed):
    """The provider's answer tells nothing of the key: it is the same for any."""

    code = "byok_unproven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a worker is asked to try, and who wants to hear of it."""

    id: CheckId
    channel: str
    credential_id: CredentialId | None = None
    tier: Tier | None = None
    """The tier whose model is tried, with the operator's own key, where no credential is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a check."""

    health: Health
    """`unverified` when nothing was learnt of the key."""
    reason: str | None = None
    """Why it is not `ok`, for its owner to read."""
    failure: str | None = None
    """The stable code of what went wrong."""
    answered_at: datetime | None = None
    """When the provider answered, if it did."""

    @property
    def opened(self) -> bool:
        """Whether the worker could open what was sealed."""
        return self.failure != CredentialSealed.code

    @property
    def heard(self) -> bool:
        """Whether the provider gave an answer to go by, and not just silence or trouble of its own."""
        return self.failure != ModelBusy.code

    @property
    def tells_nothing(self) -> bool:
        """Whether the provider's answer is one that it gives to any key."""
        return self.failure == ModelUnproven.code


def judge(failure: ModelFailed | CredentialSealed | None, *, now: datetime) -> Verdict:
    """Tell what a try that ended so says of the key: only a 401 is the key's own fault."""
    match failure:
        case None:
            return Verdict(health=Health.OK, answered_at=now)
        case CredentialSealed():
            return Verdict(health=Health.UNVERIFIED, reason=failure.message, failure=failure.code)
        case ModelRejectedKey():
            return Verdict(health=Health.REJECTED, reason=UNKNOWN_KEY, failure=failure.code, answered_at=now)
        case _:
            return Verdict(
                health=Health.UNVERIFIED,
                reason=_explain(failure),
                failure=failure.code,
                answered_at=now if failure.status else None,
            )


def _explain(failure: ModelFailed) -> str:
    if isinstance(failure, ModelOverQuota):
        return _SPENT
    if failure.status in _REASONS:
        return _REASONS[failure.status]
    if failure.status is not None:
        return f"The provider answered the trial with {failure.status}, which tells nothing of the key."
    return _SILENT if isinstance(failure, ModelBusy) else failure.message
