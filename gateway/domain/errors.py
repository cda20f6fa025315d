"""Everything that can go wrong, as one tree.

TextgateError
├── Refused               the caller's fault: say what to do
│   ├── InvalidRequest        400, names the field
│   ├── Unauthenticated       401
│   ├── BadSignature          403
│   ├── NotFound              404
│   ├── Conflict              409
│   ├── TooMany               429, says how long to wait
│   ├── TooSlow               408
│   ├── TooLarge              413
│   └── WrongMediaType        415
└── Failed                the world's fault
    ├── NotReady              what this needs is not there now, and waiting may not bring it
    ├── StoreDown             Redis does not take or give
    ├── HoldLost              another worker has the conversation now
    ├── WorkerLost            the process that had a turn's last try has ended
    ├── TwilioDown            Twilio does not answer, or can't be asked
    ├── CredentialMissing     nobody set a model key for this agent
    ├── CredentialSealed      the key ring does not open the credential
    ├── CredentialUnfit       the model key is for another provider or host than the agent names
    ├── HostedMissing         the operator has no hosted models
    ├── EdgeShut              the edge ring does not open a Twilio token, or is not there
    ├── ModelFailed
    │   ├── ModelBusy         429, 5xx, no connection, no time left
    │   ├── ModelRefused      the provider will not do this request
    │   ├── ModelTooLong      the conversation does not fit into the model
    │   ├── ModelDeclined     the model, or its provider's filter, will not answer this
    │   ├── ModelOverQuota    the key's quota is spent
    │   ├── ModelRejectedKey  the provider does not know this key
    │   ├── HostedRejected    the provider does not know the operator's own key
    │   └── HostedOverQuota   the quota of the operator's own key is spent
    ├── OptedOut              the texter is out
    ├── BeingAsked            the texter is being asked whether they opt out
    ├── Blocked               an operator has blocked the texter
    ├── CarrierRefused        Twilio will not send this part, ever
    ├── CarrierBusy           Twilio did not take the part; it may be sent again
    └── CarrierUnknown        nobody knows whether Twilio took the part

A class's docstring is its default message, `code` its stable name, `retryable` whether the same again may work.
"""

from typing import ClassVar


class TextgateError(Exception):
    """Something went wrong."""

    code: str = "error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        super().__init__(self.message)


class Refused(TextgateError):
    """This request is refused."""

    code = "refused"


class InvalidRequest(Refused):
    """Something in the request is not as it must be."""

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class Unauthenticated(Refused):
    """Send a valid API key as `Authorization: Bearer vck_…`. Ask your operator for one: `textgate keys issue`."""

    code = "unauthorized"


class BadSignature(Refused):
    """The signature does not match: Twilio must call TEXTGATE_PUBLIC_URL, with the number's own account's token."""

    code = "forbidden"


class NotFound(Refused):
    """There is nothing here under that name."""

    code = "not_found"


class Conflict(Refused):
    """The state of things does not allow this."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooMany(Refused):
    """There were too many requests. Wait, and send them more slowly."""

    code = "rate_limited"

    def __init__(self, *, limit: str, most: int | str, wait_seconds: int, reason: str | None = None) -> None:
        super().__init__(f"No more than {most} are allowed ({limit}). Try again in {wait_seconds} s.")
        self.limit, self.reason = limit, reason
        """Which quota is spent, or which cap on turns is reached; of a cap its name once more."""
        self.wait_seconds = wait_seconds


class TooSlow(Refused):
    """The body did not arrive in time. Send it again, without pauses."""

    code = "too_slow"


class TooLarge(Refused):
    """The body is larger than 64 KiB. Send less."""

    code = "body_too_large"


class WrongMediaType(Refused):
    """The Content-Type is not the one that this address takes."""

    code = "unsupported_media_type"


class Failed(TextgateError):
    """The gateway could not do this."""

    code = "failed"


class NotReady(Failed):
    """What this needs is not there at the moment."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StoreDown(Failed):
    """The gateway's store does not answer. Try again in a few seconds."""

    code = "unavailable"
    retryable = True


class HoldLost(Failed):
    """Another worker has taken over this conversation."""

    code = "hold_lost"


class WorkerLost(Failed):
    """The process that had a turn's last try has ended, or fell silent."""

    code = "worker_lost"


class TwilioDown(Failed):
    """Twilio does not answer. Try again in a few seconds."""

    code = "twilio_unavailable"
    retryable = True


class CredentialMissing(Failed):
    """No model key is set for this agent. Set one: `PUT /v1/byok`, or `textgate byok set`."""

    code = "byok_not_configured"


class CredentialSealed(Failed):
    """The stored model key can't be opened. Set it again: `PUT /v1/byok`, or `textgate byok set`."""

    code = "byok_not_available"


class CredentialUnfit(Failed):
    """The agent's llm and its model key do not fit. Change one: `PATCH /v1/agents/{id}`, or `PUT /v1/byok`."""

    code = "byok_mismatch"


class HostedMissing(Failed):
    """This gateway has no hosted models. Use a key of your own: `PUT /v1/byok`, then `"llm": {"mode": "byok"}`."""

    code = "hosted_not_available"
    way_out: ClassVar[str] = "Ask your operator, or use a key of your own: `PUT /v1/byok`, with llm.mode byok."


class EdgeShut(Failed):
    """This gateway can't keep or open Twilio tokens. Its operator sets TEXTGATE_EDGE_KEYS: `textgate keyring new`."""

    code = "byo_twilio_not_available"


class OptedOut(Failed):
    """The texter has opted out."""

    code = "opted_out"


class BeingAsked(Failed):
    """The texter is being asked whether they opt out."""

    code = "being_asked"


class Blocked(Failed):
    """An operator has blocked the texter."""

    code = "blocked"


class CarrierRefused(Failed):
    """Twilio will not send this."""

    code = "carrier_refused"

    def __init__(self, message: str | None = None, *, twilio_code: int | None = None) -> None:
        super().__init__(message)
        self.twilio_code = twilio_code


class CarrierBusy(Failed):
    """Twilio did not take this and may take it later."""

    code = "carrier_busy"
    retryable = True


class CarrierUnknown(Failed):
    """Nobody can tell whether Twilio took this."""

    code = "carrier_unknown"
