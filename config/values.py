"""How the values of settings are read from text, and what is wrong with them."""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from gateway.domain.ids import is_account_sid
from gateway.domain.ring import PEPPER_BYTES, PRIVATE_BYTES, PUBLIC_BYTES, decode, parse_ring
from gateway.domain.secret import Secret


def _to_secret(value: object) -> object:
    return Secret(value) if isinstance(value, str) else value


def split_list(value: object) -> tuple[str, ...]:
    """Split what stands between commas."""
    entries = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(entry.strip() for entry in entries if entry.strip())


def _split_secrets(value: object) -> tuple[Secret, ...]:
    return tuple(Secret(entry) for entry in split_list(value))


_REDIS_URL = re.compile(r"rediss?://([^/\s]*@)?[^@/,\s]+(/[0-9]*)?")
_SENTINEL_URL = re.compile(r"redis\+sentinel://([^/\s]*@)?[^@/,\s]+:[0-9]+(,[^@/,\s]+:[0-9]+)*/[^/\s]+(/[0-9]*)?")


def _check_redis_url(url: Secret) -> Secret:
    if not (_REDIS_URL.fullmatch(url.reveal()) or _SENTINEL_URL.fullmatch(url.reveal())):
        raise ValueError(
            "must look like redis://host:6379/0, rediss://host:6379/0 "
            "or redis+sentinel://host1:26379,host2:26379/master-name/0"
        )
    return url


def _split_urls(value: object) -> tuple[str, ...]:
    # Twilio's overrides in a fragment may hold commas of their own: #rp=ct,rt
    return tuple(re.split(r"\s*,\s*(?=https?://)", value.strip(" ,"))) if isinstance(value, str) else split_list(value)


def _check_public_url(url: str) -> str:
    url = url.partition("#")[0].rstrip("/")  # Twilio strips the fragment before it signs
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "," in url:
        raise ValueError("must look like https://gateway.example.com, without a query")
    return url


def _check_public_urls(urls: tuple[str, ...]) -> tuple[str, ...]:
    if not urls:
        raise ValueError("must hold at least one URL")
    return tuple(_check_public_url(url) for url in urls)


def _check_account_sid(sid: str) -> str:
    if not is_account_sid(sid):
        raise ValueError("must be AC and 32 hexadecimal digits")
    return sid


def _check_http_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must look like https://api.twilio.com")
    return url.rstrip("/")


def _check_places(places: tuple[str, ...]) -> tuple[str, ...]:
    for place in places:
        if not re.fullmatch(r"[^\s/@]+:[0-9]{1,5}", place):
            raise ValueError(f"must list host:port pairs; {place} is none")
    return places


def _check_networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise ValueError(f"must list addresses or networks, as 10.0.0.0/8; {network} is none") from None
    return networks


def _check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        # compared letter by letter with what browsers send, which has no path and no default port
        if origin != "*" and not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", origin):
            raise ValueError(f"must list origins, as https://app.example.com; {origin} is none")
    return origins


def _ring_check(size: int) -> AfterValidator:
    def check(ring: Secret) -> Secret:
        parse_ring(ring.reveal(), size=size)
        return ring

    return AfterValidator(check)


def _check_pepper(pepper: Secret) -> Secret:
    if len(decode(pepper.reveal())) != PEPPER_BYTES:
        raise ValueError(f"must hold {PEPPER_BYTES} bytes; make one with `textgate keyring new`")
    return pepper


def _check_tokens(tokens: tuple[Secret, ...]) -> tuple[Secret, ...]:
    if not tokens:
        raise ValueError("must hold at least one token")
    return tokens


SecretText = Annotated[Secret, BeforeValidator(_to_secret)]
RedisUrl = Annotated[SecretText, AfterValidator(_check_redis_url)]
PublicUrls = Annotated[tuple[str, ...], BeforeValidator(_split_urls), AfterValidator(_check_public_urls)]
HttpUrl = Annotated[str, AfterValidator(_check_http_url)]
Names = Annotated[tuple[str, ...], BeforeValidator(split_list)]
Networks = Annotated[tuple[str, ...], BeforeValidator(split_list), AfterValidator(_check_networks)]
Origins = Annotated[tuple[str, ...], BeforeValidator(split_list), AfterValidator(_check_origins)]
Places = Annotated[tuple[str, ...], BeforeValidator(split_list), AfterValidator(_check_places)]
AccountSid = Annotated[str, AfterValidator(_check_account_sid)]
Tokens = Annotated[tuple[Secret, ...], BeforeValidator(_split_secrets), AfterValidator(_check_tokens)]
Pepper = Annotated[SecretText, AfterValidator(_check_pepper)]
PublicRing = Annotated[SecretText, _ring_check(PUBLIC_BYTES)]
PrivateRing = Annotated[SecretText, _ring_check(PRIVATE_BYTES)]
