"""Where a model provider lives: base URLs, and which of them an account may name."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.domain.errors import InvalidRequest

MAX_BASE_URL = 400
HTTPS_PORT = 443
_OR_ALLOWED = "or the operator lists its host:port in TEXTGATE_ALLOWED_PRIVATE_HOSTS."
_HOST = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")
_INSIDE_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A base URL taken apart: scheme, host, port and path prefix."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """The part that a sealed credential is bound to: `https://host:443`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def place(self) -> str:
        """The `host:port` by which an operator allows a private endpoint."""
        return self.origin.partition("://")[2]


def _invalid(message: str) -> InvalidRequest:
    return InvalidRequest("invalid_base_url", message, field="base_url")


def parse_base_url(url: str, *, allowed_private: Collection[str] = ()) -> Endpoint:
    """Take a base URL apart; InvalidRequest for one that a model call must never go to.

    Only https on port 443 to a public name is taken, unless the operator lists `host:port` in
    TEXTGATE_ALLOWED_PRIVATE_HOSTS. Whether the name leads to a private address is told by `is_public`.
    """
    endpoint = _split(url)
    if endpoint.place in allowed_private:
        return endpoint
    if endpoint.scheme != "https":
        raise _invalid(f"base_url must begin with https://, {_OR_ALLOWED}")
    if endpoint.port != HTTPS_PORT:
        raise _invalid(f"base_url must use port 443, {_OR_ALLOWED}")
    if not _is_public_name(endpoint.host):
        raise _invalid(f"base_url must name a public host, {_OR_ALLOWED}")
    return endpoint


def read_origin(url: str) -> str:
    """Return the origin of a base URL that was taken before, by whatever rules; InvalidRequest where it is none."""
    return _split(url).origin


def _split(url: str) -> Endpoint:
    if len(url) > MAX_BASE_URL:
        raise _invalid(f"base_url may have {MAX_BASE_URL} characters at the most.")
    if not url.isascii() or not url.isprintable() or any(character in " \\" for character in url):
        raise _invalid("base_url must be a plain ASCII URL; write an international name in its xn-- form.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _invalid("base_url is not a URL.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise _invalid("base_url must look like https://host/path.")
    if "@" in parts.netloc or parts.query or parts.fragment or "?" in url or "#" in url:
        raise _invalid("base_url may not hold a user name, a query or a fragment.")
    default_port = HTTPS_PORT if parts.scheme == "https" else 80
    return Endpoint(
        scheme=parts.scheme,
        host=host,
        port=default_port if port is None else port,
        path=parts.path.rstrip("/"),
    )


def _is_public_name(host: str) -> bool:
    try:
        return is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        pass
    labels = host.split(".")
    if not _HOST.fullmatch(host) or any(host == name or host.endswith(f".{name}") for name in _INSIDE_NAMES):
        return False
    # a last label of digits makes resolvers read the whole as an IPv4 address in disguise: 0x7f.1, 2130706433
    return len(labels) > 1 and not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1])


def is_public(address: str) -> bool:
    """Tell whether an IP address is reachable from anywhere, looking through IPv4 wrapped in IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _GLOBAL_UNICAST:  # wrapped IPv4 of old kinds, site-local, and whatever comes
            return False
    return ip.is_global and not ip.is_multicast


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped or ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in _SIX_TO_FOUR:
        return ipaddress.IPv4Address(int(ip) >> 80 & 0xFFFFFFFF)
    return None


def all_public(addresses: Iterable[str]) -> bool:
    """Tell whether every one of a name's addresses is public: one private record spoils the name."""
    return all(is_public(address) for address in addresses)
