"""Messaging Services: senders that several numbers share (docs/messaging/services). Made over /control."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One Messaging Service, and the numbers of its sender pool."""

    sid: str
    account_sid: str
    """Whose it is; empty: the main account's."""
    numbers: tuple[str, ...]


@dataclass(slots=True)
class Services:
    """Every account's services; they are gone when the stand-in stops."""

    _by_sid: dict[str, Service] = field(default_factory=dict)

    def put(self, service: Service) -> None:
        """Keep a service, new or changed."""
        self._by_sid[service.sid] = service

    def find(self, sid: str, account_sid: str) -> Service | None:
        """Find a service of an account's own; another's doesn't exist for it."""
        found = self._by_sid.get(sid)
        return found if found and found.account_sid == account_sid else None

    def forget(self) -> None:
        """Forget them all."""
        self._by_sid.clear()
