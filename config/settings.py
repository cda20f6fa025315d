"""The settings of each process, read once from a mapping that is passed in.

A field's alias is the variable; its description says what belongs there and is shown when it is missing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from config.caps import CapSettings
from config.hosted import EndpointSettings, HostedOfferSettings, HostedSettings
from config.prices import PriceSettings
from config.quotas import QuotaSettings
from config.sight import SightSettings
from config.throttle import ThrottleSettings
from config.values import (
    AccountSid,
    HttpUrl,
    Networks,
    Origins,
    Pepper,
    PrivateRing,
    PublicRing,
    PublicUrls,
    RedisUrl,
    SecretText,
    Tokens,
)
from gateway.domain.account import SEATS
from gateway.domain.compliance import Voice
from gateway.domain.retention import Retention
from gateway.domain.ring import decode
from gateway.domain.secret import Secret


class SettingsError(Exception):
    """The environment is not complete; `problems` has one line for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


class StoreSettings(_Settings):
    """What every process needs: where everything is kept."""

    redis_url: RedisUrl = Field(
        alias="TEXTGATE_REDIS_URL",
        description="The Redis that keeps everything, for example redis://127.0.0.1:6379/0.",
    )
    seats: PositiveInt = Field(
        default=SEATS,
        alias="TEXTGATE_LIMIT_ACCOUNT_TURNS",
        description="Turns of one account in flight at once, over all workers; the others wait in its backlog.",
    )


class EdgeSettings(StoreSettings):
    """What whoever deals with texts needs: who we are to Twilio."""

    public_urls: PublicUrls = Field(
        alias="TEXTGATE_PUBLIC_URL",
        description="The base URL under which Twilio calls us, or several by commas, the primary one first; "
        "for example https://gateway.example.com.",
    )
    twilio_account_sid: AccountSid = Field(
        alias="TEXTGATE_TWILIO_ACCOUNT_SID",
        description="The AC… SID of your Twilio account, from Twilio's console.",
    )
    twilio_auth_tokens: Tokens = Field(
        alias="TEXTGATE_TWILIO_AUTH_TOKEN",
        description="The auth token of your Twilio account, from Twilio's console; `new,old` while rotating.",
    )
    twilio_api_url: HttpUrl = Field(
        default="https://api.twilio.com",
        alias="TEXTGATE_TWILIO_API_URL",
        description="Where Twilio's API is; a stand-in's URL in development and tests.",
    )
    edge_keys: PrivateRing | None = Field(
        default=None,
        alias="TEXTGATE_EDGE_KEYS",
        description="Seals and opens the Twilio tokens of accounts that bring their own number (byo_twilio), and "
        "nothing else; make it with `textgate keyring new`. Without it such numbers are neither set up nor served.",
    )


class _VoiceSettings(_Settings):
    brand: str = Field(
        default="textgate",
        alias="TEXTGATE_BRAND",
        description="Who is texting, as HELP, STOP and START answers and the first reply say it.",
    )
    help_contact: str | None = Field(
        default=None,
        alias="TEXTGATE_HELP_CONTACT",
        description="Whom a texter can reach, as the HELP answer says it: a mail address, a URL or a number.",
    )

    @property
    def voice(self) -> Voice:
        """For whom the gateway speaks."""
        return Voice(brand=self.brand, help_contact=self.help_contact)


class _AgeSettings(_Settings):
    max_answer_age_s: PositiveInt = Field(
        default=3600,
        alias="TEXTGATE_MAX_ANSWER_AGE_S",
        description="Seconds after which a text is too old to be answered, and is marked stale instead.",
    )


class _RetentionSettings(_Settings):
    retention_texts_days: PositiveInt = Field(
        default=90,
        alias="TEXTGATE_RETENTION_TEXTS_DAYS",
        description="Days that texts, replies and who texted whom are kept.",
    )
    retention_traces_days: PositiveInt = Field(
        default=30,
        alias="TEXTGATE_RETENTION_TRACES_DAYS",
        description="Days that traces are kept, which hold no words.",
    )
    retention_receipts_days: PositiveInt = Field(
        default=30,
        alias="TEXTGATE_RETENTION_RECEIPTS_DAYS",
        description="Days that Twilio's receipts are kept.",
    )
    retention_consent_years: PositiveInt = Field(
        default=5,
        alias="TEXTGATE_RETENTION_CONSENT_YEARS",
        description="Years that the consent ledger of a texter and a number is kept after their last message.",
    )

    @property
    def retention(self) -> Retention:
        """How long what is known is kept."""
        return Retention(
            texts=timedelta(days=self.retention_texts_days),
            traces=timedelta(days=self.retention_traces_days),
            receipts=timedelta(days=self.retention_receipts_days),
            consent=timedelta(days=366 * self.retention_consent_years),
        )


class PepperSettings(StoreSettings):
    """What whoever looks a texter up needs."""

    pepper: Pepper = Field(
        alias="TEXTGATE_PEPPER",
        description="The key of keyed hashes, never rotated; make it with `textgate keyring new`.",
    )

    @property
    def pepper_bytes(self) -> bytes:
        """The key itself."""
        return decode(self.pepper.reveal())


class SealSettings(StoreSettings, EndpointSettings):
    """What whoever seals model keys needs."""

    seal_keys: PublicRing = Field(
        alias="TEXTGATE_SEAL_KEYS",
        description="The public halves that seal model keys; make them with `textgate keyring new`.",
    )


class OfferSettings(StoreSettings, HostedOfferSettings, EndpointSettings):
    """What whoever makes agents needs: which models they may have."""


class ReceiveSettings(EdgeSettings, PepperSettings, _VoiceSettings):
    """What whoever receives texts needs: to name conversations, and to speak for the operator."""


class WebSettings(ReceiveSettings, SealSettings, OfferSettings, QuotaSettings):
    """The web process: checks, saves, seals. On purpose it has no field for a private or a model key."""

    trusted_proxies: Networks = Field(
        default=(),
        alias="TEXTGATE_TRUSTED_PROXIES",
        description="Addresses or networks, by commas, whose X-Forwarded-For is believed for limits per address.",
    )
    cors_origins: Origins = Field(
        default=(),
        alias="TEXTGATE_CORS_ORIGINS",
        description="Origins, by commas, whose pages may call the API from a browser, such as https://app.example.com; "
        "`*` for all.",
    )


class CarrierSettings(EdgeSettings):
    """What whoever deals with Twilio's API needs."""

    twilio_api_key_sid: str | None = Field(
        default=None,
        alias="TEXTGATE_TWILIO_API_KEY_SID",
        description="The SK… SID of a Twilio API key that sends instead of the auth token; needs its secret.",
    )
    twilio_api_key_secret: SecretText | None = Field(
        default=None,
        validate_default=True,
        alias="TEXTGATE_TWILIO_API_KEY_SECRET",
        description="The secret of that Twilio API key.",
    )

    @property
    def twilio_login(self) -> tuple[str, Secret]:
        """Who we are to Twilio's API: the API key where there is one, else the account and its newest token."""
        if self.twilio_api_key_sid and self.twilio_api_key_secret:
            return self.twilio_api_key_sid, self.twilio_api_key_secret
        return self.twilio_account_sid, self.twilio_auth_tokens[0]

    @field_validator("twilio_api_key_secret", mode="after")
    @classmethod
    def _has_both_halves(cls, secret: Secret | None, others: ValidationInfo) -> Secret | None:
        if (secret is None) != (others.data.get("twilio_api_key_sid") is None):
            raise ValueError("goes together with TEXTGATE_TWILIO_API_KEY_SID: set both or none")
        return secret


class ReconcileSettings(ReceiveSettings, CarrierSettings, _AgeSettings):
    """What `textgate reconcile` needs: it receives what Twilio's list still has."""


class WorkerSettings(
    CarrierSettings,
    _VoiceSettings,
    _AgeSettings,
    _RetentionSettings,
    HostedSettings,
    SightSettings,
    CapSettings,
    ThrottleSettings,
    PriceSettings,
):
    """A worker: opens, asks the model, sends."""

    open_keys: PrivateRing = Field(
        alias="TEXTGATE_OPEN_KEYS",
        description="The private halves that open model keys; make them with `textgate keyring new`.",
    )
    model_deadline_s: PositiveFloat = Field(
        default=45,
        alias="TEXTGATE_MODEL_DEADLINE_S",
        description="Seconds that one model call may take in all.",
    )
    worker_concurrency: PositiveInt = Field(
        default=500,
        alias="TEXTGATE_WORKER_CONCURRENCY",
        description="Turns in flight in one worker process.",
    )
    max_tries: PositiveInt = Field(
        default=3,
        alias="TEXTGATE_MAX_TRIES",
        description="How often a turn is begun before it is given up.",
    )


_Read = TypeVar("_Read", bound=_Settings)


def read_settings(kind: type[_Read], environment: Mapping[str, str]) -> _Read:
    """Read one process's settings; SettingsError lists all that is missing or wrong, one a line."""
    # an empty variable is no setting: an empty token must never switch a check off
    given = {name: value for name, value in environment.items() if value.strip()}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise SettingsError([_explain(kind, dict(problem)) for problem in error.errors()]) from None


def _explain(kind: type[_Settings], problem: dict[str, object]) -> str:
    location = problem["loc"]
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not isinstance(location, tuple) or not location:
        return message
    # the place of a default that is wrong beside other settings is told by the field's name
    field = next(field for name, field in kind.model_fields.items() if location[0] in (field.alias, name))
    variable = field.alias
    what = "is not set" if problem["type"] == "missing" else message.rstrip(".")
    return f"{variable}: {what}. {field.description}"
