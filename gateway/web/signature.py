"""Twilio's signature on a webhook.

HMAC-SHA1 over the URL and the sorted form fields, keyed with the auth token, in base64.
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import base64
import hmac
import re
from collections.abc import Iterable, Sequence
from functools import cache
from urllib.parse import urlsplit, urlunsplit

from gateway.domain.secret import Secret

Pairs = Sequence[tuple[str, str]]
_SHAPE = re.compile(r"[A-Za-z0-9+/]{27}=")
"""The 20 bytes of SHA-1 in base64."""


def sign(url: str, pairs: Pairs, token: Secret) -> str:
    """Sign a form post to `url` as Twilio does; a pair that comes twice counts once, as with Twilio."""
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.digest(token.reveal().encode(), text.encode(), "sha1")
    return base64.b64encode(digest).decode()


def find_signature(headers: Sequence[str]) -> str | None:
    """Find the one signature that a request bears; None when it bears none, several, or what can't be one."""
    return headers[0] if len(headers) == 1 and _SHAPE.fullmatch(headers[0]) else None


def is_signed(signature: str, urls: Iterable[str], pairs: Pairs, tokens: Sequence[Secret]) -> bool:
    """Tell whether a signature is right for one of `urls` and one of `tokens`."""
    given = signature.encode()
    return any(
        hmac.compare_digest(given, sign(url, pairs, token).encode()) for url in urls for token in tokens if token
    )


def signed_urls(public_urls: Sequence[str], path: str, query: str) -> list[str]:
    """Name every URL that Twilio may have signed for a request to `path`.

    They come from the settings alone: whoever sends a request chooses its Host and X-Forwarded headers.
    """
    tail = path + (f"?{query}" if query else "")
    return [base + tail for url in public_urls for base in _with_and_without_port(url)]


@cache
def _with_and_without_port(url: str) -> tuple[str, ...]:
    """Name a base URL in the ways that Twilio may: some of its products leave the port out, some add it."""
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (443 if parts.scheme == "https" else 80)
    bare, full = f"{user}{at}{host}", f"{user}{at}{host}:{port}"
    spellings = (url, *(urlunsplit(parts._replace(netloc=netloc)) for netloc in (bare, full)))
    return tuple(dict.fromkeys(spellings))
