"""What a worker works with, and what it asks of the model and the carrier."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from gateway.adapters.key_ring import Opener
from gateway.adapters.store import Store
from gateway.domain.completion import Completion
from gateway.domain.compliance import Voice
from gateway.domain.conversation import Prompt
from gateway.domain.cost import ModelPrice, Prices
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.limits import TurnLimits
from gateway.domain.login import TwilioLogin
from gateway.domain.payer import HostedModels
from gateway.domain.picture import Loss, Picture
from gateway.domain.retention import Retention
from gateway.domain.secret import Secret
from gateway.domain.throttle import UNLIMITED, Rates
from gateway.domain.trace import Step
from gateway.domain.turn import OutboundPart
from workers.quarantine import Quarantine


class LanguageModel(Protocol):
    """Who turns a prompt into words."""

    async def complete(
        self, prompt: Prompt, route: ModelRoute, secret: Secret, *, seconds: float | None = None
    ) -> Completion:
        """Return what the model says, within so many seconds; ModelFailed when there are none."""
        ...

    def sees(self, route: ModelRoute) -> bool:
        """Tell whether the model there takes pictures; of one that nobody knows it is not assumed."""
        ...

    def find_window(self, route: ModelRoute) -> int | None:
        """Find how many tokens a model takes in at once; None when nobody knows."""
        ...

    async def try_key(self, route: ModelRoute, secret: Secret, *, seconds: float) -> None:
        """Have a provider take a key, once and as cheaply as can be; ModelFailed when it doesn't."""
        ...

    def find_price(self, provider: Provider, model: str) -> ModelPrice | None:
        """Find what a provider's own model costs; None where nobody knows."""
        ...


class Carrier(Protocol):
    """Who takes parts to phones."""

    async def send(self, part: OutboundPart) -> str:
        """Hand a part over and return its SID.

        CarrierBusy when it was not taken but may be, CarrierRefused and OptedOut when it will not be,
        CarrierUnknown when nobody can tell. EdgeShut when the token of the sender's own account can't be opened.
        """
        ...

    async def find(self, part: OutboundPart, *, since: datetime) -> list[str]:
        """Find the SIDs of messages that can be this part: its sender, recipient and text, not older than `since`.

        CarrierBusy when the carrier can't say.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlace:
    """Where Twilio has a picture: by its own names, so that nobody else's words lead to it."""

    account_sid: str
    message_sid: str
    sid: str


Found = Mapping[MediaPlace, Picture | Loss]


class Pictures(Protocol):
    """Who has texters' pictures."""

    def opened(self, places: Sequence[MediaPlace], login: TwilioLogin | None) -> AbstractAsyncContextManager[Found]:
        """Fetch pictures, each with the operator's login or that of a brought number, and hold them within the block.

        Whatever goes wrong with one is told in its place, and soon: a text is answered without it, too.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a worker works with."""

    store: Store
    opener: Opener
    model: LanguageModel
    carrier: Carrier
    limits: TurnLimits
    retention: Retention
    voice: Voice
    """For whom the gateway speaks where it speaks itself."""
    quarantine: Quarantine | None
    """Where last tries are had; None in there."""
    hosted: HostedModels | None = None
    """The operator's own models, if there are any."""
    pictures: Pictures | None = None
    """Where pictures are to be had; None where they are not."""
    prices: Prices = field(default_factory=Prices)
    model_seconds: float = 45.0
    """What the model has for a turn, whoever is asked in it and however often."""
    rates: Rates = UNLIMITED
    """How fast numbers send."""


def step(name: str, **details: Any) -> Step:
    """Make a step that happens now; details that are None are left out."""
    told = {key: value for key, value in details.items() if value is not None}
    return Step(at=datetime.now(UTC), name=name, details=told)
