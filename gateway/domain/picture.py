"""Pictures: what a model is shown of one, why one is not shown, and where Twilio may send us for it."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

MOST_PICTURES = 4
"""Pictures that a model is shown of one turn; of more it is told that they came."""

_MEDIA_DOMAIN = ".twiliocdn.com"
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
"""Where Twilio keeps the media of accounts that let everybody have them who knows the address.

https://help.twilio.com/articles/223183748
"""
_TRICKS = ("\\", "%", "..", "//", "@")
"""What has no place in such an address before its query, and is read differently by different readers."""


class Loss(StrEnum):
    """Why a picture is not shown, as a trace says it."""

    NOT_TWILIOS = "not_twilios"
    """The webhook named a URL that is not Twilio's for this message: it was never asked for."""
    NO_LOGIN = "no_login"
    """The Twilio account that has it is nobody's whose login we have."""
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    ELSEWHERE = "sent_elsewhere"
    """Twilio's answer led to a place that is none of Twilio's."""
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MANY = "too_many"
    NO_PICTURE = "no_picture"
    """Its first bytes are no picture's that models read, whatever its type says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as a model gets it."""

    type: str
    data: bytes = field(repr=False)


def read_picture(data: bytes) -> Picture | Loss:
    """Tell by its first bytes what a picture is: only kinds that all models read, and nothing else is looked at."""
    if data.startswith(b"\xff\xd8\xff"):
        return Picture(type="image/jpeg", data=data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture(type="image/png", data=data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Picture(type="image/gif", data=data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Picture(type="image/webp", data=data)
    return Loss.NO_PICTURE


def find_next(url: str, location: str, *, api_url: str) -> str | None:
    """Find where an answer of Twilio's sends us for a picture; None where that is no place of Twilio's.

    A stand-in for Twilio, which is what a plain http API is, has its media beside its API.
    """
    if not location.isascii() or not location.isprintable() or " " in location:
        return None
    try:
        following = urljoin(url, location)
        parts = urlsplit(following)
        place = (parts.scheme, parts.hostname, parts.port)
    except ValueError:
        return None
    if any(trick in following.partition("://")[2].partition("?")[0] for trick in _TRICKS):
        return None
    api = urlsplit(api_url)
    if api.scheme == "http" and place == ("http", api.hostname, api.port):
        return following
    is_secure = parts.scheme == "https" and parts.port in (None, 443)
    return following if is_secure and _is_twilios(parts.hostname or "", parts.path) else None


def _is_twilios(host: str, path: str) -> bool:
    bucket, prefix = _BUCKET
    return host.endswith(_MEDIA_DOMAIN) or (host == bucket and path.startswith(prefix))
