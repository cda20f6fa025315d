"""The parts of a running stand-in, put together once."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from starlette.requests import Request

from gateway.dev.twilio.account import Account, Accounts
from gateway.dev.twilio.background import Background
from gateway.dev.twilio.delivery import Delivery
from gateway.dev.twilio.exchange import Exchange
from gateway.dev.twilio.faults import Fault
from gateway.dev.twilio.feed import Feed
from gateway.dev.twilio.inbound import Inbound
from gateway.dev.twilio.journal import Journal
from gateway.dev.twilio.media import MediaShelf
from gateway.dev.twilio.services import Services
from gateway.dev.twilio.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """The accounts with everything that acts for them."""

    accounts: Accounts
    exchange: Exchange
    webhooks: Webhooks
    background: Background
    delivery: Delivery
    inbound: Inbound
    shelf: MediaShelf
    real_key_hint: str = ""
    faults: deque[Fault] = field(default_factory=deque)
    services: Services = field(default_factory=Services)

    @classmethod
    def open(
        cls,
        account: Account,
        *,
        data: Path | None,
        pace_seconds: float,
        base_url: str = "",
        real_key_hint: str = "",
    ) -> Self:
        """Open the stand-in; must be called where an event loop runs."""
        exchange = Exchange(Journal(data), Feed())
        accounts = Accounts(account)
        webhooks, background = Webhooks(), Background()
        delivery = Delivery(exchange, webhooks, background, accounts=accounts, pace_seconds=pace_seconds)
        return cls(
            accounts=accounts,
            exchange=exchange,
            webhooks=webhooks,
            background=background,
            delivery=delivery,
            inbound=Inbound(exchange, webhooks, delivery, accounts=accounts, base_url=base_url),
            shelf=MediaShelf(data.with_suffix(".media") if data else None),
            real_key_hint=real_key_hint,
        )

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return the stand-in that a request has come to."""
        found = request.app.state.stand_in
        if not isinstance(found, cls):
            raise TypeError("this application carries no stand-in")
        return found

    async def close(self) -> None:
        """Stop the work under way and let go of file and connections."""
        await self.background.close()
        await self.webhooks.close()
        self.exchange.close()
