"""What a request may reach for: opened when the process starts, closed when it stops."""

from dataclasses import dataclass

from starlette.requests import Request

from gateway.adapters.key_ring import Sealer
from gateway.adapters.store import Store
from gateway.adapters.store.replies import ReplyListener
from gateway.domain.compliance import Voice
from gateway.domain.llm import HostedOffer
from gateway.domain.quota import Quotas
from gateway.domain.secret import Secret
from gateway.flows.own_twilio import OwnTwilio


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Doors and settings that the web process shares between requests."""

    store: Store
    replies: ReplyListener
    sealer: Sealer
    voice: Voice
    pepper: bytes
    quotas: Quotas
    offer: HostedOffer
    trusted_proxies: tuple[str, ...]
    public_urls: tuple[str, ...]
    twilio_account_sid: str
    twilio_auth_tokens: tuple[Secret, ...]
    own_twilio: OwnTwilio
    allowed_private_hosts: tuple[str, ...]


def resources_of(request: Request) -> Resources:
    """Return the resources of the process that answers `request`."""
    resources: Resources = request.app.state.resources
    return resources
