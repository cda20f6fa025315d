"""Quotas: how many requests, deeds or texts an API key, an address or a number has in a window of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from gateway.domain.account import Plan
from gateway.domain.ids import KeyId

MINUTE, HOUR, DAY = 60, 3600, 86_400
_IPV6_PREFIX = 64
"""What one customer gets of IPv6: to count single addresses would count nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many in so many seconds, for one key, address or number."""

    name: str
    """As the answer names it: `key_minute`, `agents_key_day`."""
    whose: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is left of the tightest of the quotas that a request has taken from."""

    most: int
    left: int
    reset_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQuotas:
    """Requests that a plan has."""

    key_minute: int
    ip_minute: int
    key_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Every quota."""

    plans: Mapping[Plan, PlanQuotas]
    agents_key_day: int
    agents_ip_minute: int
    byok_key_hour: int
    warmup_key_hour: int
    own_number_texts_minute: int

    def of_request(self, plan: Plan, key_id: KeyId, ip: str) -> tuple[Quota, ...]:
        """Name what every request takes from."""
        numbers = self.plans[plan]
        return (
            Quota(name="key_minute", whose=key_id, most=numbers.key_minute, seconds=MINUTE),
            Quota(name="ip_minute", whose=ip, most=numbers.ip_minute, seconds=MINUTE),
            Quota(name="key_day", whose=key_id, most=numbers.key_day, seconds=DAY),
        )

    def of_new_agent(self, key_id: KeyId, ip: str) -> tuple[Quota, ...]:
        """Name what the making of an agent takes from."""
        return (
            Quota(name="agents_key_day", whose=key_id, most=self.agents_key_day, seconds=DAY),
            Quota(name="agents_ip_minute", whose=ip, most=self.agents_ip_minute, seconds=MINUTE),
        )

    def of_new_byok(self, key_id: KeyId) -> tuple[Quota, ...]:
        """Name what the setting of a model key takes from."""
        return (Quota(name="byok_key_hour", whose=key_id, most=self.byok_key_hour, seconds=HOUR),)

    def of_own_text(self, number: str) -> tuple[Quota, ...]:
        """Name what a text to a number that an account has brought takes from: that account can make up any."""
        return (Quota(name="own_number_texts_minute", whose=number, most=self.own_number_texts_minute, seconds=MINUTE),)

    def of_warm_up(self, key_id: KeyId, mode: str) -> tuple[Quota, ...]:
        """Name what a warm-up takes from."""
        return (Quota(name="warmup_key_hour", whose=f"{key_id}:{mode}", most=self.warmup_key_hour, seconds=HOUR),)


def read_client(peer: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    """Tell whose address a request comes from: of X-Forwarded-For only what proxies that we trust have added.

    https://datatracker.ietf.org/doc/html/rfc7239#section-8.1 tells why not more.
    """
    hops = [*(hop.strip() for hop in forwarded.split(",") if hop.strip()), peer]
    while len(hops) > 1 and _is_trusted(hops[-1], trusted):
        hops.pop()
    address = _find_address(hops[-1]) or _find_address(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address) if address else peer


def _is_trusted(hop: str, trusted: tuple[str, ...]) -> bool:
    address = _find_address(hop)
    return address is not None and any(address in ip_network(network, strict=False) for network in trusted)


def _find_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
